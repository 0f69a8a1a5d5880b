/** Why not another? The margin between two answers, and what of the drawing it hangs on. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { pathOf } from "../drawing/picture";
import { unpack } from "../drawing/strokes";
import { dark } from "../settings/preferences";
import { engine } from "../state/engine";
import { t } from "../i18n";
import { DIGITS } from "../i18n/labels";
import { Live } from "../ui/live";
import { palette } from "../ui/palette";
import type { InsideAnswer, InsideSum, InsideTrace } from "../worker/inside";
import { useAnswer } from "./asked";
import { Exactness, Ladder, number, type Sum } from "./ladder";
import { four } from "./numbers";
import { paintMap, shade } from "./paint";
import { calm, inside, looked, opened, visitor } from "./store";
import { levelOf } from "./terms";
import { Drawn } from "./drawn";
import { words } from "./words";
import "./why.css";

export function Why() {
  const told = calm.value;
  const { why } = words.value;
  const chosen = useSignal<number | null>(null);
  if (!told) return null;
  if (told.empty) return <p>{why.empty}</p>;
  const { likeliest, totals } = told.answer;
  const other = chosen.value !== null && chosen.value !== likeliest ? chosen.value : second(totals, likeliest);
  return (
    <div class="why">
      <h2>
        <Live text={why.title(likeliest, other)} />
      </h2>
      <div class="digits-row" role="group" aria-label={why.other}>
        <span aria-hidden="true">{why.other}</span>
        {totals.map((_, digit) =>
          digit === likeliest ? null : (
            <button key={digit} type="button" class="key" aria-pressed={digit === other} data-testid={`why-${digit}`} onClick={() => (chosen.value = digit)}>
              {digit}
            </button>
          ),
        )}
      </div>
      <Margin told={told} likeliest={likeliest} other={other} />
      {/* A picture has no strokes to leave out. */}
      {visitor.value?.picture ? null : <Pieces told={told} />}
      <Patch told={told} />
      <Gradient told={told} digit={likeliest} />
      <Neighbours told={told} />
    </div>
  );
}

function second(totals: readonly number[], first: number): number {
  let best = first === 0 ? 1 : 0;
  totals.forEach((total, digit) => {
    if (digit !== first && total > (totals[best] ?? -Infinity)) best = digit;
  });
  return best;
}

function Margin({ told, likeliest, other }: { told: InsideTrace; likeliest: number; other: number }) {
  const { why } = words.value;
  const path = useSignal<readonly number[]>([]);
  const { value: sum } = useAnswer(() => inside.margin(looked(), likeliest, other), [told, likeliest, other]);
  useEffect(() => {
    path.value = [];
  }, [likeliest, other]);
  if (!sum) return <p class="faint">{words.value.loading}</p>;
  const { cut, groups } = opened(sum, { cut: null, path: path.value });
  const group = groups.at(-1);
  if (!group) return null;
  const here = path.value.slice(0, groups.length - 1);
  const level = levelOf(told, sum, group, here, {
    whole: false,
    sorted: false,
    caption: why.title(likeliest, other),
    open: (to) => (path.value = to),
  });
  const top = here.length === 0;
  const table: Sum = top ? withMemory(sum, level) : level;
  return (
    <section class="part">
      <p>{cut?.by === "place" ? why.says(likeliest, other) : why.saysUnits(likeliest, other)}</p>
      {top ? null : (
        <p>
          <button type="button" class="link" onClick={() => (path.value = here.slice(0, -1))}>
            {why.title(likeliest, other)}
          </button>
        </p>
      )}
      <Ladder sum={table} testid="inside-margin" />
      {top ? <Times told={told} sum={sum} likeliest={likeliest} other={other} /> : null}
      <Exactness sum={table} />
    </section>
  );
}

/** Places, bias, and what memory adds: all of it is the margin. */
function withMemory(sum: InsideSum, level: Sum): Sum {
  const { why } = words.value;
  if (!sum.memory) return { ...level, totalLabel: why.margin };
  return { ...level, rows: [...level.rows, { key: "memory", label: why.memory, value: sum.memory }], total: level.total + sum.memory, totalLabel: why.margin };
}

/** e to the margin is by how much the chances differ: said where the numbers that are read bear it out. */
function Times({ told, sum, likeliest, other }: { told: InsideTrace; sum: InsideSum; likeliest: number; other: number }) {
  const { why } = words.value;
  const margin = sum.sum + (sum.memory ?? 0);
  const { softmax, probabilities } = told.answer;
  const [p, q] = [probabilities[likeliest] ?? 0, probabilities[other] ?? 0];
  const read = softmax ? p / q : p / (1 - p) / (q / (1 - q));
  const times = Math.exp(margin);
  // Where a chance is held back at its end, or is none at all in single precision, it is not so.
  if (!(Math.abs(read / times - 1) < 0.01)) return null;
  const say = softmax ? why.ratio : why.odds;
  return <p class="formula">{say(number(margin), number(times), likeliest, other)}</p>;
}

const percent = (chance: number): string => t.value.n.percent(chance);
const chanceOf = (answer: InsideAnswer, digit: number): number => answer.probabilities[digit] ?? 0;
const saysIt = (answer: InsideAnswer): [number, string] => [answer.likeliest, percent(chanceOf(answer, answer.likeliest))];

/** Each piece of the pen's way left out in turn. */
function Pieces({ told }: { told: InsideTrace }) {
  const { why } = words.value;
  const wanted = useSignal<InsideTrace | null>(null);
  const shown = useSignal<number | null>(null);
  const { value, going } = useAnswer(wanted.value === told ? () => inside.pieces(looked()) : null, [wanted.value === told ? told : null]);
  const best = value?.answer.likeliest ?? 0;
  const whole = value ? chanceOf(value.answer, best) : 0;
  const lost = value?.pieces.map(({ without }) => (without ? Math.max(0, whole - chanceOf(without, best)) : whole)) ?? [];
  const most = Math.max(...lost, 0);
  return (
    <section class="part">
      <h2>{why.pieces}</h2>
      <p>{why.piecesSay}</p>
      {value ? (
        <div class="pieces">
          <svg class="ink pieces-picture" viewBox="0 0 1000 1000" role="img" aria-label={why.pieces}>
            {value.pieces.map(({ drawing }, piece) => (
              <path
                key={piece}
                d={pathOf(unpack(drawing))}
                class="piece"
                data-shown={shown.value === piece}
                style={`--shade:${(shade(lost[piece] ?? 0, most) * 100).toFixed(0)}%`}
                onPointerEnter={() => (shown.value = piece)}
                onPointerDown={() => (shown.value = piece)}
              />
            ))}
            {value.smallest.map((piece) => (
              <path key={`mark ${piece}`} class="piece-mark" d={pathOf(unpack(value.pieces[piece]?.drawing ?? looked()))} />
            ))}
          </svg>
          <div>
            <p>
              <Live text={why.piecesAll(best, percent(whole))} />
            </p>
            {value.without && value.smallest.length > 0 ? (
              <p>
                <strong>{why.smallest(value.smallest.length, ...saysIt(value.without))}</strong>
              </p>
            ) : (
              <p>{why.smallestNone}</p>
            )}
            <div class="list-table pieces-table">
              <table data-testid="why-pieces">
                <thead>
                  <tr>
                    {why.pieceColumns.map((name) => (
                      <th key={name} scope="col">
                        {name}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {value.pieces.map(({ without }, piece) => (
                    <tr key={piece} aria-current={shown.value === piece ? "true" : undefined} onPointerEnter={() => (shown.value = piece)}>
                      <th scope="row">
                        <button type="button" class="ladder-go" onClick={() => (shown.value = piece)}>
                          {why.pieceNumber(piece + 1)}
                        </button>
                      </th>
                      <td>{without ? without.likeliest : "–"}</td>
                      <td translate={false}>{without ? four(chanceOf(without, best)) : "–"}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </div>
        </div>
      ) : (
        <button type="button" class="button" data-testid="why-pieces-go" aria-disabled={going} onClick={() => (wanted.value = told)}>
          <Live text={going ? words.value.loading : why.piecesGo} />
        </button>
      )}
    </section>
  );
}

/** A square of the input made paper, wherever one moves it. */
function Patch({ told }: { told: InsideTrace }) {
  const { why } = words.value;
  const canvas = useRef<HTMLCanvasElement>(null);
  const [rows, columns] = told.input;
  const side = useSignal(Math.max(2, Math.round(rows / 5)));
  const at = useSignal({ row: Math.floor(rows / 2) - 2, column: Math.floor(columns / 2) - 2 });
  const clamp = (value: number, of: number): number => Math.max(0, Math.min(of - side.value, value));
  const [row, column] = [clamp(at.value.row, rows), clamp(at.value.column, columns)];
  const { value } = useAnswer(
    () => inside.occlude(looked(), { row, column, height: side.value, width: side.value }),
    [told, row, column, side.value],
  );
  useEffect(() => paintInput(canvas.current, told), [told, palette.value]);
  const move = (down: number, right: number): void => {
    at.value = { row: clamp(row + down, rows), column: clamp(column + right, columns) };
  };
  const best = told.answer.likeliest;
  const pick = (event: PointerEvent): void => {
    if (event.type === "pointermove" && event.buttons === 0) return;
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    at.value = {
      row: clamp(Math.floor(((event.clientY - box.top) / box.height) * rows - side.value / 2 + 0.5), rows),
      column: clamp(Math.floor(((event.clientX - box.left) / box.width) * columns - side.value / 2 + 0.5), columns),
    };
  };
  const says = value ? why.patchReads(...saysIt(value), `${best}, ${percent(chanceOf(told.answer, best))}`) : "";
  return (
    <section class="part">
      <h2>{why.patch}</h2>
      <p>{why.patchSays}</p>
      <div class="patch">
        {/* What the arrows and the pointer move within it. */}
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
        <div
          class="patch-picture"
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
          tabIndex={0}
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-to-interactive-role
          role="application"
          aria-label={`${why.patchLabel(row + 1, column + 1, side.value)}. ${says}`}
          data-testid="why-patch"
          onPointerDown={pick}
          onPointerMove={pick}
          onKeyDown={(event) => {
            const by = event.shiftKey ? 5 : 1;
            const to = { ArrowUp: [-by, 0], ArrowDown: [by, 0], ArrowLeft: [0, -by], ArrowRight: [0, by] }[event.key];
            if (!to) return;
            event.preventDefault();
            move(to[0] ?? 0, to[1] ?? 0);
          }}
        >
          <canvas ref={canvas} class="ink-maps ink-own" aria-hidden="true" width={1} height={1} />
          <span
            class="patch-square"
            style={`left:${(column / columns) * 100}%;top:${(row / rows) * 100}%;width:${(side.value / columns) * 100}%;height:${(side.value / rows) * 100}%`}
          />
        </div>
        <div>
          <label class="field">
            <span>{why.patchSide}</span>
            <input type="range" min={2} max={Math.floor(rows / 2)} value={side.value} onInput={(event) => (side.value = event.currentTarget.valueAsNumber)} />
            <output translate={false}>{side.value}</output>
          </label>
          <p aria-live="polite" data-testid="why-patch-says">
            <Live text={says} />
          </p>
        </div>
      </div>
    </section>
  );
}

function paintInput(canvas: HTMLCanvasElement | null, { values, input: [rows, columns, channels] }: InsideTrace): void {
  if (canvas) paintMap(canvas, values, { from: 0, maps: channels, rows, columns, length: rows * columns * channels }, 0, 1);
}

/** What a little more ink would do, spot by spot, beside the same of a network that knows nothing. */
function Gradient({ told, digit }: { told: InsideTrace; digit: number }) {
  const { why } = words.value;
  const wanted = useSignal<InsideTrace | null>(null);
  const { value, going } = useAnswer(wanted.value === told ? () => inside.gradient(looked(), digit) : null, [wanted.value === told ? told : null, digit]);
  return (
    <section class="part">
      <h2>{why.gradient}</h2>
      <p>{why.gradientSays(digit, dark.value)}</p>
      {value ? (
        <>
          <div class="gradients">
            <Slope told={told} numbers={value.gradient} name={why.gradientHere} />
            <Slope told={told} numbers={value.untrained} name={why.gradientUntrained} />
          </div>
          <p class="faint">{why.gradientWarns}</p>
        </>
      ) : (
        <button type="button" class="button" data-testid="why-gradient-go" aria-disabled={going} onClick={() => (wanted.value = told)}>
          <Live text={going ? words.value.loading : why.gradientGo} />
        </button>
      )}
    </section>
  );
}

function Slope({ told, numbers, name }: { told: InsideTrace; numbers: Float32Array; name: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [rows, columns, channels] = told.input;
  useEffect(() => {
    if (canvas.current) paintMap(canvas.current, numbers, { from: 0, maps: channels, rows, columns, length: rows * columns * channels }, 0, null);
  }, [numbers, palette.value]);
  return (
    <figure>
      <canvas ref={canvas} class="ink-maps" role="img" aria-label={name} width={1} height={1} />
      <figcaption>{name}</figcaption>
    </figure>
  );
}

/** The lessons that are nearest, and what each adds. */
function Neighbours({ told }: { told: InsideTrace }) {
  const { why } = words.value;
  const { value } = useAnswer(
    async () => {
      const near = await inside.neighbours(looked());
      if (!near.ok || near.value.length === 0) return near.ok ? { ok: true as const, value: [] } : near;
      const examples = await engine.examplesById(near.value.map(({ id }) => id));
      if (!examples.ok) return examples;
      const found = near.value.flatMap((each) => {
        const example = examples.value.find(({ id }) => id === each.id);
        return example ? [{ ...each, example }] : [];
      });
      return { ok: true as const, value: found };
    },
    [told],
  );
  return (
    <section class="part" data-testid="why-neighbours">
      <h2>{why.neighbours}</h2>
      {value?.length === 0 ? (
        <p>{why.neighboursNone}</p>
      ) : (
        <>
          <p>{why.neighboursSay}</p>
          <ul class="drawings">
            {value?.map(({ id, label, nearness, vote, example }) => (
              <li key={id}>
                <Drawn drawing={example.drawing} picture={example.picture} label={why.yours(label)} />
                <p>
                  <strong>{why.yours(label)}</strong>
                  <br />
                  {why.nearness(four(nearness))}
                  <br />
                  {vote === 0 ? why.silent : (label < DIGITS ? why.adds : why.shares)(four(vote), label)}
                </p>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

