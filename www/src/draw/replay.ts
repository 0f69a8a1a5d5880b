/** Drawings to try on an empty pad: the first are read, the later ones fool the network as it comes, until it is taught. */
import { lengthOf, upTo } from "../drawing/replay";
import { smooth } from "../drawing/smooth";
import type { Stroke } from "../drawing/strokes";
import { borrowed, drawn, leave, pen, sheet } from "./store";

export interface Try {
  /** What it is for the one who drew it; null where it is no digit. */
  digit: number | null;
  strokes: readonly Stroke[];
}

const drawing = (digit: number | null, ...strokes: number[][]): Try => ({ digit, strokes: strokes.map(smooth) });

export const TRIES: readonly Try[] = [
  // With a bar, as it is written in Spain.
  drawing(7, [230, 240, 300, 215, 500, 235, 740, 215, 740, 215, 640, 450, 520, 700, 450, 850], [380, 520, 680, 500]),
  // With a slash, as engineers write it.
  drawing(0, [500, 160, 300, 300, 270, 550, 400, 820, 600, 820, 730, 550, 690, 280, 500, 160], [700, 220, 320, 790]),
  // Backwards, as children write it.
  drawing(3, [690, 250, 550, 170, 360, 220, 360, 370, 500, 470, 500, 470, 320, 560, 320, 750, 500, 850, 700, 780]),
  // Lying down.
  drawing(8, [500, 500, 650, 370, 800, 400, 830, 520, 760, 630, 620, 600, 500, 500, 380, 380, 240, 370, 160, 480, 220, 620, 360, 620, 500, 500]),
  drawing(null, [250, 850, 500, 150, 500, 150, 750, 850], [340, 600, 660, 600]),
];

/** Pad units a second. */
const SPEED = 1600;

/** Draws it on the pad, at a pace that can be followed; at once where motion is not wanted. */
export function replay({ strokes }: Try): void {
  pen.lift();
  leave();
  const duration = (lengthOf(strokes) / SPEED) * 1000;
  const begun = performance.now();
  let shown = sheet.gestures;
  let begunToShow = false;
  let frame = 0;
  const show = (share: number): void => {
    const gestures = upTo(strokes, share).strokes.map((stroke) => ({ strokes: [stroke] }));
    for (const gesture of gestures) borrowed.add(gesture);
    if (begunToShow) sheet.amend(gestures);
    else sheet.replace("example", gestures);
    begunToShow = true;
    shown = sheet.gestures;
    drawn();
  };
  const release = pen.hold(() => {
    cancelAnimationFrame(frame);
    release();
    if (sheet.gestures === shown) show(1);
  });
  const tick = (now: number): void => {
    // Something else has been done to the sheet.
    if (sheet.gestures !== shown) return release();
    const share = Math.min(1, (now - begun) / duration);
    show(share);
    if (share === 1) release();
    else frame = requestAnimationFrame(tick);
  };
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) pen.lift();
  else frame = requestAnimationFrame(tick);
}
