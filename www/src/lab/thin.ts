/** Curves of a run as a chart has them: few enough points to draw, all on one line across. */
import { bisector } from "d3-array";
import type { LabLook } from "../worker/lab-protocol";

/** As many points as a chart draws: more are not to be told apart. */
export const MOST = 512;

/** At most `most` of them, evenly taken, the first and the last among them. */
export function thin<T>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all;
  return Array.from({ length: most }, (_, i) => all[Math.round((i * (all.length - 1)) / (most - 1))] as T);
}

/** What stands across: digits seen, seconds of training, or multiply-adds of it. */
export const ACROSS = ["seen", "seconds", "multiplyAdds"] as const;
export type Across = (typeof ACROSS)[number];

/** Two lines over the same places: where one has no value it is null. */
export interface Curve {
  /** Going up. */
  places: number[];
  own: (number | null)[];
  /** Of the training beside the validation, or of another run. */
  other: (number | null)[];
}

/** A run as the curves need it. */
export interface Told {
  /** Single batches. */
  losses: readonly (readonly [step: number, loss: number])[];
  looks: readonly LabLook[];
  batch: number;
}

export const NOTHING: Told = { losses: [], looks: [], batch: 1 };

/** A quarter of the points is for the looks, if there are so many. */
const LOOKS = MOST / 4;

type Point = readonly [place: number, value: number | null];

/** Over one line across: several points at one place are the last of them. */
function curve(own: readonly Point[], other: readonly Point[]): Curve {
  const [mine, theirs] = [own, other].map((points) => new Map(points.filter(([, value]) => value !== null)));
  const places = [...new Set([...own, ...other].map(([place]) => place))].toSorted((a, b) => a - b);
  return { places, own: places.map((place) => mine?.get(place) ?? null), other: places.map((place) => theirs?.get(place) ?? null) };
}

const nextLook = bisector((look: LabLook) => look.step).left;

/** Where a step stands across: between two looks evenly, after the last one as before it. */
function placeOf({ looks, batch }: Told, across: Across): (step: number) => number {
  if (across === "seen") return (step) => step * batch;
  return (step) => {
    const at = Math.min(looks.length - 1, nextLook(looks, step));
    const [before, after] = [looks[at - 1], looks[at]];
    if (!before || !after || after.step === before.step) return after?.[across] ?? 0;
    return before[across] + ((step - before.step) / (after.step - before.step)) * (after[across] - before[across]);
  };
}

const lossOf = ({ validation: [all] }: LabLook): number | null => finite(all?.loss);
const accuracyOf = ({ validation: [all] }: LabLook): number | null => (all ? shareOf(all) : null);
const looksOf = ({ looks }: Told, across: Across, of: (look: LabLook) => number | null, most: number): Point[] => thin(looks, most).map((look) => [look[across], of(look)]);

/** The loss of the validation digits at each look, and of single batches. */
export function lossCurve(run: Told, across: Across = "seen"): Curve {
  const validation = looksOf(run, across, lossOf, LOOKS);
  const place = placeOf(run, across);
  return curve(validation, thin(run.losses, MOST - validation.length).map(([step, loss]) => [place(step), finite(loss)]));
}

export const shareOf = ({ count, right }: { count: number; right: number }): number | null => (count > 0 ? right / count : null);

/** The share read right of the validation digits, and since the look before. */
export function accuracyCurve(run: Told, across: Across = "seen"): Curve {
  return curve(looksOf(run, across, accuracyOf, MOST), looksOf(run, across, ({ training }) => finite(training?.accuracy), MOST));
}

/** What of two runs is not trained on: the second's is the own one. */
export function against(first: Told, second: Told, across: Across = "seen"): { accuracy: Curve; loss: Curve } {
  const of = (value: (look: LabLook) => number | null) => curve(looksOf(second, across, value, MOST / 2), looksOf(first, across, value, MOST / 2));
  return { accuracy: of(accuracyOf), loss: of(lossOf) };
}

/** How far it is, across. */
export const reached = ({ looks }: Told, across: Across): number => looks.at(-1)?.[across] ?? 0;

/** As far as both have come: how each stood when it had seen so many digits; null where one has not begun. */
export function together(first: readonly LabLook[], second: readonly LabLook[]): { seen: number; looks: [LabLook, LabLook] } | null {
  const seen = Math.min(first.at(-1)?.seen ?? 0, second.at(-1)?.seen ?? 0);
  const [a, b] = [first, second].map((looks) => looks.findLast((look) => look.seen <= seen));
  return seen > 0 && a && b ? { seen, looks: [a, b] } : null;
}

/** Before the first step ten digits by chance have a loss of ln 10 = 2.3: up to here all is shown. */
const USUAL_LOSS = 3;

/** From where to where a chart of these goes. A loss that left all bounds does not squeeze the others flat. */
export function span(curve: Curve, log: boolean): { from: number; to: number } {
  const all = [...curve.own, ...curve.other].filter((value) => value !== null && value > 0) as number[];
  const sorted = all.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  const to = sorted.length === 0 ? 2.5 : Math.min(at(1), Math.max(USUAL_LOSS, 4 * at(0.9)));
  if (!log) return { from: 0, to: Math.max(to, 0.1) };
  return { from: Math.max(1e-6, Math.min(at(0), to / 10) || 0.1), to: Math.max(to, 1e-4) };
}

const finite = (value: number | null | undefined): number | null => (value !== null && value !== undefined && Number.isFinite(value) ? value : null);
