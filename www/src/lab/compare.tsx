/** Two runs side by side: which one is looked at, what they have not in common, and what came of that. */
import { t } from "../i18n";
import { differences } from "./differs";
import type { Name, Run } from "./run";
import { f, runs } from "./store";
import { shareOf, together } from "./thin";
import { words } from "./words";
import "./compare.css";

/** The way in and out. */
export function CompareButton() {
  const { compareWith, compareMore, compareEnd } = words.value;
  if (runs.pair.value) {
    return (
      <button type="button" class="button quiet" data-testid="lab-compare-end" aria-disabled={runs.going.value} onClick={() => (runs.going.value ? undefined : runs.alone())}>
        {compareEnd(runs.chosen.value)}
      </button>
    );
  }
  return (
    <button type="button" class="button quiet" data-testid="lab-compare-start" title={compareMore} aria-disabled={runs.going.value} onClick={() => (runs.going.value ? undefined : runs.compare())}>
      {compareWith}
    </button>
  );
}

export function Compare() {
  const [first, second] = runs.all.value;
  if (!first || !second) return null;
  const all = words.value;
  const { n } = t.value;
  const rows = differences(first.setup.value, second.setup.value, all, { whole: n.whole, percent: n.percent, rate: f.value.rate });
  // What stands of a setup that was changed since is not of these.
  const both = runs.stale.value ? null : together(first.looks.value, second.looks.value);
  const shown = both?.looks.map(({ validation: [figures] }) => figures);
  const result = (of: (figures: { count: number; right: number; loss: number }) => string): [string, string] => [0, 1].map((i) => (shown?.[i] ? of(shown[i]) : "–")) as [string, string];
  const results = [
    [all.result, ...result((figures) => f.value.percent(shareOf(figures) ?? 0))],
    [all.loss, ...result(({ loss }) => f.value.loss(loss))],
  ] as const;
  return (
    <section class="lab-compare" aria-labelledby="lab-compare">
      <h3 id="lab-compare">{all.compare}</h3>
      <p class="faint">{rows.length === 0 ? all.compareSame : all.compareChoose}</p>
      <table data-testid="lab-compare">
        <thead>
          <tr>
            <th scope="col">{all.compareDiffers}</th>
            <Head of={first} name="A" />
            <Head of={second} name="B" />
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row[0]} row={row} />
          ))}
        </tbody>
        <tbody translate={false}>
          <tr>
            <th scope="rowgroup" colSpan={3} class="faint">
              {both ? all.compareAfter(both.seen) : all.compareNot}
            </th>
          </tr>
          {results.map((row) => (
            <Row key={row[0]} row={row} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Row({ row: [name, a, b] }: { row: readonly [name: string, a: string, b: string] }) {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>{a}</td>
      <td>{b}</td>
    </tr>
  );
}

/** The one that is chosen is looked at and changed: health, table, weights, and the setup, are its own. */
function Head({ of, name }: { of: Run; name: Name }) {
  const chosen = runs.chosen.value === name;
  return (
    <th scope="col" data-chosen={chosen}>
      <label class="lab-check">
        <input type="radio" name="lab-chosen" checked={chosen} data-testid={`lab-run-${name.toLowerCase()}`} onChange={() => (runs.chosen.value = name)} />
        <span translate={false}>{name}</span>
        <span class="unseen"> {words.value.compareLook}</span>
      </label>
      {of.failure.value ? <span class="unseen"> {words.value.said.failed}</span> : null}
    </th>
  );
}
