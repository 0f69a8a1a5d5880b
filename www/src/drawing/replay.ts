/** The movement of the pen, by the length of the way: no times are kept, so it goes at one speed. */
import type { Stroke } from "./strokes";

export function lengthOf(strokes: readonly Stroke[]): number {
  let length = 0;
  for (const stroke of strokes) for (let i = 2; i + 1 < stroke.length; i += 2) length += step(stroke, i);
  return length;
}

/** The strokes up to `share` (0 … 1) of the whole way, and where the pen is then. */
export function upTo(strokes: readonly Stroke[], share: number): { strokes: Stroke[]; x: number; y: number } {
  let left = share * lengthOf(strokes);
  const drawn: Stroke[] = [];
  let x = strokes[0]?.[0] ?? 0;
  let y = strokes[0]?.[1] ?? 0;
  for (const stroke of strokes) {
    x = stroke[0] ?? 0;
    y = stroke[1] ?? 0;
    const part: Stroke = [x, y];
    drawn.push(part);
    for (let i = 2; i + 1 < stroke.length; i += 2) {
      const far = step(stroke, i);
      const of = far > left && far > 0 ? left / far : 1;
      x += ((stroke[i] ?? x) - x) * of;
      y += ((stroke[i + 1] ?? y) - y) * of;
      part.push(x, y);
      left -= far;
      if (left < 0) return { strokes: drawn, x, y };
    }
    if (left <= 0 && share < 1) break;
  }
  return { strokes: drawn, x, y };
}

function step(stroke: Stroke, i: number): number {
  return Math.hypot((stroke[i] ?? 0) - (stroke[i - 2] ?? 0), (stroke[i + 1] ?? 0) - (stroke[i - 1] ?? 0));
}
