/** The sum that made the chosen number. */
import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { Live } from "../ui/live";
import type { InsideAnswer, InsideSum, InsideTrace } from "../worker/inside";
import { Numbers, Products } from "./grids";
import { Exactness, Ladder, number, type Row, type Sum } from "./ladder";
import { Loupe } from "./loupe";
import { answersName, groupName, layerName, spotName, unitName } from "./names";
import { four, nine, plain, whole as wholeNumber } from "./numbers";
import { ANSWER, type Spot } from "./place";
import { back, calm, choose, close, open, opened, spot, sum, trace, trail, useEntry } from "./store";
import { levelOf, placeGrid, productGrids } from "./terms";
import { words } from "./words";
import "./sum.css";

/** Whole numbers where the weights are such. */
const whole = signal(false);
const sorted = signal(false);

export function SumPanel() {
  const told = trace.value;
  const at = spot.value;
  return (
    <section class="sum" aria-label={words.value.sum} data-open={at !== null} data-testid="inside-sum">
      {told && at ? at.layer === ANSWER ? <OfAnswer told={told} at={at} /> : <OfUnit told={told} at={at} /> : <Begin />}
    </section>
  );
}

/** Nothing is chosen: where one may begin. */
function Begin() {
  const told = calm.value;
  if (!told) return null;
  const { likeliest } = told.answer;
  return (
    <>
      <p class="faint">{words.value.choose}</p>
      <button type="button" class="button" data-testid="inside-begin" onClick={() => choose(ANSWER, likeliest, "to")}>
        <Live text={words.value.begin(likeliest)} />
      </button>
    </>
  );
}

/** What is chosen, and its value. */
function Head({ told, at, value, crumbs }: { told: InsideTrace; at: Spot; value: number; crumbs: ComponentChildren }) {
  const layer = at.layer === ANSWER ? answersName(told) : layerName(told.layers[at.layer] ?? { kind: "dense", number: 0 } as InsideTrace["layers"][number]);
  const unit = at.layer === ANSWER ? words.value.digit(at.unit) : unitName(told, at.layer, at.unit);
  return (
    <header class="sum-head">
      {crumbs}
      <h2>
        <span data-testid="inside-layer">{layer}</span>, <span data-testid="inside-unit">{unit}</span>
      </h2>
      <output class="sum-value" data-testid="inside-value" data-value={plain(value)} translate={false}>
        {number(value)}
      </output>
      <button type="button" class="button quiet sum-close" data-testid="inside-close" aria-label={words.value.close} onClick={close}>
        <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
          <path d="M4.5 4.5l11 11M15.5 4.5l-11 11" />
        </svg>
      </button>
    </header>
  );
}

/** From the number at which one began, down to the open group. */
function Crumbs({ told, at, groups }: { told: InsideTrace; at: Spot; groups: readonly string[] }) {
  const before = trail.value.slice(0, -1);
  if (before.length === 0 && groups.length === 0) return null;
  return (
    <nav class="crumbs" aria-label={words.value.path} data-testid="inside-path">
      <ol>
        {before.map((each, index) => (
          <li key={index}>
            <button type="button" class="crumb" onClick={() => back(index)}>
              {spotName(told, each)}
            </button>
          </li>
        ))}
        <li>
          {groups.length > 0 ? (
            <button type="button" class="crumb" onClick={() => open([])}>
              {spotName(told, at)}
            </button>
          ) : (
            <span aria-current="true">{spotName(told, at)}</span>
          )}
        </li>
        {groups.map((name, index) => (
          <li key={`in ${index}`}>
            {index < groups.length - 1 ? (
              <button type="button" class="crumb" onClick={() => open(at.path.slice(0, index + 1))}>
                {name}
              </button>
            ) : (
              <span aria-current="true">{name}</span>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}

function OfUnit({ told, at }: { told: InsideTrace; at: Spot }) {
  const of = sum.value;
  const layer = at.layer === ANSWER ? undefined : told.layers[at.layer];
  if (at.layer === ANSWER || !layer) return null;
  // The sum of another number is still there while this one is asked for.
  if (!of || of.layer !== at.layer || of.unit !== at.unit) return <Head told={told} at={at} value={told.values[layer.a + at.unit] ?? 0} crumbs={null} />;
  const { says } = words.value;
  const { cut, groups } = opened(of, at);
  const group = groups.at(-1);
  const path = at.path.slice(0, groups.length - 1);
  const names = groups.slice(1).map((each) => groupName(told, of, each));
  const kinds = {
    conv: () => says.conv(layer.window),
    dense: () => says.dense,
    maxpool: () => says.maxpool,
    batchnorm: () => says.batchnorm,
    dropout: () => says.dropout,
  };
  const part = () => (at.layer === 0 ? says.block : says.part);
  const inGroup = { all: kinds[layer.kind], place: () => says.place, map: () => says.map, row: part, block: part, rest: () => says.rest, ranks: () => says.rest };
  const products = group ? productGrids(told, of, group) : null;
  const places = group && !products ? placeGrid(told, of, group, path) : null;
  const level = group
    ? levelOf(told, of, group, path, { whole: whole.value, sorted: sorted.value, caption: [spotName(told, at), ...names].join(": ") })
    : null;
  return (
    <>
      <Head told={told} at={at} value={of.a} crumbs={<Crumbs told={told} at={at} groups={names} />} />
      {path.length === 0 ? <Loupe told={told} layer={at.layer} unit={at.unit} /> : null}
      <div class="with-cells">
        {places ? <Numbers grid={places} name={words.value.grids.sums} /> : null}
        <p class="sum-says">
          <Live text={`${group ? inGroup[group.kind]() : ""}${path.length === 0 && layer.folded ? ` ${says.folded}` : ""}`} />
        </p>
      </div>
      {products ? <Products grids={products} /> : null}
      {of.cuts.length > 1 || (group && group.groups.length > 1) ? <Cuts of={of} by={cut?.by ?? null} /> : null}
      {level ? <Ladder sum={level} /> : null}
      {path.length === 0 ? <Activation layer={layer} of={of} told={told} level={level} /> : null}
      {level ? <Exactness sum={level} bound={path.length === 0 && !level.whole ? of.bound : undefined} /> : null}
      {layer.parameters > 0 && layer.kind !== "batchnorm" ? <Whole of={of} /> : null}
    </>
  );
}

/** What becomes of z, and of an answer's sum what memory adds. */
function Activation({ layer, of, told, level }: { layer: InsideTrace["layers"][number]; of: InsideSum; told: InsideTrace; level: Sum | null }) {
  const { says, formula } = words.value;
  const quantized = level?.totalLabel === "Σ q·x" && of.scale !== null;
  const lines = [];
  if (quantized) lines.push(formula.whole(level.whole ? wholeNumber(level.total) : number(level.total), nine(of.scale ?? 0), nine(of.bias), number(of.sum)));
  if (layer.activation === "relu") lines.push(formula.relu(number(of.z), number(of.a)));
  if (layer.activation === "sigmoid" || layer.activation === "tanh") lines.push(formula[layer.activation](number(of.z), number(of.a)));
  if (of.memory !== null && of.memory !== 0 && told.answer.softmax) lines.push(formula.memory(number(of.a), number(of.memory), number(of.a + of.memory)));
  const then = layer.activation === "relu" ? says.relu[of.z > 0 ? "on" : "off"] : layer.activation === "linear" ? null : says[layer.activation];
  return (
    <div class="activation">
      {lines.map((line) => (
        <p key={line} class="formula" translate={false}>
          {line}
        </p>
      ))}
      {then ? <p class="faint">{then}</p> : null}
      {of.memory === null ? null : (
        <button type="button" class="link" onClick={() => choose(ANSWER, of.unit, "to")}>
          {spotName(told, { layer: ANSWER, unit: of.unit })}
        </button>
      )}
    </div>
  );
}

function Cuts({ of, by }: { of: InsideSum; by: string | null }) {
  const { cut, cuts, sort, sorts } = words.value;
  return (
    <div class="row cuts">
      {of.cuts.length > 1 ? (
        <label class="field">
          <span>{cut}</span>
          <select value={by ?? ""} data-testid="inside-cut" onChange={(event) => open([], event.currentTarget.value as InsideSum["cuts"][number]["by"])}>
            {of.cuts.map((each) => (
              <option key={each.by} value={each.by}>
                {cuts[each.by]}
              </option>
            ))}
          </select>
        </label>
      ) : null}
      <label class="field">
        <span>{sort}</span>
        <select value={String(sorted.value)} onChange={(event) => (sorted.value = event.currentTarget.value === "true")}>
          <option value="false">{sorts.order}</option>
          <option value="true">{sorts.size}</option>
        </select>
      </label>
    </div>
  );
}

function Whole({ of }: { of: InsideSum }) {
  const { whole: name, wholeMore, noWhole } = words.value;
  if (of.whole === null || of.scale === null) return <p class="faint">{noWhole}</p>;
  return (
    <div>
      <label class="check">
        <input type="checkbox" checked={whole.value} data-testid="inside-whole" onChange={(event) => (whole.value = event.currentTarget.checked)} />
        {name}
      </label>
      <p class="faint">{wholeMore(nine(of.scale))}</p>
    </div>
  );
}

/** e to more than this outgrows a pocket calculator's display. */
const LARGEST_POWER = 80;
/** No more numbers to add than this at one level. */
const ROWS = 10;

/** From the sums of the last layer to the chance of one answer. */
function OfAnswer({ told, at }: { told: InsideTrace; at: Spot }) {
  useEntry(() => document.querySelector<HTMLElement>("[data-testid=inside-ladder] button"));
  const { answer } = told;
  const { says } = words.value;
  const value = answer.probabilities[at.unit] ?? 0;
  const [first] = at.path;
  const inner = first !== undefined && answer.softmax ? first : null;
  const crumbs = <Crumbs told={told} at={at} groups={inner === null ? [] : [words.value.digit(inner)]} />;
  return (
    <>
      <Head told={told} at={at} value={value} crumbs={crumbs} />
      {answer.softmax && inner === null ? (
        <Shares told={told} unit={at.unit} />
      ) : (
        <>
          {answer.softmax ? null : <p class="sum-says">{answer.votes.some(Boolean) ? says.noSoftmaxVote : says.noSoftmax}</p>}
          <Total told={told} unit={inner ?? at.unit} />
        </>
      )}
    </>
  );
}

/** Softmax: e to the power of each total, and this one's share of all. */
function Shares({ told, unit }: { told: InsideTrace; unit: number }) {
  const { answer } = told;
  const { says, formula, digit } = words.value;
  const largest = Math.max(...answer.totals);
  const shift = Math.abs(largest) > LARGEST_POWER ? largest : 0;
  const powers = answer.totals.map((total) => Math.exp(total - shift));
  const all = powers.reduce((sum, power) => sum + power, 0);
  const order = powers.map((_, each) => each);
  // Of many classes those that count most, and this one.
  if (order.length > ROWS) order.sort((a, b) => Number(b === unit) - Number(a === unit) || (powers[b] ?? 0) - (powers[a] ?? 0));
  const shown = order.length > ROWS ? order.slice(0, ROWS - 1) : order;
  const others = order.slice(shown.length);
  const rows: Row[] = shown.map((each) => ({
    key: String(each),
    label: digit(each),
    value: powers[each] ?? 0,
    note: formula.power(number((answer.totals[each] ?? 0) - shift), "").replace(/\s*=\s*$/, ""),
    go: () => open([each]),
  }));
  if (others.length > 0) rows.push({ key: "rest", label: words.value.rest(others.length), value: others.reduce((sum, each) => sum + (powers[each] ?? 0), 0) });
  const sum: Sum = { caption: spotName(told, { layer: ANSWER, unit }), rows, total: all, totalLabel: words.value.total, how: "e^z" };
  return (
    <>
      <p class="sum-says">
        {says.softmax} {shift === 0 ? null : says.softmaxShift(number(shift))}
      </p>
      <Ladder sum={sum} />
      <p class="formula" translate={false}>
        {formula.share(number(powers[unit] ?? 0), number(all), number((powers[unit] ?? 0) / all))}
      </p>
      {answer.rest === 1 ? null : <p>{words.value.symbols.says(four(answer.rest))}</p>}
      <Exactness sum={sum} />
    </>
  );
}

/** What one answer comes to: the network's own sum, and memory's vote. */
function Total({ told, unit }: { told: InsideTrace; unit: number }) {
  const { answer } = told;
  const { says, formula, output, vote } = words.value;
  const { logit, votes, total } = partsOf(answer, unit);
  const last = told.layers.length - 1;
  const speaks = answer.votes.some(Boolean);
  const own = { key: "logit", label: output, go: () => choose(last, unit, "down") };
  const raw = answer.outputs[unit] ?? 0;
  const rows: Row[] =
    answer.softmax || speaks
      ? [
          { ...own, value: logit },
          { key: "vote", label: vote, value: votes },
        ]
      : [{ ...own, value: raw }];
  const sum: Sum = { caption: spotName(told, { layer: ANSWER, unit }), rows, total: rows.reduce((all, { value }) => all + value, 0), totalLabel: words.value.total };
  return (
    <>
      {answer.softmax ? <p class="sum-says">{speaks ? says.total : says.totalAlone}</p> : null}
      {!answer.softmax && speaks ? (
        <p class="formula" translate={false}>
          {formula.unsqueezed(number(Math.min(0.9999, Math.max(0.0001, raw))), number(logit))}
        </p>
      ) : null}
      <Ladder sum={sum} />
      {answer.softmax ? (
        <p class="formula" translate={false}>
          {formula.power(number(total), number(Math.exp(total)))}
        </p>
      ) : speaks ? (
        <p class="formula" translate={false}>
          {formula.sigmoid(number(total), number(answer.probabilities[unit] ?? 0))}
        </p>
      ) : null}
      <Exactness sum={sum} />
    </>
  );
}

function partsOf(answer: InsideAnswer, unit: number): { logit: number; votes: number; total: number } {
  return { logit: answer.logits[unit] ?? 0, votes: answer.votes[unit] ?? 0, total: answer.totals[unit] ?? 0 };
}
