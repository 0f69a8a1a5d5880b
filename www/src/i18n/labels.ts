/** What a label is called: a digit by itself, a symbol of the person's own by the name that they gave it. */
import { signal } from "@preact/signals";

/** The labels below are digits. */
export const DIGITS = 10;

/** The names of the symbols, by label. The engine's state sets it; words read it where they are shown. */
export const names = signal<ReadonlyMap<number, string>>(new Map());

/** A digit, or the name of a symbol; ? for one that is gone. */
export function called(label: number): string {
  return label < DIGITS ? String(label) : (names.value.get(label) ?? "?");
}
