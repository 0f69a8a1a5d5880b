import { expect, it } from "vitest";
import { apart } from "./lines";

it("names that would touch are pushed apart, and keep their order", () => {
  expect(apart(50, 120, 0, 200)).toEqual([50, 120]);
  expect(apart(100, 103, 0, 200)).toEqual([93, 110]);
  expect(apart(103, 100, 0, 200)).toEqual([110, 93]);
});

it("names stay within the chart", () => {
  expect(apart(0, 0, 0, 200)).toEqual([0, 17]);
  expect(apart(200, 199, 0, 200)).toEqual([200, 183]);
});
