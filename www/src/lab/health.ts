/** How the training does, from what the engine measures: which sentences hold, the gravest first. The numbers are `LAB.md`'s rules. */
import type { LabProgress } from "../worker/lab-protocol";

export type Finding =
  | { what: "diverged" }
  | { what: "chance"; steps: number }
  | { what: "dead"; row: number; share: number }
  | { what: "vanishing"; ratio: number }
  | { what: "large" | "small"; row: number; ratio: number }
  | { what: "rising"; looks: number; best: number }
  | { what: "well" };

/** Above so many dead units of a row it is said. */
const DEAD = 0.4;
const VANISHING = 0.01;
/** Norm of a step over norm of the weights: outside of these it is said. */
const STEPS = { least: 1e-4, most: 0.1 };
const RISING = 3;
const CHANCE = 200;
/** The first steps say nothing of the rest: what has just begun moves much. */
const YOUNG = 20;

/** What there is to say; nothing before the first measurement. `peak` is the rate that the setup says. */
export function findings(progress: LabProgress | null, peak: number): Finding[] {
  if (progress?.ending === "diverged") return [{ what: "diverged" }];
  const health = progress?.health;
  if (!progress || !health || progress.step === 0) return [];
  const found: Finding[] = [];
  if (health.chance >= CHANCE) found.push({ what: "chance", steps: health.chance });
  const dead = most(health.dead);
  if (dead && dead.value > DEAD) found.push({ what: "dead", row: dead.row, share: dead.value });
  if (health.firstToLast !== null && health.firstToLast < VANISHING) found.push({ what: "vanishing", ratio: health.firstToLast });
  const [fast, slow] = [most(health.updates), least(health.updates)];
  if (progress.step >= YOUNG && fast && fast.value > STEPS.most) found.push({ what: "large", row: fast.row, ratio: fast.value });
  // At the end of a schedule, and where nearly all is right, steps are small as they should be.
  else if (slow && slow.value < STEPS.least && progress.rate >= peak / 2 && (progress.accuracy ?? 1) < 0.9) found.push({ what: "small", row: slow.row, ratio: slow.value });
  if (health.rising >= RISING) found.push({ what: "rising", looks: health.rising, best: health.best });
  return found.length > 0 ? found : [{ what: "well" }];
}

interface Of {
  row: number;
  value: number;
}

function most(values: readonly (number | null)[]): Of | null {
  return pick(values, (a, b) => a > b);
}

function least(values: readonly (number | null)[]): Of | null {
  return pick(values, (a, b) => a < b);
}

function pick(values: readonly (number | null)[], better: (a: number, b: number) => boolean): Of | null {
  let found: Of | null = null;
  for (const [row, value] of values.entries()) {
    if (value !== null && Number.isFinite(value) && (!found || better(value, found.value))) found = { row, value };
  }
  return found;
}
