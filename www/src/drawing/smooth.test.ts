import { expect, it } from "vitest";
import { smooth } from "./smooth";

it("goes through every point it is given", () => {
  const stroke = smooth([0, 0, 100, 50, 200, 0]);
  const points = Array.from({ length: stroke.length / 2 }, (_, i) => stroke.slice(2 * i, 2 * i + 2));
  for (const point of [[0, 0], [100, 50], [200, 0]]) expect(points).toContainEqual(point);
});

it("turns sharply at a point given twice: both sides are straight where nothing else bends them", () => {
  const stroke = smooth([0, 0, 100, 0, 100, 0, 100, 100]);
  for (let i = 0; i < stroke.length; i += 2) expect(stroke[i + 1] === 0 || stroke[i] === 100).toBe(true);
});
