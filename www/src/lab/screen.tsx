/** The Lab: a network is trained from nothing, before one's eyes. */
import { useEffect } from "preact/hooks";
import { ExperimentLink } from "../experiment/link";
import { t } from "../i18n";
import { Confusion } from "./confusion";
import { Controls } from "./controls";
import { Guided } from "./guided";
import { Looks } from "./looks";
import { Rows } from "./rows";
import { Settings } from "./settings";
import { Share } from "./share";
import { badLink, follow, run, sayBad } from "./store";
import { Envelope, Weights } from "./weights";
import { words } from "./words";
import "./lab.css";

export function LabScreen() {
  useEffect(follow, []);
  const { lead, safe, held } = words.value;
  return (
    <div class="lab">
      <h1 tabIndex={-1}>{t.value.nav.lab}</h1>
      <p class="intro">
        {lead} <span class="faint">{safe}</span>
      </p>
      {badLink.value ? (
        <p class="banner" role="alert" data-testid="lab-bad-link">
          {sayBad(badLink.value)}
        </p>
      ) : null}
      <Guided />
      <div class="lab-columns">
        <Controls />
        <Looks run={run} />
        <div class="lab-change">
          {run.going.value ? <p class="lab-held">{held}</p> : null}
          <Rows />
          <Settings />
        </div>
      </div>
      <div class="lab-more">
        <Confusion run={run} />
        <Weights run={run} />
        <Envelope run={run} />
        <Share />
      </div>
      <ExperimentLink />
    </div>
  );
}
