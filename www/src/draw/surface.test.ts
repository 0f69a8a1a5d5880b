import { beforeEach, expect, it, vi } from "vitest";
import { Recorder } from "../drawing/strokes";
import { Surface } from "./surface";

type Call = [name: string, ...args: number[]];

/** A canvas that only writes down what it is told, with the scale at that moment. */
function fakeCanvas() {
  const calls: Call[] = [];
  const context = new Proxy({} as Record<string, unknown>, {
    get: (_, name: string) => (...args: number[]) => calls.push([name, ...args]),
    set: () => true,
  });
  const canvas = { width: 300, height: 150, getContext: () => context } as unknown as HTMLCanvasElement;
  return { canvas, calls, take: () => calls.splice(0).filter(([name]) => name !== "beginPath") };
}

beforeEach(() => {
  vi.stubGlobal("getComputedStyle", () => ({ color: "rgb(0, 0, 0)" }));
});

it("clearing reaches every pixel, whatever the size on the screen", () => {
  const { canvas, take } = fakeCanvas();
  const surface = new Surface(canvas);
  surface.resize(700);
  surface.redraw([]);
  expect(take()).toEqual([
    ["setTransform", 0.7, 0, 0, 0.7, 0, 0],
    ["clearRect", 0, 0, 1000, 1000],
  ]);
});

it("while the pen moves only what is new is drawn, joined to what was", () => {
  const { canvas, take } = fakeCanvas();
  const surface = new Surface(canvas);
  surface.resize(1000);
  const pen = new Recorder(10, 10);
  surface.extend(pen.gesture);
  expect(take().map(([name]) => name)).toContain("arc");
  pen.move(20, 10);
  pen.move(30, 10);
  surface.extend(pen.gesture);
  expect(take().slice(1)).toEqual([["moveTo", 10, 10], ["lineTo", 20, 10], ["lineTo", 30, 10], ["stroke"]]);
  pen.move(40, 10);
  surface.extend(pen.gesture);
  expect(take().slice(1)).toEqual([["moveTo", 30, 10], ["lineTo", 40, 10], ["stroke"]]);
});

it("a pen that left the pad and came back starts a line of its own", () => {
  const { canvas, take } = fakeCanvas();
  const surface = new Surface(canvas);
  surface.resize(1000);
  const pen = new Recorder(900, 500);
  surface.extend(pen.gesture);
  take();
  pen.move(1100, 500);
  pen.move(1100, 600);
  pen.move(900, 600);
  surface.extend(pen.gesture);
  expect(take().filter(([name]) => name === "moveTo")).toEqual([
    ["moveTo", 900, 500],
    ["moveTo", 1000, 600],
  ]);
});
