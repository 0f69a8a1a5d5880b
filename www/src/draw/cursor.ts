/** Drawing by keyboard: arrows move a visible pen, space puts it down and lifts it. */
import { signal } from "@preact/signals";
import { say } from "../state/status";
import { drawn, penDown, put } from "./store";
import { PAD, Recorder } from "../drawing/strokes";
import type { Surface } from "./surface";

const STEP = 20;
const STRIDE = 100;

/** Where the pen of the keyboard is; hidden until a key moves it. */
export const cursor = signal({ x: PAD / 2, y: PAD / 2, shown: false, down: false });

const ARROWS: Record<string, readonly [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

export class KeyboardPen {
  private recorder: Recorder | null = null;

  constructor(private readonly surface: Surface) {}

  key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const arrow = ARROWS[event.key];
    if (arrow) this.move(arrow, event.shiftKey ? STRIDE : STEP);
    else if (event.key === " " && !event.repeat) this.toggle();
    else if (event.key === "Escape" && this.recorder) this.lift();
    else return;
    event.preventDefault();
  }

  lift(): void {
    if (!this.recorder) return;
    this.recorder.end();
    this.recorder = null;
    cursor.value = { ...cursor.value, down: false };
    penDown.value = false;
    drawn();
  }

  hide(): void {
    this.lift();
    cursor.value = { ...cursor.value, shown: false };
  }

  private toggle(): void {
    if (this.recorder) {
      this.lift();
      say((words) => words.pad.penUp);
      return;
    }
    const { x, y } = cursor.value;
    this.recorder = new Recorder(x, y);
    if (put(this.recorder.gesture)) this.surface.redraw([]);
    this.surface.extend(this.recorder.gesture);
    cursor.value = { x, y, shown: true, down: true };
    penDown.value = true;
    drawn();
    say((words) => words.pad.penDown);
  }

  private move([dx, dy]: readonly [number, number], by: number): void {
    const within = (v: number): number => Math.min(PAD, Math.max(0, v));
    const { x, y, down } = cursor.value;
    const next = { x: within(x + dx * by), y: within(y + dy * by), shown: true, down };
    cursor.value = next;
    if (this.recorder?.move(next.x, next.y)) {
      this.surface.extend(this.recorder.gesture);
      drawn();
    }
  }
}
