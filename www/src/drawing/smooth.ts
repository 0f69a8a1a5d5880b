import type { Stroke } from "./strokes";

/** Between two points of the curve. */
const PIECES = 6;

/** A smooth stroke through a few points x0, y0, x1, y1, … (Catmull and Rom, 1974). A point given twice is a corner. */
export function smooth(points: readonly number[]): Stroke {
  const at = (i: number): [number, number] => [points[2 * i] ?? 0, points[2 * i + 1] ?? 0];
  const last = points.length / 2 - 1;
  const same = (i: number, j: number): boolean => at(i)[0] === at(j)[0] && at(i)[1] === at(j)[1];
  // At an end, or at a corner, there is no neighbor beyond: the point itself takes its place.
  const neighbor = (i: number, beyond: number): [number, number] => (beyond < 0 || beyond > last || same(i, beyond) ? at(i) : at(beyond));
  const stroke: Stroke = [...at(0)];
  for (let i = 0; i < last; i += 1) {
    if (same(i, i + 1)) continue;
    const [before, from, to, after] = [neighbor(i, i - 1), at(i), at(i + 1), neighbor(i + 1, i + 2)];
    for (let piece = 1; piece <= PIECES; piece += 1) {
      const t = piece / PIECES;
      for (const k of [0, 1] as const) {
        const [a, b, c, d] = [before[k], from[k], to[k], after[k]];
        stroke.push(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t ** 3));
      }
    }
  }
  return stroke;
}
