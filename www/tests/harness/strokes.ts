import digits from "../fixtures/digits.json" with { type: "json" };
import type { Line } from "./tab.ts";

export interface Handwritten {
  label: number;
  name: string;
  /** In pad units, dense enough to be drawn point by point. */
  strokes: Line[];
}

/** The committed digits, two of each, smoothed. */
export const handwritten: Handwritten[] = digits.digits.map(({ label, name, strokes }) => ({
  label,
  name,
  strokes: strokes.map((points) => smooth(points as [number, number][])),
}));

/** The first of the two ways to write a digit. */
export function digit(label: number): Line[] {
  const found = handwritten.find((each) => each.label === label);
  if (!found) throw new Error(`there is no ${label} in fixtures/digits.json`);
  return found.strokes;
}

/** Nobody's digit: back and forth across the pad. */
export const scribble: Line[] = [
  Array.from({ length: 60 }, (_, i) => [150 + ((i * 367) % 700), 150 + ((i * 241) % 700)] as const),
];

/** Nobody's digit either, of three straight lines: so few moves that no browser, however busy, draws it otherwise. */
export const corners: Line[] = [[[300, 750], [300, 250], [700, 750], [700, 250]]];

/** Scales about the middle of the pad and then moves. */
export function placed(strokes: readonly Line[], scale: number, dx = 0, dy = 0): Line[] {
  return strokes.map((line) => line.map(([x, y]) => [500 + (x - 500) * scale + dx, 500 + (y - 500) * scale + dy] as const));
}

/** Signs of sums as someone draws them, in the middle of the pad. */
export const signs = {
  plus: [
    [[500, 240], [505, 500], [498, 760]],
    [[240, 505], [500, 500], [765, 492]],
  ],
  equals: [
    [[250, 400], [500, 396], [750, 402]],
    [[255, 600], [500, 604], [745, 598]],
  ],
} satisfies Record<string, Line[]>;

/** 12 + 7 =, on one pad. */
export const sum: Line[] = [
  ...placed(digit(1), 0.25, -400),
  ...placed(digit(2), 0.25, -230),
  ...placed(signs.plus, 0.2, -60),
  ...placed(digit(7), 0.25, 120),
  ...placed(signs.equals, 0.2, 320),
];

/** A smooth curve through the points (Catmull-Rom, `steps` pieces between two of them); a point given twice is a corner. */
export function smooth(points: readonly (readonly [number, number])[], steps = 5): Line {
  const line: [number, number][] = [];
  let from = 0;
  for (let i = 1; i <= points.length; i += 1) {
    const [before, here] = [points[i - 1]!, points[i]];
    if (here && (here[0] !== before[0] || here[1] !== before[1])) continue;
    line.push(...spline(points.slice(from, i), steps));
    from = i;
  }
  return line;
}

function spline(points: readonly (readonly [number, number])[], steps: number): [number, number][] {
  const line: [number, number][] = [];
  for (let i = 0; i + 1 < points.length; i += 1) {
    const [a, b, c, d] = [points[i - 1] ?? points[i]!, points[i]!, points[i + 1]!, points[i + 2] ?? points[i + 1]!];
    for (let step = 0; step < steps; step += 1) {
      const t = step / steps;
      const at = (k: 0 | 1) =>
        0.5 * (2 * b[k] + (c[k] - a[k]) * t + (2 * a[k] - 5 * b[k] + 4 * c[k] - d[k]) * t * t + (3 * b[k] - a[k] - 3 * c[k] + d[k]) * t ** 3);
      line.push([at(0), at(1)]);
    }
  }
  const last = points.at(-1);
  if (last) line.push([...last]);
  return line;
}
