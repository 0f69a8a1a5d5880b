import { expect, it } from "vitest";
import { erase, ERASER } from "./eraser";

const across = [{ strokes: [[0, 500, 1000, 500]] }];

it("cuts a stroke in two where it crosses it, to the unit", () => {
  const [gesture, ...none] = erase(across, 500, 0, 500, 1000);
  expect(none).toEqual([]);
  const [left, right] = gesture?.strokes ?? [];
  expect(left).toEqual([0, 500, 500 - ERASER, 500]);
  expect(right).toEqual([500 + ERASER, 500, 1000, 500]);
});

it("leaves the very same list where it meets nothing", () => {
  expect(erase(across, 500, 0, 500, 500 - ERASER - 1)).toBe(across);
});

it("takes dots and whole strokes, and then their gesture", () => {
  const gestures = [{ strokes: [[300, 300]] }, { strokes: [[310, 300, 330, 320]] }, ...across];
  expect(erase(gestures, 300, 300, 300, 300)).toEqual(across);
});

it("shortens a stroke that ends beneath it", () => {
  const [gesture] = erase([{ strokes: [[100, 100, 200, 100, 300, 100]] }], 300, 100, 300, 100);
  expect(gesture?.strokes).toEqual([[100, 100, 200, 100, 300 - ERASER, 100]]);
});
