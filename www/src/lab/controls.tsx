/** What is trained, the large button, and the small ones. */
import { useRef, useLayoutEffect } from "preact/hooks";
import { sentence, t } from "../i18n";
import { Live } from "../ui/live";
import { Progress } from "../ui/progress";
import type { LabSource } from "../worker/lab-protocol";
import { chosen, pair } from "./files";
import { faultSays } from "./rows";
import { sayable } from "./run";
import { SOURCES, templateOf, TEMPLATES, withTemplate, type Template } from "./setup";
import { change, f, run } from "./store";
import { words } from "./words";

const PACES = [null, 100, 10, 1] as const;

export function Controls() {
  const { setup: title, network, templates, about, data, sources } = words.value;
  const setup = run.setup.value;
  const template = templateOf(setup) ?? "own";
  const offered = SOURCES.filter((each) => run.sources.value.includes(each) || each === setup.data.source);
  return (
    <section class="lab-controls" aria-label={title}>
      <fieldset class="lab-what" disabled={run.going.value}>
        <label class="lab-choice">
          <span>{network}</span>
          <select
            data-testid="lab-template"
            value={template}
            onChange={(event) => {
              const wanted = event.currentTarget.value;
              if (wanted in TEMPLATES) change((now) => withTemplate(now, wanted as Template));
            }}
          >
            {([...Object.keys(TEMPLATES), ...(template === "own" ? ["own"] : [])] as (Template | "own")[]).map((each) => (
              <option key={each} value={each}>
                {templates[each]}
              </option>
            ))}
          </select>
        </label>
        <label class="lab-choice">
          <span>{data}</span>
          <select
            data-testid="lab-data"
            value={setup.data.source}
            onChange={(event) => {
              const source = event.currentTarget.value as LabSource;
              change((now) => ({ ...now, data: { ...now.data, source } }));
            }}
          >
            {offered.map((each) => (
              <option key={each} value={each}>
                {sources[each]}
              </option>
            ))}
          </select>
        </label>
        <p class="lab-about faint">
          <Live text={about[template]} />
        </p>
        {setup.data.source === "files" ? <Files /> : null}
      </fieldset>
      <Buttons />
    </section>
  );
}

function Files() {
  const { choose, chosen: told, filesMore, filesBad } = words.value;
  const bad = useRef(false);
  return (
    <div class="lab-files">
      <label class="lab-choice">
        <span>{choose}</span>
        <input
          type="file"
          multiple
          data-testid="lab-files"
          onChange={async (event) => {
            const { files } = event.currentTarget;
            const found = await pair([...(files ?? [])]);
            bad.current = found === null;
            // Another object each time, so that what is said is said anew.
            chosen.value = found;
          }}
        />
      </label>
      <p class="faint" role="status">
        {chosen.value ? told(chosen.value.count) : bad.current ? filesBad : filesMore}
      </p>
    </div>
  );
}

function Buttons() {
  const all = words.value;
  const main = useRef<HTMLButtonElement>(null);
  const state = run.state.value;
  const loading = run.loading.value;
  const going = run.going.value;
  const fault = run.shapes.value?.fault ?? null;
  const again = (state === "over" || state === "failed") && !run.stale.value;
  const label = loading !== null ? all.making : state === "running" ? all.pause : state === "paused" || state === "ready" ? all.goOn : run.checkpoint.value ? all.goOn : again ? all.again : all.start;
  // Asked before it is hidden: what is hidden has lost the focus already.
  const stop = useRef<HTMLButtonElement>(null);
  const onStop = stop.current !== null && document.activeElement === stop.current;
  useLayoutEffect(() => {
    if (!going && onStop) main.current?.focus();
  }, [going]);
  const off = fault !== null && !going;
  const resting = loading === null && state !== "running" && !off;
  return (
    <div class="lab-buttons">
      <div class="row">
        <button
          type="button"
          class="button primary lab-main"
          ref={main}
          data-testid={going ? "lab-pause" : "lab-start"}
          aria-disabled={off || loading !== null}
          onClick={() => (off ? undefined : void run.play())}
        >
          <Live text={label} />
        </button>
        <button type="button" class="button" ref={stop} data-testid="lab-stop" hidden={!going || loading !== null} onClick={() => void run.stop()}>
          {all.stop}
        </button>
        {again && !off ? (
          <button type="button" class="button" data-testid="lab-fresh" title={all.freshMore} onClick={() => void run.fresh()}>
            {all.fresh}
          </button>
        ) : null}
      </div>
      {off ? (
        <p class="lab-note" data-testid="lab-start-fault">
          {fault.row === null ? faultSays(fault) : all.atRow(all.row(fault.row + 1), faultSays(fault))}
        </p>
      ) : null}
      {loading === null ? null : <Progress label={all.making} done={loading} text={t.value.n.percent(loading)} testid="lab-loading" />}
      <div class="row lab-small">
        <button type="button" class="button quiet" data-testid="lab-batch" aria-disabled={!resting} onClick={() => (resting ? void run.step("batch") : undefined)}>
          {all.oneBatch}
        </button>
        <button type="button" class="button quiet" data-testid="lab-epoch" aria-disabled={!resting} onClick={() => (resting ? void run.step("epoch") : undefined)}>
          {all.oneEpoch}
        </button>
        <label class="field">
          <span>{all.pace}</span>
          <select
            data-testid="lab-pace"
            value={String(run.pace.value)}
            onChange={(event) => {
              const wanted = event.currentTarget.value;
              void run.setPace(PACES.find((each) => String(each) === wanted) ?? null);
            }}
          >
            {PACES.map((each) => (
              <option key={String(each)} value={String(each)}>
                {each === null ? all.paces.full : all.paces.batches(each)}
              </option>
            ))}
          </select>
        </label>
      </div>
      {going && loading === null ? <Rate /> : null}
      {run.failure.value && !run.checkpoint.value ? (
        <p class="lab-note" role="alert" data-testid="lab-failed">
          {sayable(run.failure.value)?.(all) ?? sentence(t.value, run.failure.value)}
        </p>
      ) : null}
      {run.stale.value ? <p class="lab-note">{all.stale}</p> : null}
      {run.checkpoint.value ? <p class="lab-note">{all.goneOn}</p> : null}
    </div>
  );
}

/** The rate, while it runs. */
function Rate() {
  const { rateNow, slower, faster } = words.value;
  const factor = run.factor.value;
  const rate = run.progress.value?.rate ?? 0;
  const by = (times: number) => void run.setFactor(Math.min(1024, Math.max(1 / 1024, factor * times)));
  return (
    <p class="row lab-rate">
      <span>
        {rateNow}{" "}
        <strong translate={false} data-testid="lab-rate-now">
          {f.value.rate(rate)}
        </strong>
      </span>
      <button type="button" class="button" aria-label={slower} data-testid="lab-slower" onClick={() => by(0.5)}>
        ÷ 2
      </button>
      <button type="button" class="button" aria-label={faster} data-testid="lab-faster" onClick={() => by(2)}>
        × 2
      </button>
    </p>
  );
}
