/** Carries the drawing over a reload, whether the person or a new version brings it about. */
import { unpack } from "../drawing/strokes";
import { snapshot } from "../state/engine";
import { beginsAnew } from "../state/wiped";
import { waiting } from "./lessons";
import { drawn, sheet, taught } from "./store";

/** Of this copy of the site: another one under the same host has drawings of its own. */
const KEY = `trazo.drawing:${new URL("./", document.baseURI).pathname}`;

export function keepDrawing(): void {
  if (beginsAnew.peek()) return;
  // What has been taught is done with once its lesson is over and saved: before that a reload may lose the lesson.
  const underWay = waiting.peek().some(({ gestures }) => gestures === sheet.gestures);
  const done = taught.has(sheet.gestures) && !underWay && snapshot.peek()?.storage.state === "saved";
  const strokes = done ? [] : unpack(sheet.drawing());
  try {
    if (strokes.length === 0) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, JSON.stringify(strokes));
  } catch {
    // Refused or full: the drawing is lost with the reload.
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
