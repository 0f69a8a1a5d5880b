import { describe, expect, it } from "vitest";
import { clip, pack, Recorder, Sheet, unpack } from "./strokes";

function draw(...points: [number, number][]) {
  const [first, ...rest] = points;
  const recorder = new Recorder(...(first ?? [0, 0]));
  for (const [x, y] of rest) recorder.move(x, y);
  recorder.end();
  return recorder.gesture;
}

describe("the part of a segment on the pad", () => {
  it("is all of it where both ends are inside", () => {
    expect(clip(10, 20, 30, 40)).toEqual([10, 20, 30, 40]);
  });
  it("ends at the edge where the pen leaves", () => {
    expect(clip(900, 500, 1100, 500)).toEqual([900, 500, 1000, 500]);
  });
  it("is nothing where the segment passes by", () => {
    expect(clip(-10, 0, -10, 1000)).toBeNull();
    expect(clip(-100, 50, 50, -101)).toBeNull();
  });
  it("crosses the whole pad when the pen flies over it", () => {
    expect(clip(-500, 500, 1500, 500)).toEqual([0, 500, 1000, 500]);
  });
});

describe("a gesture", () => {
  it("drops points nearer than the thinning distance, never the last", () => {
    expect(draw([0, 0], [1, 0], [2, 0], [2.5, 0]).strokes).toEqual([[0, 0, 2, 0, 2.5, 0]]);
  });
  it("that leaves the pad and comes back is two strokes that end at the edge", () => {
    const { strokes } = draw([900, 500], [1100, 500], [1100, 600], [900, 600]);
    expect(strokes).toEqual([
      [900, 500, 1000, 500],
      [1000, 600, 900, 600],
    ]);
  });
  it("that is a tap is a stroke of one point", () => {
    expect(draw([300, 300]).strokes).toEqual([[300, 300]]);
  });
  it("that begins outside starts at the edge", () => {
    expect(draw([-100, 500], [100, 500]).strokes).toEqual([[0, 500, 100, 500]]);
  });
  it("of 100,000 points keeps its shape and few of its points", () => {
    const recorder = new Recorder(0, 500);
    for (let i = 1; i <= 100_000; i += 1) recorder.move(i / 100, 500);
    recorder.end();
    const stroke = recorder.gesture.strokes[0] ?? [];
    expect(stroke.length / 2).toBeLessThan(700);
    expect(stroke.at(-2)).toBe(1000);
  });
});

describe("the sheet", () => {
  it("takes gestures back and brings them again", () => {
    const sheet = new Sheet();
    sheet.add(draw([1, 1]));
    sheet.add(draw([900, 500], [1100, 500], [900, 600]));
    sheet.undo();
    expect(sheet.gestures).toHaveLength(1);
    sheet.redo();
    expect(sheet.gestures).toHaveLength(2);
    expect(sheet.canRedo).toBe(false);
  });
  it("gives a cleared drawing back", () => {
    const sheet = new Sheet();
    sheet.add(draw([1, 1]));
    sheet.clear();
    expect(sheet.empty).toBe(true);
    sheet.undo();
    expect(sheet.empty).toBe(false);
  });
  it("names the step that undo takes back", () => {
    const sheet = new Sheet();
    expect(sheet.undoable).toBeNull();
    sheet.add(draw([1, 1]));
    sheet.clear();
    expect(sheet.undoable).toBe("clearing");
    sheet.undo();
    expect(sheet.undoable).toBe("stroke");
    sheet.redo();
    expect(sheet.undoable).toBe("clearing");
  });
  it("puts a gesture in the place of the latest, without a step", () => {
    const sheet = new Sheet();
    sheet.add(draw([1, 1]));
    sheet.begin(draw([2, 2]));
    sheet.exchange(draw([3, 3]));
    expect(sheet.gestures).toEqual([draw([3, 3])]);
    sheet.undo();
    expect(sheet.gestures).toEqual([draw([1, 1])]);
  });
  it("forgets what was undone once something new is drawn", () => {
    const sheet = new Sheet();
    sheet.add(draw([1, 1]));
    sheet.undo();
    sheet.add(draw([2, 2]));
    expect(sheet.canRedo).toBe(false);
  });
});

it("packing and unpacking give the same strokes", () => {
  const strokes = [
    [1, 2, 3, 4],
    [5, 6],
  ];
  expect(unpack(pack(strokes))).toEqual(strokes);
  expect(pack([])).toEqual({ points: new Float32Array(0), ends: new Uint32Array(0) });
});
