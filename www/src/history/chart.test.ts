import { expect, it } from "vitest";
import { floorOf, shareOf } from "./chart";

it("shows what there is, with room below it", () => {
  expect(floorOf([0.99, 1])).toBe(0.9);
  expect(floorOf([0.62, 0.9])).toBe(0.55);
  expect(floorOf([0, 1])).toBe(0);
  expect(floorOf([])).toBe(0.9);
});

it("makes no share of nothing", () => {
  expect(shareOf({ right: 0, total: 0 })).toBeNull();
  expect(shareOf({ right: 8, total: 10 })).toBe(0.8);
});
