/** The picture that is open: what was read in it, and what the person says to that. It is kept until another is opened. */
import { computed, signal } from "@preact/signals";
import { complain, engine, phase, settle } from "../state/engine";
import { say } from "../state/status";
import { until } from "../state/until";
import type { ReadDigit } from "../worker/protocol";
import { headerOf, LOOKED_AT, type Refusal } from "./header";
import { words } from "./words";

/** Files larger than this are no photographs. */
const LARGEST = 64 << 20;

export type Fault = Refusal | "damaged" | "unsupported" | "crowded" | "unreadable" | "failed";

/** A digit of the picture; `said` is what the person says it is. */
export interface Digit extends ReadDigit {
  said: number | "none" | null;
  /** Its line and its place there, from 1. */
  line: number;
  place: number;
  /** A wide gap before it. */
  apart: boolean;
}

export interface Seen {
  picture: ImageBitmap;
  width: number;
  height: number;
  animated: boolean;
  digits: readonly Digit[];
}

export const seen = signal<Seen | null>(null);
export const reading = signal(false);
export const fault = signal<Fault | null>(null);
/** The digit that is being looked at, by its place among all. */
export const chosen = signal<number | null>(null);

/** What it is taken for; null where it is none. */
export const meant = ({ said, digit }: Digit): number | null => (said === "none" ? null : (said ?? digit));
export const isOpen = ({ said, sure }: Digit): boolean => said === null && !sure;

/** The digits that count, line by line. */
export const numbers = computed(() => {
  const lines: Digit[][] = [];
  for (const digit of seen.value?.digits ?? []) {
    if (digit.said === "none") continue;
    const line = lines.at(-1);
    if (line?.[0]?.line === digit.line) line.push(digit);
    else lines.push([digit]);
  }
  return lines;
});

/** As text to copy. */
export const text = computed(() => numbers.value.map((line) => line.map((digit, i) => `${digit.apart && i > 0 ? " " : ""}${meant(digit)}`).join("")).join("\n"));

let round = 0;

/** Reads a picture. What was read before stays until it is known that this one is a picture. */
export async function open(file: File): Promise<void> {
  round += 1;
  const mine = round;
  reading.value = true;
  fault.value = null;
  say(() => words.value.reading);
  const result = await look(file);
  if (mine !== round) return;
  reading.value = false;
  if (typeof result === "string") {
    fault.value = result;
    say(() => words.value.faults[result]);
    return;
  }
  seen.value?.picture.close();
  seen.value = result;
  chosen.value = null;
  const { digits } = result;
  say(() => (digits.length > 0 ? words.value.read(digits.length, digits.filter(isOpen).length) : words.value.none));
}

async function look(file: File): Promise<Seen | Fault> {
  if (file.size > LARGEST) return "too-large";
  let start: Uint8Array;
  try {
    start = new Uint8Array(await file.slice(0, LOOKED_AT).arrayBuffer());
  } catch {
    return "unreadable";
  }
  const header = headerOf(start);
  if (typeof header === "string") return header;
  await until(phase, (now) => now !== "loading");
  const result = await engine.readPicture(file);
  if (!result.ok) {
    const { code } = result.error;
    if (code === "picture-damaged") return "damaged";
    if (code === "picture-unsupported") return "unsupported";
    if (code === "picture-crowded") return "crowded";
    complain(result.error);
    return "failed";
  }
  const { picture, width, height, lines } = result.value;
  const digits = lines.flatMap((line, l) => {
    const gaps = new Set<number>();
    let place = 0;
    for (const letter of line.text) {
      if (letter === " ") gaps.add(place);
      else place += 1;
    }
    return line.digits.map((digit, i): Digit => ({ ...digit, said: null, line: l + 1, place: i + 1, apart: gaps.has(i) }));
  });
  return { picture, width, height, animated: header.animated, digits };
}

/** The person says what a digit is: that is taught. Or that it is none: then it does not count. */
export async function correct(index: number, said: number | "none"): Promise<void> {
  const now = seen.peek();
  const digit = now?.digits[index];
  if (!now || !digit) return;
  const before = digit.said;
  put(index, said);
  if (said === "none") {
    say(() => words.value.isNone);
    return;
  }
  if (said === before) return;
  if (settle(await engine.teachPicture(digit.ink.pixels, digit.bits.pixels, said))) say(() => words.value.taught(said));
}

/** Counts it again. */
export function restore(index: number): void {
  put(index, null);
}

function put(index: number, said: Digit["said"]): void {
  const now = seen.peek();
  const digit = now?.digits[index];
  if (now && digit) seen.value = { ...now, digits: now.digits.with(index, { ...digit, said }) };
}
