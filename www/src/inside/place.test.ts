import { expect, it } from "vitest";
import type { InsideTrace } from "../worker/inside";
import { ANSWER, fromQuery, toQuery, type Spot } from "./place";

const trace = {
  model: "digits",
  layers: [
    { kind: "conv", number: 1, shape: [26, 26, 12] },
    { kind: "maxpool", number: 1, shape: [13, 13, 12] },
    { kind: "dense", number: 1, shape: [1, 1, 10] },
  ],
  answer: { probabilities: Array.from({ length: 10 }, () => 0.1) },
} as unknown as InsideTrace;

const asked = (query: Record<string, string>) => fromQuery(new URLSearchParams(query), trace);

it("an address leads back to the same number", () => {
  const spots: Spot[] = [
    { layer: 0, unit: (2 * 26 + 6) * 12 + 11, cut: "map", path: [8, 3] },
    { layer: 2, unit: 7, cut: null, path: [] },
    { layer: ANSWER, unit: 0, cut: null, path: [4] },
  ];
  for (const spot of spots) expect(asked(toQuery(spot, trace))).toEqual({ spot, missing: null });
  expect(spots.slice(0, 1).map((spot) => toQuery(spot, trace)["unit"])).toEqual(["12.3.7"]);
});

it("what is not there is said, whatever stands in the address", () => {
  expect(asked({})).toEqual({ spot: null, missing: null });
  expect(asked({ layer: "conv-2", unit: "1.1.1" }).missing).toBe("layer");
  for (const unit of ["", "0.1.1", "13.1.1", "1.27.1", "1.1", "1.1.1e3", "-1.1.1", "a"]) expect(asked({ layer: "conv-1", unit }).missing, unit).toBe("unit");
  for (const layer of ["dense-1", ANSWER]) for (const unit of ["10", "", "1.5e1", "99999999"]) expect(asked({ layer, unit }).missing).toBe("unit");
});
