import { expect, it } from "vitest";
import { differences } from "./differs";
import { USUAL, withTemplate } from "./setup";
import { en } from "./words/en";

const say = { whole: String, percent: (share: number) => `${share * 100}%`, rate: String };
const between = (a: typeof USUAL, b: typeof USUAL) => differences(a, b, en, say);

it("of two setups only what differs is told, by its name", () => {
  expect(between(USUAL, structuredClone(USUAL))).toEqual([]);
  expect(between(USUAL, { ...USUAL, optimizer: { type: "adam", learningRate: 2 }, data: { ...USUAL.data, shuffled: true } })).toEqual([
    ["Rate", "0.001", "2"], ["All dots in another order, always the same", "no", "yes"],
  ]);
});

it("a network that is no template is told by its rows", () => {
  const own = { ...USUAL, network: { layers: [{ type: "dense", units: 7, activation: "relu" } as const, { type: "dense", units: 10 } as const] } };
  expect(between(withTemplate(USUAL, "hidden"), own)[0]).toEqual(["Network", "One hidden layer (128)", "Your own (d7r d10)"]);
});
