import { expect, it } from "vitest";
import { farthest, indexOf, loudest, shade } from "./paint";

/** Two maps of 2 rows and 3 columns, after one number of something else. */
const maps = { from: 1, maps: 2, rows: 2, columns: 3, length: 12 };
const values = [99, 1, -1, 2, -2, 3, -7, 4, 0.5, -5, 0, 4.5, 6];

it("numbers lie as rows, columns, maps", () => {
  expect(values[indexOf(maps, 0, 1, 1)]).toBe(-5);
  expect(values[indexOf(maps, 1, 0, 2)]).toBe(-7);
  expect(indexOf(maps, 2, 0, 0)).toBe(-1);
  expect(indexOf(maps, 0, 2, 0)).toBe(-1);
});

it("the loudest is the farthest from zero, to whichever side", () => {
  expect(farthest(values, maps)).toBe(7);
  expect(farthest(values, maps, 0)).toBe(5);
  expect(loudest(values, maps, 0)).toEqual({ row: 1, column: 1 });
  expect(loudest(values, maps, 1)).toEqual({ row: 0, column: 2 });
});

it("the ink is as dark as the number is far from zero, and nothing where nothing is or what is no number", () => {
  expect([shade(-2, 4), shade(9, 4), shade(1, 0), shade(Number.NaN, 1)]).toEqual([0.5, 1, 0, 0]);
});
