import { expect, it } from "vitest";
import { apart, logTicks, nearest, stepped } from "./lines";

it("names that would touch are pushed apart, and keep their order", () => {
  expect(apart(50, 120, 0, 200)).toEqual([50, 120]);
  expect(apart(100, 103, 0, 200)).toEqual([93, 110]);
  expect(apart(103, 100, 0, 200)).toEqual([110, 93]);
});

it("names stay within the chart", () => {
  expect(apart(0, 0, 0, 200)).toEqual([0, 17]);
  expect(apart(200, 199, 0, 200)).toEqual([200, 183]);
});

it("the arrow keys move along a chart and stay on it", () => {
  expect(stepped("ArrowRight", false, 3, 9)).toBe(4);
  expect(stepped("ArrowLeft", true, 3, 9)).toBe(0);
  expect(stepped("End", false, 3, 9)).toBe(9);
  expect(stepped("Home", false, 3, -1)).toBe(0);
  expect(stepped("Enter", false, 3, 9)).toBeNull();
});

it("the place that is nearest to a pointer is found, beyond the ends too", () => {
  const places = [0, 10, 100];
  expect([-5, 4, 6, 54, 56, 500].map((place) => nearest(places, place))).toEqual([0, 0, 1, 1, 2, 2]);
});

it("a chart by factors is marked at one, two and five times the powers of ten", () => {
  expect(logTicks(0.02, 2.5)).toEqual([0.1, 1]);
  expect(logTicks(0.1, 2.5)).toEqual([0.1, 0.2, 0.5, 1, 2]);
  expect(logTicks(0.0001, 10)).toEqual([0.0001, 0.001, 0.01, 0.1, 1, 10]);
});
