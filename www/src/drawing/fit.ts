/** Drawings made elsewhere come in units of their own: where the pad would crop them, or make specks of them, they are scaled to it. */
import type { Example } from "../worker/protocol";
import { unpack, type Stroke } from "./strokes";

const PAD = 1000;
/** The pen goes beyond its points by half its width. */
const EDGE = 50;
/** The longer side of what is scaled: as the engine has it for what is in no unit of a pad. */
const SIDE = 700;
/** With a shorter longer side, what is drawn is lost in the width of the pen. */
const SPECK = 400;

/** The strokes in pad units: as they are where they can be seen so, else scaled to the middle of the pad, their shape unchanged. */
export function fitted(strokes: readonly Stroke[]): Stroke[] {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const stroke of strokes) {
    for (let i = 0; i + 1 < stroke.length; i += 2) {
      const [x = 0, y = 0] = [stroke[i], stroke[i + 1]];
      left = Math.min(left, x);
      top = Math.min(top, y);
      right = Math.max(right, x);
      bottom = Math.max(bottom, y);
    }
  }
  const longer = Math.max(right - left, bottom - top);
  const onPad = left >= EDGE && top >= EDGE && right <= PAD - EDGE && bottom <= PAD - EDGE;
  if (onPad && longer >= SPECK) return strokes.slice();
  // A dot has no size: it is put in the middle as it is.
  const by = longer > 0 ? SIDE / longer : 1;
  const middle = [(left + right) / 2, (top + bottom) / 2];
  return strokes.map((stroke) => stroke.map((value, i) => (value - (middle[i % 2] ?? 0)) * by + PAD / 2));
}

/** What there is to show of an example, or of anything else that was drawn. */
export type Drawn = Pick<Example, "drawing" | "picture" | "drawnHere">;

/** The strokes of an example as they are shown; null for a picture. What was drawn here stays as large and where it was drawn. */
export function strokesOf({ drawing, drawnHere }: Drawn): Stroke[] | null {
  if (!drawing) return null;
  const strokes = unpack(drawing);
  return drawnHere ? strokes : fitted(strokes);
}
