import { expect, it } from "vitest";
import { layout } from "./sheet";

it("each digit has rows of its own, and a digit that was not taught has none", () => {
  const { columns, first, rows, tile } = layout([5, 0, 3, 0, 0, 0, 0, 1, 0, 0]);
  expect({ columns, rows, tile }).toEqual({ columns: 3, rows: 4, tile: 96 });
  expect(first).toEqual([0, -1, 2, -1, -1, -1, -1, 3, -1, -1]);
});

it("ten thousand fit on what every browser can make", () => {
  const { tile, columns, rows } = layout(Array.from({ length: 10 }, () => 1000));
  expect(Math.max((columns + 1) * tile, rows * tile)).toBeLessThanOrEqual(4096);
  expect(tile).toBeGreaterThanOrEqual(32);
  expect(columns * rows).toBeGreaterThanOrEqual(10_000);
});

it("ten single digits are a column", () => {
  expect(layout(Array.from({ length: 10 }, () => 1)).rows).toBe(10);
});
