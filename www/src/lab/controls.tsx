/** What is trained, the large button, and the small ones. */
import { useRef, useLayoutEffect } from "preact/hooks";
import { sentence, t } from "../i18n";
import { Live } from "../ui/live";
import { Progress } from "../ui/progress";
import type { LabSource } from "../worker/lab-protocol";
import { choose as choosePair, chosen } from "./files";
import { People } from "./people";
import { faultSays } from "./rows";
import { sayable, type Run } from "./run";
import { SOURCES, templateOf, TEMPLATES, withTemplate, type Template } from "./setup";
import { change, f, run as chosenRun, runs } from "./store";
import { CompareButton } from "./compare";
import { words } from "./words";

const PACES = [null, 100, 10, 1] as const;

export function Controls() {
  const { setup: title, network, templates, about, data, sources } = words.value;
  const run = chosenRun.value;
  const setup = run.setup.value;
  const template = templateOf(setup) ?? "own";
  const offered = SOURCES.filter((each) => runs.first.sources.value.includes(each) || each === setup.data.source);
  return (
    <section class="lab-controls" aria-label={title}>
      <fieldset class="lab-what" disabled={runs.going.value}>
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
      {/* Below the large button, which stays where it is however many files of a class there are. */}
      {setup.data.source === "examples" ? (
        <fieldset class="lab-what" disabled={runs.going.value}>
          <People />
        </fieldset>
      ) : null}
    </section>
  );
}

function Files() {
  const { choose, chosen: told, filesMore, filesBad } = words.value;
  const now = chosen.value;
  return (
    <div class="lab-files">
      <label class="lab-choice">
        <span>{choose}</span>
        <input
          type="file"
          multiple
          data-testid="lab-files"
          onChange={(event) => void choosePair([...(event.currentTarget.files ?? [])])}
        />
      </label>
      <p class="faint" role="status">
        <Live text={now === "bad" ? filesBad : now ? told(now.count) : filesMore} />
      </p>
    </div>
  );
}

function Buttons() {
  const all = words.value;
  const main = useRef<HTMLButtonElement>(null);
  const state = runs.state.value;
  const loading = runs.loading.value;
  const going = runs.going.value;
  const faulty = runs.all.value.find(({ shapes }) => shapes.value?.fault);
  const fault = faulty?.shapes.value?.fault ?? null;
  const failed = runs.all.value.find(({ failure }) => failure.value);
  const lost = runs.all.value.some(({ checkpoint }) => checkpoint.value);
  const again = (state === "over" || state === "failed") && !runs.stale.value;
  const label = loading !== null ? all.making : state === "running" ? all.pause : state === "paused" || state === "ready" || lost ? all.goOn : again ? all.again : all.start;
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
          onClick={() => (off ? undefined : void runs.play())}
        >
          <Live text={label} />
        </button>
        <button type="button" class="button" ref={stop} data-testid="lab-stop" hidden={!going || loading !== null} onClick={() => void runs.stop()}>
          {all.stop}
        </button>
        {again && !off ? (
          <button type="button" class="button" data-testid="lab-fresh" title={all.freshMore} onClick={() => void runs.fresh()}>
            {all.fresh}
          </button>
        ) : null}
      </div>
      {off ? (
        <p class="lab-note" data-testid="lab-start-fault">
          <Named run={faulty}>{fault.row === null ? faultSays(fault) : all.atRow(all.row(fault.row + 1), faultSays(fault))}</Named>
        </p>
      ) : null}
      {loading === null ? null : <Progress label={all.making} done={loading} text={t.value.n.percent(loading)} testid="lab-loading" />}
      <div class="row lab-small">
        <button type="button" class="button quiet" data-testid="lab-batch" aria-disabled={!resting} onClick={() => (resting ? void runs.step("batch") : undefined)}>
          {all.oneBatch}
        </button>
        <button type="button" class="button quiet" data-testid="lab-epoch" aria-disabled={!resting} onClick={() => (resting ? void runs.step("epoch") : undefined)}>
          {all.oneEpoch}
        </button>
        <label class="field">
          <span>{all.pace}</span>
          <select
            data-testid="lab-pace"
            value={String(chosenRun.value.pace.value)}
            onChange={(event) => {
              const wanted = event.currentTarget.value;
              void runs.setPace(PACES.find((each) => String(each) === wanted) ?? null);
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
      {going && loading === null ? <Rate run={chosenRun.value} /> : null}
      {failed?.failure.value && !lost ? (
        <p class="lab-note" role="alert" data-testid="lab-failed">
          <Named run={failed}>{sayable(failed.failure.value)?.(all) ?? sentence(t.value, failed.failure.value)}</Named>
        </p>
      ) : null}
      {runs.stale.value ? <p class="lab-note">{all.stale}</p> : null}
      {lost && state === "failed" ? (
        <p class="lab-note" data-testid="lab-lost">
          {all.goneOn}
        </p>
      ) : null}
      <div class="row lab-small">
        <CompareButton />
      </div>
    </div>
  );
}

/** What is said of one of two says which. */
function Named({ run, children }: { run: Run | undefined; children: string }) {
  const name = run?.name.value;
  return <>{name ? words.value.named(name, children) : children}</>;
}

/** The rate, while it runs: of two that of the chosen one. */
function Rate({ run }: { run: Run }) {
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
