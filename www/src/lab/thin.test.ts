import { expect, it } from "vitest";
import type { LabLook } from "../worker/lab-protocol";
import { accuracyCurve, against, lossCurve, MOST, span, thin, together } from "./thin";

const look = (step: number, right: number, loss: number): LabLook => ({
  step, epoch: 0, seen: step * 10, multiplyAdds: 0, seconds: 0, training: step === 0 ? null : { loss: 1, accuracy: 0.5 }, validation: [{ count: 100, right, loss }],
});

it("a thinned list keeps both ends and their order, and a short one stays as it is", () => {
  const all = Array.from({ length: 10_001 }, (_, i) => i);
  const thinned = thin(all, 512);
  expect(thinned).toHaveLength(512);
  expect([thinned[0], thinned.at(-1)]).toEqual([0, 10_000]);
  expect(thinned).toEqual(thinned.toSorted((a, b) => a - b));
  expect(new Set(thinned).size).toBe(512);
  expect(thin([1, 2, 3], 3)).toEqual([1, 2, 3]);
});

const told = (losses: [number, number][], looks: LabLook[], batch = 10) => ({ losses, looks, batch });

it("both losses stand on one line across, in digits seen, and are never more than a chart draws", () => {
  expect(lossCurve(told([[1, 2.3], [2, 2.2]], [look(0, 10, 2.4), look(2, 20, 2.1)]))).toEqual({
    places: [0, 10, 20], other: [null, 2.3, 2.2], own: [2.4, null, 2.1],
  });
  const many = lossCurve(told(Array.from({ length: 5000 }, (_, i) => [i * 3, 1]), Array.from({ length: 1000 }, (_, i) => look(i * 7, 1, 1)), 64));
  expect(many.places.length).toBeLessThanOrEqual(MOST);
});

it("in seconds a batch stands between the looks around it, and in multiply-adds likewise", () => {
  const at = (step: number, seconds: number) => ({ ...look(step, 10, 1), seconds, multiplyAdds: seconds * 1e6 });
  const run = told([[1, 2.3], [3, 2.2], [9, 2]], [at(0, 0), at(2, 1), at(4, 5)]);
  expect(lossCurve(run, "seconds").places).toEqual([0, 0.5, 1, 3, 5, 15]);
  expect(lossCurve(run, "multiplyAdds").places.at(-2)).toBe(5e6);
  expect(accuracyCurve(run, "seconds").places).toEqual([0, 1, 5]);
});

it("a look without validation digits has no accuracy, and no number that is none is drawn", () => {
  const empty = { ...look(1, 0, Number.NaN), validation: [{ count: 0, right: 0, loss: Number.NaN }] };
  expect(accuracyCurve(told([], [look(0, 10, 1), empty]))).toEqual({ places: [0, 10], other: [null, 0.5], own: [0.1, null] });
  expect(lossCurve(told([[1, Number.POSITIVE_INFINITY]], [empty])).other).toEqual([null]);
});

it("one loss out of all bounds leaves the others to be seen", () => {
  const curve = { places: [], other: Array.from({ length: 40 }, () => 1), own: [1e9] };
  expect(span(curve, false)).toEqual({ from: 0, to: 4 });
  expect(span({ places: [], other: [], own: [] }, false).to).toBeGreaterThan(0);
  const log = span({ places: [], other: [2, 0.02], own: [0, null] }, true);
  expect(log.from).toBeGreaterThan(0);
  expect(log.to).toBeGreaterThan(log.from);
});

it("two runs stand on one line across, each with what it was not trained on", () => {
  const [first, second] = [told([], [look(0, 10, 3), look(2, 40, 2)]), told([], [look(0, 10, 3), look(1, 20, 2.5), look(3, 50, 1)])];
  expect(against(first, second)).toEqual({
    accuracy: { places: [0, 10, 20, 30], other: [0.1, null, 0.4, null], own: [0.1, 0.2, null, 0.5] },
    loss: { places: [0, 10, 20, 30], other: [3, null, 2, null], own: [3, 2.5, null, 1] },
  });
});

it("two runs are held against each other where both have been", () => {
  const [first, second] = [[look(0, 1, 3), look(2, 2, 2), look(4, 3, 1)], [look(0, 1, 3), look(2, 4, 2)]];
  expect(together(first, second)).toEqual({ seen: 20, looks: [first[1], second[1]] });
  expect(together(first, [look(0, 1, 3)])).toBeNull();
  expect(together(first, [])).toBeNull();
});
