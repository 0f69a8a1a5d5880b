/** How it does: the large number, the health line, two curves and their table. */
import { signal } from "@preact/signals";
import { t } from "../i18n";
import { Lines } from "../ui/lines";
import { Live } from "../ui/live";
import { Progress } from "../ui/progress";
import "../ui/list-table.css";
import { findings, type Finding } from "./health";
import { asKept, differences, kept } from "./kept";
import type { Run } from "./run";
import { f } from "./store";
import { accuracyCurve, against, lossCurve, shareOf, span, thin, type Curve } from "./thin";
import { words } from "./words";

const log = signal(false);
/** Where the dots stand on a chart, in digits seen; at its end where null. */
const cursor = signal<number | null>(null);

/** As many rows as one reads. */
const ROWS = 100;

export function Looks({ run }: { run: Run }) {
  const { looks: title, accuracy, empty, loading } = words.value;
  const latest = run.latest.value;
  const [all] = latest?.validation ?? [];
  const share = all ? shareOf(all) : null;
  const ready = run.shapes.value !== null || run.failure.value !== null;
  return (
    <section class="lab-looks" aria-labelledby="lab-looks">
      <h2 id="lab-looks" class="unseen">
        {title}
      </h2>
      <div class="lab-numbers">
        <p class="lab-large">
          <strong data-testid="lab-accuracy" data-empty={share === null} data-value={share ?? ""} translate={false}>
            {share === null ? "–" : f.value.percent(share)}
          </strong>
          <span>{share === null ? (ready ? empty : loading) : accuracy}</span>
        </p>
        <Figures run={run} />
      </div>
      <Bar run={run} />
      <Health run={run} />
      <Charts run={run} />
    </section>
  );
}

function Figures({ run }: { run: Run }) {
  const { loss, seen, seconds, speed, time, perSecond, parts } = words.value;
  const now = run.progress.value;
  const [all, ...apart] = run.latest.value?.validation ?? [];
  const figures = [
    [loss, all ? f.value.loss(all.loss) : "–", "lab-loss", all?.loss],
    [seen, t.value.n.whole(now?.seen ?? 0), "lab-seen", now?.seen ?? 0],
    [seconds, time(now?.seconds ?? 0), "lab-seconds", now?.seconds ?? 0],
    [speed, now && now.digitsPerSecond > 0 ? perSecond(now.digitsPerSecond) : "–", "lab-speed", now?.digitsPerSecond],
    ...apart.map((part, i) => [parts[i] ?? "", f.value.percent(shareOf(part) ?? 0), `lab-part-${i + 1}`, shareOf(part)] as const),
  ] as const;
  return (
    <dl class="lab-figures">
      {figures.map(([name, text, id, value]) => (
        <div key={id}>
          <dt>{name}</dt>
          <dd data-testid={id} data-value={value ?? ""} translate={false}>
            {text}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Bar({ run }: { run: Run }) {
  const { progress, epoch, of } = words.value;
  const [now, made] = [run.progress.value, run.made.value];
  const done = now && made && made.ready.steps > 0 ? now.step / made.ready.steps : 0;
  const text = made ? `${epoch} ${of(Math.min(made.setup.epochs, Math.floor((now?.epoch ?? 0) + (now?.state === "over" ? 0 : 1))), made.setup.epochs)}` : "";
  return (
    <div class="lab-bar">
      <Progress label={progress} done={done} text={text} testid="lab-progress" />
      <p class="faint" translate={false}>
        <Live text={text} />
      </p>
    </div>
  );
}

function Health({ run }: { run: Run }) {
  const { health } = words.value;
  const found = findings(run.progress.value, run.made.value?.setup.optimizer.learningRate ?? 0);
  return (
    <div class="lab-health" data-testid="lab-health" data-what={found.map(({ what }) => what).join(" ")}>
      <h3>{health.title}</h3>
      {found.length === 0 ? <p class="faint">–</p> : found.map((each) => <p key={each.what}>{sentenceOf(each)}</p>)}
      <Best run={run} now={found.some(({ what }) => what === "rising")} />
    </div>
  );
}

/** The way back to its best look: while it rests, and where it gets worse. */
function Best({ run, now }: { run: Run; now: boolean }) {
  const { health } = words.value;
  const step = run.progress.value?.best ?? null;
  const [all] = run.looks.value.find((look) => look.step === step)?.validation ?? [];
  if (step === null || !all || (run.state.value === "running" && !now)) return null;
  return (
    <p class="lab-best">
      <span>{health.best(step, f.value.percent(shareOf(all) ?? 0))}</span>
      <button type="button" class="button" title={health.backMore} data-testid="lab-back" onClick={() => void run.goBack()}>
        {health.back}
      </button>
    </p>
  );
}

function sentenceOf(found: Finding): string {
  const { health, row } = words.value;
  switch (found.what) {
    case "chance":
      return health.chance(found.steps);
    case "dead":
      return health.dead(row(found.row + 1), found.share);
    case "vanishing":
      return health.vanishing(found.ratio);
    case "large":
    case "small":
      return health[found.what](row(found.row + 1), found.ratio);
    case "rising":
      return health.rising(found.looks, found.best);
    default:
      return health[found.what];
  }
}

function Charts({ run }: { run: Run }) {
  const all = words.value;
  const looks = run.looks.value;
  const made = run.made.value;
  const before = kept.value;
  const own = lossCurve(run.progress.value?.losses ?? [], looks, made?.setup.batch ?? 1);
  const losses = before ? against(own, lossCurve([], before.looks, before.setup.batch)) : own;
  const shares = before ? against(accuracyCurve(looks), accuracyCurve(before.looks)) : accuracyCurve(looks);
  const setup = run.setup.value;
  const last = Math.max(before?.seen ?? 0, made ? made.ready.steps * made.setup.batch : setup.data.train * setup.epochs);
  return (
    <>
      <p class="lines-key lab-key">
        <span class="lines-other">{before ? all.keptRun : all.training}</span> <span class="lines-net">{before ? all.thisRun : all.validation}</span>
      </p>
      <div class="lab-charts">
        <Chart what="accuracy" curve={shares} last={last} from={0} to={1} said={t.value.n.percent} exact={f.value.percent} />
        <Chart what="loss" curve={losses} last={last} {...span(losses, log.value)} said={f.value.rate} exact={f.value.loss} log={log.value} />
      </div>
      <div class="row">
        <label class="lab-check">
          <input type="checkbox" checked={log.value} data-testid="lab-log" onChange={(event) => (log.value = event.currentTarget.checked)} />
          {all.log}
        </label>
        {run.state.value === "over" && !before ? (
          <button type="button" class="button" data-testid="lab-keep" onClick={() => (kept.value = asKept(run))}>
            {all.keep}
          </button>
        ) : null}
      </div>
      {before ? <Compare run={run} /> : null}
      <details class="lab-table">
        <summary>{all.numbers}</summary>
        <Table run={run} />
      </details>
    </>
  );
}

function Chart({ what, curve, last, from, to, said, exact, log: byFactors = false }: {
  what: "loss" | "accuracy";
  curve: Curve;
  last: number;
  from: number;
  to: number;
  said: (value: number) => string;
  exact: (value: number) => string;
  log?: boolean;
}) {
  const { curves, feet, keptRun, thisRun } = words.value;
  // Two runs, or two kinds of digits.
  const names = kept.value ? ([keptRun, thisRun] as const) : ([words.value.training, words.value.validation] as const);
  const curveSays = (of: string, theirs: string, ours: string): string => words.value.curveSays(of, theirs, ours, ...names);
  const cursorSays = (seen: number, theirs: string, ours: string): string => words.value.cursor(seen, theirs, ours, ...names);
  const { places, training, validation } = curve;
  const wanted = cursor.value;
  // The last place that is not beyond the one that was pointed at on either chart.
  const at = wanted === null ? places.length - 1 : Math.max(0, places.findLastIndex((place) => place <= wanted));
  const value = (of: readonly (number | null)[]): string => {
    const found = of.slice(0, at + 1).findLast((each) => each !== null);
    return found === undefined || found === null ? "–" : exact(found);
  };
  const [ours, theirs] = [value(validation), value(training)];
  return (
    <figure>
      <figcaption>
        <h3>{curves[what]}</h3>
        <p class="faint" translate={false}>
          <Live text={places.length > 0 ? cursorSays(places[at] ?? 0, theirs, ours) : ""} />
        </p>
      </figcaption>
      <Lines
        label={curveSays(curves[what], theirs, ours)}
        testid={`lab-curve-${what}`}
        network={{ values: validation }}
        other={{ values: training }}
        from={from}
        to={to}
        last={last}
        at={at}
        said={said}
        feet={["0", feet(last)]}
        places={places}
        log={byFactors}
        move={{ to: (index) => (cursor.value = index >= places.length - 1 ? null : (places[index] ?? null)), says: cursorSays(places[at] ?? 0, theirs, ours) }}
      />
    </figure>
  );
}

/** Two runs: only what differs, and what came of it. */
function Compare({ run }: { run: Run }) {
  const all = words.value;
  const before = kept.value;
  if (!before) return null;
  const { n } = t.value;
  const setup = run.made.value && !run.stale.value ? run.made.value.setup : run.setup.value;
  const rows = differences(before.setup, setup, all, { whole: n.whole, percent: n.percent, rate: f.value.rate });
  const [now] = run.stale.value ? [] : (run.latest.value?.validation ?? []);
  const share = (of: { count: number; right: number } | undefined): string => (of ? f.value.percent(shareOf(of) ?? 0) : "–");
  return (
    <section class="lab-compare" aria-labelledby="lab-compare">
      <h3 id="lab-compare">{all.compare}</h3>
      <p class="faint">{rows.length === 0 ? all.compareSame : all.compareMore}</p>
      <table data-testid="lab-compare">
        <thead>
          <tr>
            <td>{"\u00A0"}</td>
            <th scope="col">{all.keptRun}</th>
            <th scope="col">{all.thisRun}</th>
          </tr>
        </thead>
        <tbody>
          {[...rows, [all.result, share(before.figures), share(now)] as const, [all.loss, f.value.loss(before.figures.loss), now ? f.value.loss(now.loss) : "–"] as const].map(([name, a, b]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{a}</td>
              <td>{b}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <button type="button" class="button" data-testid="lab-keep-no" onClick={() => (kept.value = null)}>
        {all.keepNo}
      </button>
    </section>
  );
}

function Table({ run }: { run: Run }) {
  const { columns, training, validation, numbers } = words.value;
  const { n } = t.value;
  const looks = thin(run.looks.value, ROWS);
  return (
    // A list that scrolls must be reachable without a mouse.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div class="list-table" tabIndex={0} role="group" aria-label={numbers}>
      <table data-testid="lab-table" translate={false}>
        <thead>
          <tr>
            <th scope="col" rowSpan={2}>
              {columns.seen}
            </th>
            <th scope="colgroup" colSpan={2}>
              {columns.loss}
            </th>
            <th scope="colgroup" colSpan={2}>
              {columns.accuracy}
            </th>
          </tr>
          <tr>
            {[columns.loss, columns.accuracy].flatMap((each) => [
              <th key={`${each} t`} scope="col">
                {training}
              </th>,
              <th key={`${each} v`} scope="col">
                {validation}
              </th>,
            ])}
          </tr>
        </thead>
        <tbody>
          {looks.map(({ step, seen, training: trained, validation: [all] }) => (
            <tr key={step}>
              <th scope="row">{n.whole(seen)}</th>
              <td>{trained ? f.value.loss(trained.loss) : "–"}</td>
              <td>{all ? f.value.loss(all.loss) : "–"}</td>
              <td>{trained ? f.value.percent(trained.accuracy) : "–"}</td>
              <td>{all ? f.value.percent(shareOf(all) ?? 0) : "–"}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
