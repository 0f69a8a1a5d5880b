/**
 * A drawing as a few hundred letters, so that it fits in a link: to a quarter of a pad unit, each point by its distance to
 * the one before (zigzag, in groups of seven bits), as base64 without the letters that an address changes.
 */
import { PAD, type Stroke } from "../drawing/strokes";

/** Steps a pad unit. */
const STEPS = 4;
/** Longer links break in mails and in old programs. */
const LETTERS = 4000;

/** The strokes as the link has them. What is too long for one loses every other point until it fits. */
export function encode(strokes: readonly Stroke[]): string {
  let left = strokes;
  for (;;) {
    const text = written(left);
    if (text.length <= LETTERS || left.every(({ length }) => length <= 4)) return text;
    left = left.map(thinned);
  }
}

/** The strokes of a link; null where it is none. */
export function decode(text: string): Stroke[] | null {
  // A chat may have cut it off, or someone may have written it by hand.
  if (text.length === 0 || text.length > 4 * LETTERS || !/^[\w-]+$/.test(text)) return null;
  let bytes: string;
  try {
    bytes = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  } catch {
    return null;
  }
  let at = 0;
  const next = (): number => {
    let value = 0;
    for (let scale = 1; scale < 2 ** 28; scale *= 128) {
      const byte = at < bytes.length ? bytes.charCodeAt(at) : Number.NaN;
      at += 1;
      value += (byte & 127) * scale;
      if (Number.isNaN(byte)) return Number.NaN;
      if (byte < 128) return value;
    }
    return Number.NaN;
  };
  const signed = (): number => {
    const value = next();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  };
  const strokes: Stroke[] = [];
  while (at < bytes.length) {
    const points = next();
    // As many as there are bytes at the most: two a point.
    if (!(points > 0) || points > bytes.length) return null;
    const stroke: Stroke = [];
    let [x, y] = [0, 0];
    for (let i = 0; i < points; i += 1) {
      x += signed();
      y += signed();
      if (!(x >= 0 && x <= PAD * STEPS && y >= 0 && y <= PAD * STEPS)) return null;
      stroke.push(x / STEPS, y / STEPS);
    }
    strokes.push(stroke);
  }
  return strokes;
}

function written(strokes: readonly Stroke[]): string {
  const bytes: number[] = [];
  const put = (value: number): void => {
    let left = value;
    for (; left > 127; left = Math.floor(left / 128)) bytes.push((left % 128) + 128);
    bytes.push(left);
  };
  for (const stroke of strokes) {
    put(stroke.length / 2);
    let [x, y] = [0, 0];
    for (let i = 0; i + 1 < stroke.length; i += 2) {
      const [to, down] = [steps(stroke[i]), steps(stroke[i + 1])];
      for (const by of [to - x, down - y]) put(by < 0 ? -2 * by - 1 : 2 * by);
      [x, y] = [to, down];
    }
  }
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function steps(value = 0): number {
  return Math.round(Math.min(PAD, Math.max(0, value)) * STEPS);
}

/** Every other point, and both ends. */
function thinned(stroke: Stroke): Stroke {
  const last = stroke.length / 2 - 1;
  return stroke.filter((_, i) => {
    const point = Math.floor(i / 2);
    return point % 2 === 0 || point === last;
  });
}
