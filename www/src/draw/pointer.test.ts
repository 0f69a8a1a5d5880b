import { beforeEach, describe, expect, it } from "vitest";
import { fingers } from "../settings/preferences";
import { penSeen } from "./fingers";
import { listen } from "./pointer";
import { settle } from "./soon";
import { sheet, taught } from "./store";
import type { Surface } from "./surface";

/** A pad of 100 x 100 pixels: ten units a pixel. */
function pad() {
  const canvas = Object.assign(new EventTarget(), {
    getBoundingClientRect: () => ({ left: 0, top: 0, width: 100, height: 100 }),
    setPointerCapture: () => undefined,
  });
  const surface = { redraw: () => undefined, extend: () => undefined } as unknown as Surface;
  const { stop } = listen(canvas as unknown as HTMLCanvasElement, surface, () => undefined);
  const tell = (type: string, pointerType: string, pointerId: number, x: number, y: number, more: object = {}) => {
    const buttons = type === "pointerup" || type === "pointercancel" ? 0 : 1;
    const init = { pointerType, pointerId, clientX: x, clientY: y, button: 0, buttons, pressure: 0.5, ...more };
    canvas.dispatchEvent(Object.assign(new Event(type), init));
  };
  /** From one point to another. */
  const stroke = (pointerType: string, id: number, from: [number, number], to: [number, number], more: object = {}) => {
    tell("pointerdown", pointerType, id, ...from, more);
    tell("pointermove", pointerType, id, ...to, more);
    tell("pointerup", pointerType, id, ...to, more);
    settle();
  };
  return { tell, stroke, stop };
}

const strokes = () => sheet.gestures.flatMap((gesture) => gesture.strokes);
const THREE = { strokes: [[300, 200, 700, 800]] };
const SEVEN = [200, 200, 800, 300];

beforeEach(() => {
  sheet.replace("clearing", []);
  penSeen.value = false;
  fingers.value = false;
});

describe("the hand that holds a pen", () => {
  it("comes down before it, on a drawing that was taught: the pen's stroke is a drawing of its own", () => {
    const { tell, stroke } = pad();
    sheet.add(THREE);
    taught.add(sheet.gestures);
    tell("pointerdown", "touch", 1, 90, 95);
    tell("pointermove", "touch", 1, 92, 96);
    stroke("pen", 2, [20, 20], [80, 30]);
    tell("pointerup", "touch", 1, 92, 96);
    expect(strokes()).toEqual([SEVEN]);
    sheet.undo();
    expect(sheet.gestures).toEqual([THREE]);
  });

  it("is taken away by the system before the pen is told of: its blot goes all the same", () => {
    const { tell, stroke } = pad();
    tell("pointerdown", "touch", 1, 90, 95);
    tell("pointercancel", "touch", 1, 90, 95);
    stroke("pen", 2, [20, 20], [80, 30]);
    expect(strokes()).toEqual([SEVEN]);
  });

  it("rests between two strokes and during one: nothing is drawn of it", () => {
    const { tell, stroke } = pad();
    stroke("pen", 2, [20, 20], [80, 30]);
    stroke("touch", 3, [90, 95], [10, 95]);
    tell("pointerdown", "pen", 4, 50, 50);
    tell("pointerdown", "touch", 5, 90, 95);
    tell("pointermove", "touch", 5, 10, 95);
    tell("pointermove", "pen", 4, 60, 60);
    tell("pointerup", "pen", 4, 60, 60);
    expect(strokes()).toEqual([SEVEN, [500, 500, 600, 600]]);
  });

  it("draws where a person wants both", () => {
    const { stroke } = pad();
    fingers.value = true;
    stroke("pen", 2, [20, 20], [80, 30]);
    stroke("touch", 3, [10, 90], [90, 90]);
    expect(strokes()).toEqual([SEVEN, [100, 900, 900, 900]]);
  });

  it("leaves what fingers drew before any pen came", () => {
    const { stroke } = pad();
    stroke("touch", 1, [10, 90], [90, 90]);
    stroke("pen", 2, [20, 20], [80, 30]);
    expect(strokes()).toEqual([[100, 900, 900, 900], SEVEN]);
  });
});

describe("a pen", () => {
  it("draws the same line at any pressure", () => {
    const { stroke } = pad();
    for (const pressure of [0.01, 0.5, 1]) {
      sheet.replace("clearing", []);
      stroke("pen", 2, [20, 20], [80, 30], { pressure });
      expect(strokes()).toEqual([SEVEN]);
    }
  });

  it("erases with its other end, in one step", () => {
    const { stroke } = pad();
    stroke("pen", 2, [0, 50], [100, 50]);
    const before = sheet.gestures;
    stroke("pen", 2, [50, 0], [50, 100], { button: 5, buttons: 32 });
    expect(strokes()).toHaveLength(2);
    expect(sheet.undoable).toBe("erasing");
    sheet.undo();
    expect(sheet.gestures).toBe(before);
  });

  it("does nothing with the button on its side", () => {
    const { stroke } = pad();
    stroke("pen", 2, [0, 50], [100, 50], { button: 2, buttons: 2 });
    expect(strokes()).toEqual([]);
  });
});
