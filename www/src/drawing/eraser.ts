/** The other end of the pen: takes away the ink it passes over. Strokes are cut where it crosses them. */
import { PEN, type Gesture, type Stroke } from "./strokes";

/** Its radius in pad units: ink whose middle is nearer goes. */
export const ERASER = 0.75 * PEN;

/** The gestures without what lies under the eraser on its way from a to b; the very same list where nothing does. */
export function erase(gestures: readonly Gesture[], ax: number, ay: number, bx: number, by: number): readonly Gesture[] {
  let changed = false;
  const left = gestures.map((gesture) => {
    const strokes = gesture.strokes.flatMap((stroke) => cut(stroke, ax, ay, bx, by));
    if (strokes.length === gesture.strokes.length && strokes.every((stroke, i) => stroke === gesture.strokes[i])) return gesture;
    changed = true;
    return { strokes };
  });
  return changed ? left.filter(({ strokes }) => strokes.length > 0) : gestures;
}

/** What is left of a stroke: itself, or the pieces outside. Pieces end within a unit of the eraser's edge. */
function cut(stroke: Stroke, ax: number, ay: number, bx: number, by: number): Stroke[] {
  const under = (x: number, y: number): boolean => distance(x, y, ax, ay, bx, by) < ERASER;
  const [x0 = 0, y0 = 0] = stroke;
  if (stroke.length === 2) return under(x0, y0) ? [] : [stroke];
  const pieces: Stroke[] = [];
  let open: Stroke | null = null;
  let touched = false;
  let [x, y, was] = [x0, y0, under(x0, y0)];
  if (!was) pieces.push((open = [x0, y0]));
  for (let i = 2; i + 1 < stroke.length; i += 2) {
    const [toX = x, toY = y] = [stroke[i], stroke[i + 1]];
    // In steps much smaller than the eraser, so that a long straight segment is met in its middle too.
    const parts = Math.max(1, Math.ceil(Math.hypot(toX - x, toY - y)));
    const [fromX, fromY] = [x, y];
    for (let part = 1; part <= parts; part += 1) {
      const [nextX, nextY] = [fromX + ((toX - fromX) * part) / parts, fromY + ((toY - fromY) * part) / parts];
      const is = under(nextX, nextY);
      if (is && !was) {
        open?.push(x, y);
        open = null;
      } else if (!is && was) pieces.push((open = [nextX, nextY]));
      touched ||= is || was;
      [x, y, was] = [nextX, nextY, is];
    }
    if (!was) open?.push(toX, toY);
  }
  return touched ? pieces.map(withoutRepeats) : [stroke];
}

/** A cut at a point of the stroke leaves that point twice. */
function withoutRepeats(stroke: Stroke): Stroke {
  const kept: Stroke = [];
  for (let i = 0; i + 1 < stroke.length; i += 2) {
    const [x = 0, y = 0] = [stroke[i], stroke[i + 1]];
    if (kept.length === 0 || kept.at(-2) !== x || kept.at(-1) !== y) kept.push(x, y);
  }
  return kept;
}

/** From a point to the segment a-b. */
function distance(x: number, y: number, ax: number, ay: number, bx: number, by: number): number {
  const [dx, dy] = [bx - ax, by - ay];
  const along = dx === 0 && dy === 0 ? 0 : ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy);
  const t = Math.min(1, Math.max(0, along));
  return Math.hypot(x - ax - t * dx, y - ay - t * dy);
}
