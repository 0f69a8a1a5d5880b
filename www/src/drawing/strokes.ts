/**
 * What has been drawn, in pad units (1000 x 1000, y downwards), and how it came about: gestures that can be taken back one
 * by one. Knows nothing of screens, canvases or events.
 */
import type { Drawing } from "../worker/protocol";

export const PAD = 1000;
/** The width of the pen in pad units: the original's radius of 10 on a pad of 200. */
export const PEN = 100;
/** Points nearer to the last kept one than this add bytes and no shape (a pixel of a 667 px pad). */
const THIN = 1.5;

/** x0, y0, x1, y1, … of one pen-down to pen-up on the pad. */
export type Stroke = number[];

/**
 * From pen-down to pen-up. More than one stroke where the pen left the pad and came back: what is outside the paper is
 * neither seen nor read, so the line ends at the edge and goes on where it returns.
 */
export interface Gesture {
  strokes: Stroke[];
}

/** The part of the segment a-b within the pad, as [x0, y0, x1, y1], or null where none is (Liang and Barsky, 1984). */
export function clip(
  ax: number,
  ay: number,
  bx: number,
  by: number,
): [number, number, number, number] | null {
  const dx = bx - ax;
  const dy = by - ay;
  let enter = 0;
  let leave = 1;
  const edges: [number, number][] = [
    [-dx, ax],
    [dx, PAD - ax],
    [-dy, ay],
    [dy, PAD - ay],
  ];
  for (const [p, q] of edges) {
    if (p === 0) {
      if (q < 0) return null;
    } else if (p < 0) {
      enter = Math.max(enter, q / p);
    } else {
      leave = Math.min(leave, q / p);
    }
  }
  if (enter > leave) return null;
  return [ax + enter * dx, ay + enter * dy, ax + leave * dx, ay + leave * dy];
}

/** One gesture while it is made. Give it every position of the pen, on the pad or off it. */
export class Recorder {
  readonly gesture: Gesture = { strokes: [] };
  /** Where the pen really was last, thinned away or not. */
  private x: number;
  private y: number;
  /** The stroke that goes on, or null while the pen is off the pad. */
  private open: Stroke | null = null;

  constructor(x: number, y: number) {
    this.x = x;
    this.y = y;
    if (inside(x, y)) {
      this.open = [x, y];
      this.gesture.strokes.push(this.open);
    }
  }

  /** Returns true where something was added. */
  move(x: number, y: number): boolean {
    const part = clip(this.x, this.y, x, y);
    this.x = x;
    this.y = y;
    if (!part) {
      this.open = null;
      return false;
    }
    const [ax, ay, bx, by] = part;
    let added = false;
    if (!this.open) {
      this.open = [ax, ay];
      this.gesture.strokes.push(this.open);
      added = true;
    }
    const stroke = this.open;
    const leaving = !inside(x, y);
    const lastX = stroke.at(-2) ?? ax;
    const lastY = stroke.at(-1) ?? ay;
    // The point where the pen leaves is kept whatever the distance: it is where the line ends.
    const distance = Math.hypot(bx - lastX, by - lastY);
    if (distance >= THIN || (leaving && distance > 0)) {
      stroke.push(bx, by);
      added = true;
    }
    if (leaving) this.open = null;
    return added;
  }

  /** The pen is lifted: the last position is kept even where thinning passed it over. Returns true where it was. */
  end(): boolean {
    const stroke = this.open;
    if (!stroke) return false;
    const more = stroke.at(-2) !== this.x || stroke.at(-1) !== this.y;
    if (more) stroke.push(this.x, this.y);
    this.open = null;
    return more;
  }
}

function inside(x: number, y: number): boolean {
  return x >= 0 && x <= PAD && y >= 0 && y <= PAD;
}

/** What a step of the sheet did. */
export type Step = "stroke" | "erasing" | "clearing" | "example";

interface Done {
  step: Step;
  gestures: readonly Gesture[];
}

/** All that is on the pad, with undo and redo. Clearing and erasing are steps like any other: they can be taken back. */
export class Sheet {
  /** What was there before each step. */
  private past: Done[] = [];
  private future: Done[] = [];
  private now: readonly Gesture[] = [];

  /** A new list after each change: while the list is the same, nothing but the gesture under way has grown. */
  get gestures(): readonly Gesture[] {
    return this.now;
  }

  get empty(): boolean {
    return this.now.every((gesture) => gesture.strokes.length === 0);
  }

  /** How many steps can be taken back. */
  get steps(): number {
    return this.past.length;
  }

  /** The step that undo takes back, if there is one. */
  get undoable(): Step | null {
    return this.past.at(-1)?.step ?? null;
  }

  get canRedo(): boolean {
    return this.future.length > 0;
  }

  add(gesture: Gesture): void {
    this.replace("stroke", [...this.now, gesture]);
  }

  /** The gesture is the first of another drawing; undo brings back the one before. */
  begin(gesture: Gesture): void {
    this.replace("stroke", [gesture]);
  }

  /** Does what the latest step did otherwise: no step of its own, and nothing comes back. */
  amend(gestures: readonly Gesture[]): void {
    this.now = gestures;
  }

  /** The latest gesture was not meant (a palm, before the pen came down): this one takes its place. True: it has to go. */
  exchange(gesture: Gesture): true {
    this.amend([...this.now.slice(0, -1), gesture]);
    return true;
  }

  clear(): void {
    if (this.now.length > 0) this.replace("clearing", []);
  }

  replace(step: Step, next: readonly Gesture[]): void {
    this.past.push({ step, gestures: this.now });
    this.future = [];
    this.now = next;
  }

  undo(): void {
    this.go(this.past, this.future);
  }

  redo(): void {
    this.go(this.future, this.past);
  }

  /** For the engine. A copy: the pen may go on while the message is on its way. */
  drawing(): Drawing {
    return pack(this.now.flatMap((gesture) => gesture.strokes));
  }

  private go(from: Done[], to: Done[]): void {
    const done = from.pop();
    if (!done) return;
    to.push({ step: done.step, gestures: this.now });
    this.now = done.gestures;
  }
}

export function pack(strokes: readonly Stroke[]): Drawing {
  let numbers = 0;
  for (const stroke of strokes) numbers += stroke.length;
  const points = new Float32Array(numbers);
  const ends = new Uint32Array(strokes.length);
  let at = 0;
  strokes.forEach((stroke, i) => {
    points.set(stroke, at);
    at += stroke.length;
    ends[i] = at / 2;
  });
  return { points, ends };
}

export function unpack(drawing: Drawing): Stroke[] {
  const strokes: Stroke[] = [];
  let from = 0;
  for (const end of drawing.ends) {
    strokes.push(Array.from(drawing.points.subarray(from * 2, end * 2)));
    from = end;
  }
  return strokes;
}
