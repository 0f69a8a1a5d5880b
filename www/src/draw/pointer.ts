/** From pointer events (mouse, finger, pen) to gestures on the sheet. */
import { settle, soon } from "./soon";
import { announceSoon, ask, drawn, penDown, put, seen, sheet } from "./store";
import { PAD, Recorder, type Gesture } from "./strokes";
import type { Surface } from "./surface";

/** A stroke of more numbers than this would be seen to take time: it keeps its knots. */
const REDRAWN_AT_MOST = 8000;
const numbersIn = ({ strokes }: Gesture): number => strokes.reduce((sum, { length }) => sum + length, 0);

interface Active {
  id: number;
  type: string;
  recorder: Recorder;
  /** This browser tells each move as it comes; the same moves come again, gathered, before the next frame. */
  raw: boolean;
}

/** Listens on the canvas until `stop` is called; `lift` ends the gesture that is under way. */
export function listen(
  canvas: HTMLCanvasElement,
  surface: Surface,
  onStart: () => void,
): { stop: () => void; lift: () => void } {
  let active: Active | null = null;
  const gone = new AbortController();
  const { signal } = gone;

  const at = (event: PointerEvent, box: DOMRect): [number, number] => [
    ((event.clientX - box.left) / box.width) * PAD,
    ((event.clientY - box.top) / box.height) * PAD,
  ];

  function down(event: PointerEvent): void {
    // Only the tip of the pen and the main button draw.
    if (event.button !== 0) return;
    if (active) {
      // One pointer draws at a time: a second finger neither scrolls nor garbles. But a pen that comes down
      // while a touch is under way is what was meant, and the touch was the hand that holds it.
      if (event.pointerType !== "pen" || active.type !== "touch") return;
      sheet.abandon();
      surface.redraw(sheet.gestures);
    }
    onStart();
    try {
      canvas.setPointerCapture(event.pointerId);
    } catch {
      // A pointer that is already gone (or made by a script) cannot be captured; its events come all the same.
    }
    const recorder = new Recorder(...at(event, canvas.getBoundingClientRect()));
    active = { id: event.pointerId, type: event.pointerType, recorder, raw: false };
    const next = put(recorder.gesture);
    ask();
    soon(() => {
      if (next) surface.redraw([]);
      surface.extend(recorder.gesture);
      penDown.value = active !== null;
      seen();
    });
  }

  function move(event: PointerEvent): void {
    if (active?.id !== event.pointerId) return;
    if (event.type === "pointerrawupdate") active.raw = true;
    else if (active.raw) return;
    const box = canvas.getBoundingClientRect();
    // Between two frames the pen was in more places than one.
    const coalesced = event.getCoalescedEvents?.() ?? [];
    let added = false;
    for (const each of coalesced.length > 0 ? coalesced : [event]) {
      added = active.recorder.move(...at(each, box)) || added;
    }
    if (!added) return;
    surface.extend(active.recorder.gesture);
    drawn();
  }

  // A cancelled pointer (the system took it over) leaves its ink: what was drawn is never lost.
  function up(event: PointerEvent): void {
    if (active?.id === event.pointerId) end();
  }

  function end(): void {
    if (!active) return;
    const { recorder } = active;
    const more = recorder.end();
    active = null;
    // Most often the pen has told its last place already: then there is nothing to draw and nothing to read.
    if (more) ask();
    soon(() => {
      penDown.value = active !== null;
      if (more) {
        surface.extend(recorder.gesture);
        seen();
        return;
      }
      // Piece by piece the line has got small knots where the pieces meet: once more, each stroke in one go.
      if (numbersIn(recorder.gesture) < REDRAWN_AT_MOST) surface.redraw(sheet.gestures);
      announceSoon();
    });
  }

  canvas.addEventListener("pointerdown", down, { signal });
  canvas.addEventListener("pointermove", move, { signal });
  // Moves wait for the next frame. These do not (where they exist), so that the answer is ready for that frame.
  canvas.addEventListener("pointerrawupdate", (event) => move(event as PointerEvent), { signal });
  for (const type of ["pointerup", "pointercancel", "lostpointercapture"] as const) {
    canvas.addEventListener(type, up, { signal });
  }
  // No long-press menu under a finger, and no Scribble under an Apple Pencil: it swallows quick short strokes.
  canvas.addEventListener("contextmenu", (event) => event.preventDefault(), { signal });
  canvas.addEventListener("touchmove", (event) => event.preventDefault(), { signal, passive: false });

  /** Ends the gesture that is under way, and all that is to be seen of it, before anything else is done to the sheet. */
  function lift(): void {
    end();
    settle();
  }

  return {
    lift,
    stop: () => {
      gone.abort();
      lift();
    },
  };
}
