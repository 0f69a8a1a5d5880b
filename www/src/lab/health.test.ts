import { expect, it } from "vitest";
import type { LabHealth, LabProgress } from "../worker/lab-protocol";
import { findings } from "./health";
import { en } from "./words/en";
import { es } from "./words/es";

const sound: LabHealth = { step: 300, dead: [0.1, null], gradients: [1, 1], updates: [0.001, 0.002], firstToLast: 0.8, rising: 0, best: 300, chance: 0 };
const at = (health: Partial<LabHealth>, rest: Partial<LabProgress> = {}): LabProgress => ({
  state: "running", ending: null, step: 300, epoch: 1, seen: 19_200, multiplyAdds: 0, seconds: 1, digitsPerSecond: 1, loss: 0.5, accuracy: 0.8, rate: 0.001, best: null, opened: 0,
  losses: [], health: { ...sound, ...health }, ...rest,
});
const found = (health: Partial<LabHealth>, rest: Partial<LabProgress> = {}) => findings(at(health, rest), 0.001).map(({ what }) => what);

it("a run that is well is said to be, and one that has not begun is not", () => {
  expect(found({})).toEqual(["well"]);
  expect(findings(null, 1)).toEqual([]);
  expect(found({}, { step: 0 })).toEqual([]);
  expect(findings({ ...at({}), health: null }, 1)).toEqual([]);
});

it("numbers that are none come before everything else", () => {
  expect(found({ chance: 900, dead: [1] }, { ending: "diverged" })).toEqual(["diverged"]);
});

it("each fault is named at its threshold, and not before", () => {
  expect(found({ chance: 200 })).toEqual(["chance"]);
  expect(found({ chance: 199 })).toEqual(["well"]);
  expect(found({ dead: [null, 0.41] })).toEqual(["dead"]);
  expect(found({ dead: [0.4] })).toEqual(["well"]);
  expect(found({ firstToLast: 0.0006 })).toEqual(["vanishing"]);
  expect(found({ updates: [0.2, 0.001] })).toEqual(["large"]);
  expect(found({ updates: [0.2, 0.001] }, { step: 19 })).toEqual(["well"]);
  expect(found({ updates: [null, 0.00005] })).toEqual(["small"]);
  expect(found({ rising: 3 })).toEqual(["rising"]);
});

it("small steps are no fault where the rate has fallen, or nearly all is right", () => {
  expect(found({ updates: [0.00005] }, { rate: 0.0001 })).toEqual(["well"]);
  expect(found({ updates: [0.00005] }, { accuracy: 0.95 })).toEqual(["well"]);
});

it("several faults are told, the gravest first, with the row that has it worst", () => {
  expect(findings(at({ dead: [0.5, null, 0.98], chance: 400, updates: [0.3, 0.9] }), 1)).toEqual([
    { what: "chance", steps: 400 }, { what: "dead", row: 2, share: 0.98 }, { what: "large", row: 1, ratio: 0.9 },
  ]);
});

it("every finding is a sentence in both languages that says what to do or what it means", () => {
  for (const words of [en, es]) {
    const { health } = words;
    const said = [health.diverged, health.chance(400), health.dead("dense 1", 0.98), health.vanishing(0.0006), health.large("dense 1", 0.3), health.small("dense 1", 1e-5), health.rising(3, 12), health.well];
    for (const sentence of said) expect(sentence).toMatch(/\.$/);
    expect(new Set(said).size).toBe(said.length);
    expect(health.dead("dense 1", 0.98)).toContain("98");
  }
});
