/** How well it knows this person: what it read at first sight, before anyone told it (prequential accuracy). */
import { computed } from "@preact/signals";
import type { Example } from "../worker/protocol";
import { all } from "./list";

/** The score is about now, not about the first day. */
export const LATEST = 10;
/** Fewer say nothing. */
const ENOUGH = 3;

export interface FirstSight {
  /** Drawn here and named, oldest first: was it read right before it was named? */
  trail: readonly { id: number; label: number; right: boolean }[];
  right: number;
  asked: number;
  enough: boolean;
}

/** Imported drawings do not count: the network was not asked before their label was known. */
export function firstSight(examples: readonly Example[], latest = LATEST): FirstSight {
  const trail = examples
    .filter((example) => example.drawnHere)
    .sort((a, b) => a.taughtAt - b.taughtAt || a.id - b.id)
    .map(({ id, label, firstRead }) => ({ id, label, right: firstRead === label }));
  const last = trail.slice(-latest);
  return { trail, right: last.filter((each) => each.right).length, asked: last.length, enough: last.length >= ENOUGH };
}

/** `[label][answer]`; the eleventh answer is «not sure». */
export function confusion(examples: readonly Example[]): number[][] {
  const counts = Array.from({ length: 10 }, () => Array.from({ length: 11 }, () => 0));
  for (const { label, answer } of examples) {
    const row = counts[label];
    if (row) row[answer ?? 10] = (row[answer ?? 10] ?? 0) + 1;
  }
  return counts;
}

export const knows = computed(() => firstSight(all.value));
export const mixed = computed(() => confusion(all.value));
