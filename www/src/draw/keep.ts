/** Carries the drawing over a reload that the page itself brings about (a new version), and over no other. */
import { drawn, sheet } from "./store";
import { unpack } from "./strokes";

const KEY = "trazo.drawing";

export function keepDrawing(): void {
  const strokes = unpack(sheet.drawing());
  if (strokes.length === 0) return;
  try {
    sessionStorage.setItem(KEY, JSON.stringify(strokes));
  } catch {
    // Refused or full: the drawing is lost with the reload, which was asked for.
  }
}

export function restoreDrawing(): void {
  try {
    const kept = sessionStorage.getItem(KEY);
    if (kept === null) return;
    sessionStorage.removeItem(KEY);
    const strokes: unknown = JSON.parse(kept);
    if (!Array.isArray(strokes)) return;
    for (const stroke of strokes) {
      if (Array.isArray(stroke) && stroke.every((value) => typeof value === "number")) {
        sheet.add({ strokes: [stroke as number[]] });
      }
    }
    drawn();
  } catch {
    // Not ours, or no storage: an empty pad is a fine start.
  }
}
