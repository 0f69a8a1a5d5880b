/** The Lab: a network is trained from nothing, before one's eyes. */
import { useEffect } from "preact/hooks";
import { ExperimentLink } from "../experiment/link";
import { t } from "../i18n";
import { taker } from "../state/drops";
import { Confusion } from "./confusion";
import { Controls } from "./controls";
import { Guided } from "./guided";
import { choose } from "./files";
import { Looks } from "./looks";
import { take } from "./people";
import { Rows } from "./rows";
import { Settings } from "./settings";
import { Share } from "./share";
import { badLink, broken, change, follow, goOn, leave, run as chosenRun, runs, sayBad } from "./store";
import { Envelope, Weights } from "./weights";
import { words } from "./words";
import "../ui/banner.css";
import "./lab.css";

export function LabScreen() {
  useEffect(follow, []);
  useEffect(takeDrops, []);
  const { lead, safe, held, changing } = words.value;
  const run = chosenRun.value;
  const name = run.name.value ?? "";
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
      {broken.value.length > 0 ? <Broken /> : null}
      <Guided />
      <div class="lab-columns">
        <Controls />
        <Looks run={run} />
        <div class="lab-change">
          {runs.going.value ? <p class="lab-held">{held}</p> : runs.pair.value ? <p class="lab-held">{changing(name)}</p> : null}
          <Rows run={run} />
          <Settings run={run} />
        </div>
      </div>
      <div class="lab-more" key={name}>
        <Confusion run={run} />
        <Weights run={run} />
        <Envelope run={run} />
        <Share run={run} />
      </div>
      <ExperimentLink />
    </div>
  );
}

/** Files that are dropped here are digits to train on, where they can be; others are opened as anywhere. */
function takeDrops(): () => void {
  taker.value = (files) => {
    const { source } = chosenRun.peek().setup.peek().data;
    const lines = files.some(({ name }) => /\.(jsonl|ndjson)(\.gz)?$/i.test(name));
    if (source === "files") void choose(files);
    else if (source === "examples" || lines) {
      if (source !== "examples" && !runs.going.peek()) change((now) => ({ ...now, data: { ...now.data, source: "examples" } }));
      void take(files);
    } else return false;
    return true;
  };
  return () => (taker.value = null);
}

/** A run that broke off when the page was left. */
function Broken() {
  const { brokenOff, goOn: on, brokenLeave } = words.value;
  // The banner goes, and the focus with it.
  const toMain = () => document.querySelector<HTMLElement>(".lab-main")?.focus();
  return (
    <div class="banner" role="status" data-testid="lab-broken">
      <p>{brokenOff(Math.max(...broken.value.map(({ seen }) => seen)))}</p>
      <div class="row">
        <button type="button" class="button" data-testid="lab-broken-go" onClick={() => { toMain(); void goOn(); }}>
          {on}
        </button>
        <button type="button" class="button quiet" data-testid="lab-broken-leave" onClick={() => { toMain(); leave(); }}>
          {brokenLeave}
        </button>
      </div>
    </div>
  );
}
