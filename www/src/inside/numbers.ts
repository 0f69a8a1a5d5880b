/** Numbers as Inside writes them: for people in the language of the page, for a calculator in plain figures. */
import { computed } from "@preact/signals";
import { regional } from "../i18n/numbers";
import { language } from "../settings/preferences";

const MINUS = "\u2212";
const locale = computed(() => regional(language.value, globalThis.navigator?.languages ?? []));
const forms = computed(() => {
  const form = (options: Intl.NumberFormatOptions): Intl.NumberFormat => new Intl.NumberFormat(locale.value, options);
  const [four, nine] = [
    { minimumFractionDigits: 4, maximumFractionDigits: 4 },
    { minimumSignificantDigits: 9, maximumSignificantDigits: 9 },
  ];
  return {
    four: form({ ...four, useGrouping: false }),
    nine: form({ ...nine, useGrouping: false }),
    fourPowers: form({ ...four, notation: "scientific" }),
    ninePowers: form({ ...nine, notation: "scientific" }),
    short: form({ maximumFractionDigits: 2, useGrouping: false }),
    shortPowers: form({ maximumFractionDigits: 1, notation: "scientific" }),
    whole: form({}),
  };
});

/** Where figures in a row would only be counted, not read. */
const LARGE = 1e7;
const SMALL = 1e-5;

function written(value: number, plain: Intl.NumberFormat, powers: Intl.NumberFormat, smallest: number): string {
  if (Number.isNaN(value)) return "NaN";
  const size = Math.abs(value);
  if (size === Infinity) return value < 0 ? `${MINUS}∞` : "∞";
  const text = (size >= LARGE || (size > 0 && size < smallest) ? powers : plain).format(value).replace("-", MINUS);
  // Not «minus nothing»: what is too small for four decimals is zero in them.
  return /[1-9]/.test(text) ? text : text.replace(MINUS, "");
}

/** Four decimals. */
export const four = (value: number): string => written(value, forms.value.four, forms.value.fourPowers, 0);
/** Nine significant digits: they give back the very number that the engine has. */
export const nine = (value: number): string => written(value, forms.value.nine, forms.value.ninePowers, SMALL);
/** Two decimals at most, for the cells of a small grid. */
export const short = (value: number): string => written(value, forms.value.short, forms.value.shortPowers, 0);
export const whole = (value: number): string => written(value, forms.value.whole, forms.value.fourPowers, 0);

/** For `data-value` and for a calculator: nine significant digits with a point, an exponent only where figures would not do. */
export function plain(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (Number.isInteger(value) && Math.abs(value) < 1e9) return String(value);
  const text = value.toPrecision(9);
  const [digits = "", exponent] = text.split("e");
  const short = digits.includes(".") ? digits.replace(/\.?0+$/, "") : digits;
  return exponent === undefined ? short : `${short}e${Number(exponent)}`;
}

/** One line of a sum. */
export interface Part {
  value: number;
  /** As a product, where it is one. */
  factors?: readonly [number, number] | undefined;
}

/** Text for a calculator: `0.5*(-0.25) + 0.125 = 0`. */
export function asSum(parts: readonly Part[], total: number): string {
  const number = (value: number): string => (value < 0 ? `(${plain(value)})` : plain(value));
  return `${parts.map(({ value, factors }) => (factors ? factors.map(number).join("*") : number(value))).join(" + ")} = ${plain(total)}`;
}
