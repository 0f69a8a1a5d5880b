/**
 * The ten digits as strokes of a pen, so that the answer is written, not typeset: the same on every system, and in the
 * same hand as the mark of the page. On a grid of 100 x 140, pen 15 wide.
 */
import { called, DIGITS } from "../i18n/labels";
import "./glyph.css";

const STROKES: readonly string[] = [
  "M50 14C26 14 15 40 15 70s11 56 35 56 35-26 35-56S74 14 50 14Z",
  "M27 40 56 14v112",
  "M18 44C18 26 32 14 50 14s33 12 33 31c0 17-10 28-24 42L18 126h67",
  "M20 28c8-9 18-14 30-14 18 0 30 11 30 27 0 15-12 26-31 26 21 0 35 11 35 29 0 19-15 30-35 30-13 0-25-5-33-15",
  "M67 126V14L14 91h75",
  "M77 14H29l-5 52c8-7 17-10 27-10 20 0 34 14 34 34 0 21-15 36-36 36-14 0-25-6-33-15",
  "M71 14C40 26 16 56 16 89c0 22 14 37 34 37s34-15 34-35-14-33-33-33c-17 0-31 10-35 27",
  "M15 14h70L43 126M28 72h43",
  "M50 66c-18-4-29-13-29-26 0-15 12-26 29-26s29 11 29 26c0 13-11 22-29 26-21 5-35 15-35 30 0 18 15 30 35 30s35-12 35-30c0-15-14-25-35-30Z",
  "M29 126c31-12 55-42 55-75 0-22-14-37-34-37S16 29 16 49s14 33 33 33c17 0 31-10 35-27",
];

const QUESTION = "M24 42C24 25 34 14 50 14s27 11 27 27c0 23-27 25-27 51M50 125h0";

const SIGNS = { "-": "M8 76h44", ".": "M18 126h0", ",": "M21 114 13 131" } as const;
export type SignText = keyof typeof SIGNS;

/** What stands in a number beside its digits: a minus, a decimal point or comma. Slimmer than a digit. */
export function SignGlyph({ sign }: { sign: SignText }) {
  return (
    <svg class="glyph" viewBox={sign === "-" ? "0 0 60 140" : "0 0 34 140"} aria-hidden="true" focusable="false">
      <path d={SIGNS[sign]} />
    </svg>
  );
}

/** A name is as large as it can be: a letter as high as a digit, a word as wide. */
function Name({ name }: { name: string }) {
  const size = Math.min(130, 160 / Array.from(name).length);
  return (
    <svg class="glyph named" viewBox="0 0 100 140" aria-hidden="true" focusable="false" data-long={size < 130}>
      <text x="50" y={70 + 0.35 * size} font-size={size} text-anchor="middle">
        {name}
      </text>
    </svg>
  );
}

/** A digit, a symbol of the person’s own by its name, or a question mark. */
export function Glyph({ digit }: { digit?: number }) {
  if (digit !== undefined && digit >= DIGITS) return <Name name={called(digit)} />;
  return (
    <svg class="glyph" viewBox="0 0 100 140" aria-hidden="true" focusable="false">
      <path d={digit === undefined ? QUESTION : STROKES[digit]} />
    </svg>
  );
}
