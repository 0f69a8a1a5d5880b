/** Two curves, of one run or of two, and the table of their numbers. */
import { batch, signal, useSignal } from "@preact/signals";
import { t } from "../i18n";
import { Lines } from "../ui/lines";
import { Live } from "../ui/live";
import "../ui/list-table.css";
import type { LabLook } from "../worker/lab-protocol";
import type { Run } from "./run";
import { f, runs } from "./store";
import { ACROSS, accuracyCurve, against, lossCurve, NOTHING, reached, shareOf, span, thin, type Across, type Curve, type Told } from "./thin";
import { words } from "./words";
import "./charts.css";

const log = signal(false);
const across = signal<Across>("seen");
/** Where the dots stand on a chart, across; at its end where null. */
const cursor = signal<number | null>(null);

/** As many rows as one reads. */
const ROWS = 100;

const told = (run: Run | undefined): Told =>
  run?.made.value ? { losses: run.progress.value?.losses ?? [], looks: run.looks.value, batch: run.made.value.setup.batch } : NOTHING;

/** Where the curves end: what is to come is known in digits alone. */
function end(all: readonly Run[]): number {
  if (across.value !== "seen") return Math.max(...all.map((run) => reached(told(run), across.value)), 1);
  return Math.max(
    ...all.map(({ made: { value: made }, setup: { value: setup } }) => (made ? made.ready.steps * made.setup.batch : setup.data.train * setup.epochs)),
  );
}

export function Charts({ run }: { run: Run }) {
  const all = words.value;
  const [first, second] = runs.all.value;
  const both = second && against(told(first), told(second), across.value);
  const shares = both?.accuracy ?? accuracyCurve(told(run), across.value);
  const losses = both?.loss ?? lossCurve(told(run), across.value);
  const names = second ? (["A", "B"] as const) : ([all.training, all.validation] as const);
  const last = end(runs.all.value);
  return (
    <>
      <p class="lines-key lab-key">
        <span class="lines-other">{names[0]}</span> <span class="lines-net">{names[1]}</span>
      </p>
      <div class="lab-charts">
        <Chart what="accuracy" names={names} curve={shares} last={last} from={0} to={1} said={t.value.n.percent} exact={f.value.percent} />
        <Chart what="loss" names={names} curve={losses} last={last} {...span(losses, log.value)} said={f.value.rate} exact={f.value.loss} log={log.value} />
      </div>
      <div class="row">
        <label class="field">
          <span>{all.across}</span>
          <select
            data-testid="lab-across"
            value={across.value}
            onChange={(event) => {
              const wanted = event.currentTarget.value;
              batch(() => {
                across.value = ACROSS.find((each) => each === wanted) ?? "seen";
                cursor.value = null;
              });
            }}
          >
            {ACROSS.map((each) => (
              <option key={each} value={each}>
                {all.acrosses[each]}
              </option>
            ))}
          </select>
        </label>
        <label class="lab-check">
          <input type="checkbox" checked={log.value} data-testid="lab-log" onChange={(event) => (log.value = event.currentTarget.checked)} />
          {all.log}
        </label>
      </div>
      <Numbers run={run} />
    </>
  );
}

/** A hundred rows, which are not made anew at each look while nobody sees them. */
function Numbers({ run }: { run: Run }) {
  const open = useSignal(false);
  const [first, second] = runs.all.value;
  return (
    <details class="lab-table" data-testid="lab-numbers" onToggle={({ currentTarget }) => (open.value = currentTarget.open)}>
      <summary>{words.value.numbers}</summary>
      {!open.value ? null : second && first ? <TableOfTwo first={first.looks.value} second={second.looks.value} /> : <Table looks={run.looks.value} />}
    </details>
  );
}

function Chart({ what, names, curve, last, from, to, said, exact, log: byFactors = false }: {
  what: "loss" | "accuracy";
  names: readonly [other: string, own: string];
  curve: Curve;
  last: number;
  from: number;
  to: number;
  said: (value: number) => string;
  exact: (value: number) => string;
  log?: boolean;
}) {
  const { curves, curveSays, cursor: cursorSays } = words.value;
  const { places, own, other } = curve;
  const wanted = cursor.value;
  // The last place that is not beyond the one that was pointed at on either chart.
  const at = wanted === null ? places.length - 1 : Math.max(0, places.findLastIndex((place) => place <= wanted));
  const value = (of: readonly (number | null)[]): string => {
    const found = of.slice(0, at + 1).findLast((each) => each !== null);
    return found === undefined || found === null ? "–" : exact(found);
  };
  const [ours, theirs] = [value(own), value(other)];
  const says = cursorSays(amountOf(places[at] ?? 0), theirs, ours, ...names);
  return (
    <figure>
      <figcaption>
        <h3>{curves[what]}</h3>
        <p class="faint" translate={false}>
          <Live text={places.length > 0 ? says : ""} />
        </p>
      </figcaption>
      <Lines
        label={curveSays(curves[what], theirs, ours, ...names)}
        testid={`lab-curve-${what}`}
        network={{ values: own }}
        other={{ values: other }}
        from={from}
        to={to}
        last={last}
        at={at}
        said={said}
        feet={["0", amountOf(last)]}
        places={places}
        log={byFactors}
        move={{ to: (index) => (cursor.value = index >= places.length - 1 ? null : (places[index] ?? null)), says }}
      />
    </figure>
  );
}

/** So much of what stands across. */
const amountOf = (place: number): string => words.value.amounts[across.value](place);
const cellOf = (look: LabLook): string => (across.value === "seconds" ? f.value.tenths(look.seconds) : t.value.n.whole(look[across.value]));
const accuracyOf = ({ validation: [all] }: LabLook): string => (all ? f.value.percent(shareOf(all) ?? 0) : "–");
const lossOf = ({ validation: [all] }: LabLook): string => (all ? f.value.loss(all.loss) : "–");

function Table({ looks }: { looks: readonly LabLook[] }) {
  const { training, validation } = words.value;
  return (
    <Sheet names={[training, validation]}>
      {thin(looks, ROWS).map((look) => (
        <tr key={look.step}>
          <th scope="row">{cellOf(look)}</th>
          <td>{look.training ? f.value.loss(look.training.loss) : "–"}</td>
          <td>{lossOf(look)}</td>
          <td>{look.training ? f.value.percent(look.training.accuracy) : "–"}</td>
          <td>{accuracyOf(look)}</td>
        </tr>
      ))}
    </Sheet>
  );
}

/** Both on digits that they are not trained on; a row where either was looked at. */
function TableOfTwo({ first, second }: { first: readonly LabLook[]; second: readonly LabLook[] }) {
  const key = across.value;
  const [a, b] = [first, second].map((looks) => new Map(thin(looks, ROWS).map((look) => [look[key], look])));
  const places = [...new Set([...(a?.keys() ?? []), ...(b?.keys() ?? [])])].toSorted((left, right) => left - right);
  return (
    <Sheet names={["A", "B"]}>
      {places.map((place) => {
        const both = [a?.get(place), b?.get(place)];
        const any = both.find((each) => each !== undefined);
        return any ? (
          <tr key={place}>
            <th scope="row">{cellOf(any)}</th>
            {[lossOf, accuracyOf].flatMap((of) => both.map((look, i) => <td key={`${of.name} ${i}`}>{look ? of(look) : "–"}</td>))}
          </tr>
        ) : null;
      })}
    </Sheet>
  );
}

function Sheet({ names, children }: { names: readonly [string, string]; children: preact.ComponentChildren }) {
  const { columns, numbers } = words.value;
  return (
    // A list that scrolls must be reachable without a mouse.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div class="list-table" tabIndex={0} role="group" aria-label={numbers}>
      <table data-testid="lab-table" translate={false}>
        <thead>
          <tr>
            <th scope="col" rowSpan={2}>
              {columns[across.value]}
            </th>
            <th scope="colgroup" colSpan={2}>
              {columns.loss}
            </th>
            <th scope="colgroup" colSpan={2}>
              {columns.accuracy}
            </th>
          </tr>
          <tr>
            {["loss", "accuracy"].flatMap((each) =>
              names.map((name) => (
                <th key={`${each} ${name}`} scope="col">
                  {name}
                </th>
              )),
            )}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
