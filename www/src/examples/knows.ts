/** How well it knows this person: what it read at first sight, before anyone told it (prequential accuracy). */
import { computed } from "@preact/signals";
import type { Example, HandDrawing } from "../worker/protocol";
import { hand } from "./hand";
import { all, classes } from "./list";

/** The score is about now, not about the first day. */
const LATEST = 10;
const DIGITS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
/** Fewer say nothing. */
const ENOUGH = 3;

interface FirstSight {
  /** Drawn here and named, or read surely and not corrected, oldest first: was it read right at first sight? */
  trail: readonly { key: string; label: number; right: boolean }[];
  right: number;
  asked: number;
  enough: boolean;
}

/**
 * Imported drawings do not count: the network was not asked before their label was known. What was not corrected was right,
 * or it would have left the hand.
 */
export function firstSight(examples: readonly Example[], remembered: readonly HandDrawing[] = [], latest = LATEST): FirstSight {
  // The drawings by which a symbol was added came together, with their name.
  const added = new Map<number, number>();
  for (const { label, taughtAt } of examples) if (label >= DIGITS.length) added.set(label, Math.min(taughtAt, added.get(label) ?? taughtAt));
  const named = examples
    .filter(({ drawnHere, label, firstRead, taughtAt }) => drawnHere && !(firstRead === null && taughtAt === added.get(label)))
    .map(({ id, label, firstRead, taughtAt }) => ({ key: `taught ${id}`, id, at: taughtAt, label, right: firstRead === label }));
  const passed = remembered.map(({ id, label, at }) => ({ key: `hand ${id}`, id, at, label, right: true }));
  const trail = [...named, ...passed].sort((a, b) => a.at - b.at || a.id - b.id).map(({ key, label, right }) => ({ key, label, right }));
  const last = trail.slice(-latest);
  return { trail, right: last.filter((each) => each.right).length, asked: last.length, enough: last.length >= ENOUGH };
}

/** A row for each of the classes: as how many of it each is read, and in the last place as how many «not sure». */
export function confusion(examples: readonly Example[], of: readonly number[] = DIGITS): number[][] {
  const counts = of.map(() => [...of, null].map(() => 0));
  for (const { label, answer } of examples) {
    const row = counts[of.indexOf(label)];
    const at = answer === null ? of.length : of.indexOf(answer);
    if (row?.[at] !== undefined) row[at] += 1;
  }
  return counts;
}

export const knows = computed(() => firstSight(all.value, hand.value));
export const mixed = computed(() => confusion(all.value, classes.value));
