import { expect, it } from "vitest";
import { lengthOf, upTo } from "./replay";

const TWO = [
  [0, 0, 100, 0],
  [0, 50, 0, 150],
];

it("the way is the sum of all strokes, without the jumps between them", () => {
  expect(lengthOf(TWO)).toBe(200);
});

it("half the way is the first stroke, three quarters is half of the second", () => {
  expect(upTo(TWO, 0.5).strokes).toEqual([[0, 0, 100, 0]]);
  expect(upTo(TWO, 0.75)).toEqual({ strokes: [[0, 0, 100, 0], [0, 50, 0, 100]], x: 0, y: 100 });
});

it("the whole way is the drawing, dots included", () => {
  expect(upTo([...TWO, [7, 7]], 1).strokes).toEqual([...TWO, [7, 7]]);
});
