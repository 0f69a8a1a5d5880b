/** Curves of a run as a chart has them: few enough points to draw, all on one line across. */
import type { LabLook } from "../worker/lab-protocol";

/** As many points as a chart draws: more are not to be told apart. */
export const MOST = 512;

/** At most `most` of them, evenly taken, the first and the last among them. */
export function thin<T>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all;
  return Array.from({ length: most }, (_, i) => all[Math.round((i * (all.length - 1)) / (most - 1))] as T);
}

/** Two lines over the same places: where one has no value it is null. */
export interface Curve {
  /** In digits seen, going up. */
  places: number[];
  training: (number | null)[];
  validation: (number | null)[];
}

/** A quarter of the points is for the looks, if there are so many. */
const LOOKS = MOST / 4;

/** The loss of single batches, and of the validation digits at each look. */
export function lossCurve(losses: readonly (readonly [step: number, loss: number])[], looks: readonly LabLook[], batch: number): Curve {
  const validation = new Map(thin(looks, LOOKS).map((look) => [look.step, look.validation[0]?.loss ?? null]));
  const training = new Map(thin(losses, MOST - validation.size));
  const steps = [...new Set([...training.keys(), ...validation.keys()])].toSorted((a, b) => a - b);
  return {
    places: steps.map((step) => step * batch),
    training: steps.map((step) => finite(training.get(step))),
    validation: steps.map((step) => finite(validation.get(step))),
  };
}

export const shareOf = ({ count, right }: { count: number; right: number }): number | null => (count > 0 ? right / count : null);

/** The share read right since the look before, and of the validation digits. */
export function accuracyCurve(looks: readonly LabLook[]): Curve {
  const shown = thin(looks, MOST);
  return {
    places: shown.map(({ seen }) => seen),
    training: shown.map(({ training }) => finite(training?.accuracy)),
    validation: shown.map(({ validation: [all] }) => (all ? shareOf(all) : null)),
  };
}

/** What of two runs is not trained on, on one line across: this one's, and in the place of its training that of the other. */
export function against(now: Curve, kept: Curve): Curve {
  const [own, other] = [now, kept].map(({ places, validation }) => new Map(validation.flatMap((value, i) => (value === null ? [] : [[places[i] ?? 0, value] as const]))));
  const places = [...new Set([...(own?.keys() ?? []), ...(other?.keys() ?? [])])].toSorted((a, b) => a - b);
  return { places, training: places.map((place) => other?.get(place) ?? null), validation: places.map((place) => own?.get(place) ?? null) };
}

/** Before the first step ten digits by chance have a loss of ln 10 = 2.3: up to here all is shown. */
const USUAL_LOSS = 3;

/** From where to where a chart of these goes. A loss that left all bounds does not squeeze the others flat. */
export function span(curve: Curve, log: boolean): { from: number; to: number } {
  const all = [...curve.training, ...curve.validation].filter((value) => value !== null && value > 0) as number[];
  const sorted = all.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  const to = sorted.length === 0 ? 2.5 : Math.min(at(1), Math.max(USUAL_LOSS, 4 * at(0.9)));
  if (!log) return { from: 0, to: Math.max(to, 0.1) };
  return { from: Math.max(1e-6, Math.min(at(0), to / 10) || 0.1), to: Math.max(to, 1e-4) };
}

const finite = (value: number | null | undefined): number | null => (value !== null && value !== undefined && Number.isFinite(value) ? value : null);
