/** A sum, line by line: a table, and the last row is what it comes to. */
import { signal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { say } from "../state/status";
import { asSum, four, nine, plain, whole } from "./numbers";
import { shade } from "./paint";
import { words } from "./words";
import "./ladder.css";

export interface Row {
  key: string;
  label: string;
  value: number;
  /** What it is the product of, where it is of two numbers. */
  factors?: readonly [number, number] | undefined;
  /** What else there is to say of it. */
  note?: string | undefined;
  /** A zero that is none of the picture's. */
  padding?: boolean | undefined;
  /** Where it leads. */
  go?: (() => void) | undefined;
}

export interface Sum {
  /** What the table is of. */
  caption: string;
  rows: readonly Row[];
  total: number;
  totalLabel: string;
  /** The numbers are whole: no rounding. */
  whole?: boolean | undefined;
  /** The second column's name; none where nothing is a product. */
  how?: string | undefined;
}

/** Nine digits instead of four decimals. */
export const exact = signal(false);
export const number = (value: number): string => (exact.value ? nine(value) : four(value));

/** Why the focus goes into the next table that stands: the keyboard asked for it, or was in the one before it. */
let awaited: "asked" | "held" | null = null;

/** The focus goes to the row of the largest number that leads on, else to the table; once there is one, if it is still on its way. */
export function enterLadder(): void {
  const ladder = document.querySelector<HTMLElement>("[data-testid=inside-ladder]");
  const sizeOf = (button: HTMLElement): number => Math.abs(Number(button.closest("tr")?.lastElementChild?.getAttribute("data-value") ?? 0));
  const buttons = [...(ladder?.querySelectorAll("button") ?? [])].sort((a, b) => sizeOf(b) - sizeOf(a));
  awaited = ladder ? null : "asked";
  (buttons[0] ?? ladder)?.focus();
}

/** Another key was pressed: whoever waited has gone on. */
export function leaveLadder(): void {
  awaited = null;
}

export function Ladder({ sum, testid = "inside-ladder" }: { sum: Sum; testid?: string }) {
  const table = useRef<HTMLTableElement>(null);
  // Whoever is in this table goes on in what takes its rows' place.
  const held = (): void => {
    if (table.current?.contains(document.activeElement)) awaited = "held";
  };
  held();
  useLayoutEffect(() => {
    if (awaited === "asked" || (awaited === "held" && document.activeElement?.contains(table.current))) enterLadder();
  });
  useLayoutEffect(() => held, []);
  const { columns, largest } = words.value;
  const { caption, rows, total, totalLabel, how } = sum;
  const said = sum.whole ? whole : number;
  const full = Math.max(...rows.map(({ value }) => Math.abs(value)).filter(Number.isFinite), 0);
  const products = rows.some(({ factors, note }) => factors || note);
  return (
    <table ref={table} class="ladder" data-testid={testid} tabIndex={-1}>
      <caption class="unseen">{caption}</caption>
      <thead>
        <tr>
          <th scope="col">{columns.what}</th>
          {products ? <th scope="col">{how ?? columns.how}</th> : null}
          <th scope="col" class="ladder-number">
            {columns.adds}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ key, label, value, factors, note, padding, go }) => (
          <tr key={key} class={padding ? "padding" : undefined}>
            <th scope="row">
              {go ? (
                <button type="button" class="ladder-go" onClick={go}>
                  {label}
                </button>
              ) : (
                label
              )}
            </th>
            {products ? (
              <td class="ladder-how" translate={false}>
                {factors ? `${said(factors[0])} × ${said(factors[1])}` : note === "largest" ? largest : note}
              </td>
            ) : null}
            <td class="ladder-number" data-value={plain(value)} translate={false}>
              <Bar value={value} full={full} />
              {said(value)}
            </td>
          </tr>
        ))}
        <tr class="ladder-total">
          <th scope="row" colSpan={products ? 2 : 1}>
            {totalLabel}
          </th>
          <td class="ladder-number" data-value={plain(total)} translate={false}>
            {said(total)}
          </td>
        </tr>
      </tbody>
    </table>
  );
}

/** How much of the largest it is: to the right in blue where it adds, to the left in black where it takes away. */
function Bar({ value, full }: { value: number; full: number }) {
  return <span class="ladder-bar" data-below={value < 0} style={`transform:scaleX(${shade(value, full).toFixed(3)})`} />;
}

export async function copy(text: string, done: (said: typeof words.value) => string = ({ copied }) => copied): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    say(() => done(words.value));
  } catch {
    say(() => words.value.notCopied);
  }
}

/** What is below each table: how exact it is, and the way to a calculator. */
export function Exactness({ sum, bound }: { sum: Sum; bound?: number | undefined }) {
  const { rounded, exact: nineSay, floats, nine: nineDigits, copySum } = words.value;
  const terms = sum.rows.length;
  return (
    <div class="exactness">
      {sum.whole ? null : (
        <p class="faint">
          {exact.value ? nineSay : rounded(terms, four(terms * 0.00005))} {exact.value && bound ? floats(nine(bound)) : null}
        </p>
      )}
      <div class="row">
        <label class="check">
          <input type="checkbox" checked={exact.value} data-testid="inside-nine" onChange={(event) => (exact.value = event.currentTarget.checked)} />
          {nineDigits}
        </label>
        <button type="button" class="button" data-testid="inside-copy" onClick={() => void copy(asSum(sum.rows, sum.total))}>
          {copySum}
        </button>
      </div>
    </div>
  );
}
