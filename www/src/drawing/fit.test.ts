import { expect, it } from "vitest";
import { fitted } from "./fit";

it("what lies on the pad and can be seen is left as it is", () => {
  expect(fitted([[100, 100, 900, 900], [50, 950]])).toEqual([[100, 100, 900, 900], [50, 950]]);
});

it("what is larger than the pad, or beside it, is scaled to its middle without changing its shape", () => {
  expect(fitted([[0, 0, 7000, 3500]])).toEqual([[150, 325, 850, 675]]);
  expect(fitted([[-3000, -1000, -2300, -650]])).toEqual([[150, 325, 850, 675]]);
});

it("what the pen would take over the edge of the pad is scaled, too", () => {
  expect(fitted([[0, 0, 1000, 1000]])).toEqual([[150, 150, 850, 850]]);
});

it("what is drawn in small units, from 0 to 1 or to 255, is no speck", () => {
  expect(fitted([[0, 0, 0.5, 1]])).toEqual([[325, 150, 675, 850]]);
  expect(fitted([[55, 0, 155, 200]])).toEqual([[325, 150, 675, 850]]);
});

it("a dot stays a dot, in the middle", () => {
  expect(fitted([[5, 5]])).toEqual([[500, 500]]);
  expect(fitted([])).toEqual([]);
});
