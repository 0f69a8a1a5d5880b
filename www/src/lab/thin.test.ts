import { expect, it } from "vitest";
import type { LabLook } from "../worker/lab-protocol";
import { accuracyCurve, against, lossCurve, MOST, span, thin } from "./thin";

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

it("both losses stand on one line across, in digits seen, and are never more than a chart draws", () => {
  expect(lossCurve([[1, 2.3], [2, 2.2]], [look(0, 10, 2.4), look(2, 20, 2.1)], 10)).toEqual({
    places: [0, 10, 20], training: [null, 2.3, 2.2], validation: [2.4, null, 2.1],
  });
  const many = lossCurve(Array.from({ length: 5000 }, (_, i) => [i * 3, 1] as [number, number]), Array.from({ length: 1000 }, (_, i) => look(i * 7, 1, 1)), 64);
  expect(many.places.length).toBeLessThanOrEqual(MOST);
});

it("a look without validation digits has no accuracy, and no number that is none is drawn", () => {
  const empty = { ...look(1, 0, Number.NaN), validation: [{ count: 0, right: 0, loss: Number.NaN }] };
  expect(accuracyCurve([look(0, 10, 1), empty])).toEqual({ places: [0, 10], training: [null, 0.5], validation: [0.1, null] });
  expect(lossCurve([[1, Number.POSITIVE_INFINITY]], [empty], 10).training).toEqual([null]);
});

it("one loss out of all bounds leaves the others to be seen", () => {
  const curve = { places: [], training: Array.from({ length: 40 }, () => 1), validation: [1e9] };
  expect(span(curve, false)).toEqual({ from: 0, to: 4 });
  expect(span({ places: [], training: [], validation: [] }, false).to).toBeGreaterThan(0);
  const log = span({ places: [], training: [2, 0.02], validation: [0, null] }, true);
  expect(log.from).toBeGreaterThan(0);
  expect(log.to).toBeGreaterThan(log.from);
});

it("two runs stand on one line across, each with what it was not trained on", () => {
  const now = { places: [0, 10, 30], training: [1, 1, 1], validation: [2, null, 0.5] };
  const kept = { places: [0, 20], training: [9, 9], validation: [3, 4] };
  expect(against(now, kept)).toEqual({ places: [0, 20, 30], training: [3, 4, null], validation: [2, null, 0.5] });
});
