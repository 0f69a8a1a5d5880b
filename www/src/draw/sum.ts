/** What a line of numbers and signs that ends in = comes to, to the digit: in fractions, so that 0.1 + 0.2 is 0.3. */

type Operator = "+" | "-" | "×" | "÷";

/** What a sign means, by what it is called: in the ready set, or by the person. */
const MEANING: ReadonlyMap<string, Operator | "="> = new Map([
  ["+", "+"],
  ...["-", "−", "–"].map((name) => [name, "-"] as const),
  ...["×", "x", "X", "*", "·"].map((name) => [name, "×"] as const),
  ...["÷", ":", "/"].map((name) => [name, "÷"] as const),
  ["=", "="],
]);

/** Whether two names are those of the same sign. */
export const means = (one: string, other: string): boolean => one === other || (MEANING.has(one) && MEANING.get(one) === MEANING.get(other));

/** So many decimal places are written out. */
const PLACES = 6;
/** Longer answers are nobody's. */
const LONGEST = 15;

/** A whole number over another that is above 0. */
type Fraction = readonly [over: bigint, under: bigint];

/**
 * The answer to a line, or null where it is no sum: digits, decimal marks and signs by their names, from left to right. The
 * answer has the decimal mark of the line, else `mark`; … says that it goes on.
 */
export function sumOf(line: readonly string[], mark: string): string | null {
  const tokens = tokensOf(line);
  if (tokens?.pop() !== "=") return null;
  // Sum of products: the last one is still growing.
  let sum: Fraction = [0n, 1n];
  let product: Fraction | null = null;
  let next: Operator = "+";
  let operators = 0;
  for (let at = 0; at < tokens.length; ) {
    const negative = tokens[at] === "-";
    if (negative) at += 1;
    const number = tokens[at];
    if (number === undefined || typeof number === "string") return null;
    const signed: Fraction = negative ? [-number[0], number[1]] : number;
    at += 1;
    if (next === "×" && product) product = times(product, signed);
    else if (next === "÷" && product) {
      if (signed[0] === 0n) return null;
      product = times(product, signed[0] < 0n ? [-signed[1], -signed[0]] : [signed[1], signed[0]]);
    } else {
      if (product) sum = plus(sum, product);
      product = next === "-" ? [-signed[0], signed[1]] : signed;
    }
    if (at === tokens.length) break;
    const operator = tokens[at];
    if (typeof operator !== "string" || operator === "=") return null;
    next = operator;
    operators += 1;
    at += 1;
    // A sign with nothing behind it.
    if (at === tokens.length) return null;
  }
  if (!product || operators === 0) return null;
  return written(plus(sum, product), line.find((piece) => piece === "," || piece === ".") ?? mark);
}

const times = (a: Fraction, b: Fraction): Fraction => [a[0] * b[0], a[1] * b[1]];
const plus = (a: Fraction, b: Fraction): Fraction => [a[0] * b[1] + b[0] * a[1], a[1] * b[1]];

function tokensOf(line: readonly string[]): (Fraction | Operator | "=")[] | null {
  const tokens: (Fraction | Operator | "=")[] = [];
  let digits = "";
  const close = (): boolean => {
    if (digits === "") return true;
    const number = numberOf(digits);
    digits = "";
    if (number) tokens.push(number);
    return number !== null;
  };
  for (const piece of line) {
    if (/^[0-9.,]$/.test(piece)) {
      digits += piece;
      continue;
    }
    const sign = MEANING.get(piece);
    if (!sign || !close()) return null;
    tokens.push(sign);
  }
  return close() ? tokens : null;
}

function numberOf(text: string): Fraction | null {
  const [, whole = "", decimals = ""] = /^(\d+)(?:[.,](\d+))?$/.exec(text) ?? [];
  // 1,000 may be one or a thousand.
  if (whole === "" || (decimals.length === 3 && whole.length < 4 && !whole.startsWith("0"))) return null;
  return [BigInt(whole + decimals), 10n ** BigInt(decimals.length)];
}

function written([over, under]: Fraction, mark: string): string | null {
  const size = over < 0n ? -over : over;
  const scaled = (size * 10n ** BigInt(PLACES)) / under;
  const more = scaled * under !== size * 10n ** BigInt(PLACES);
  const digits = String(scaled).padStart(PLACES + 1, "0");
  const whole = digits.slice(0, -PLACES);
  const decimals = more ? digits.slice(-PLACES) : digits.slice(-PLACES).replace(/0+$/, "");
  if (whole.length > LONGEST) return null;
  return `${over < 0n ? "−" : ""}${whole}${decimals === "" ? "" : mark + decimals}${more ? "…" : ""}`;
}
