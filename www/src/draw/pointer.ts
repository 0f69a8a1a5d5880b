/** From pointer events (mouse, finger, pen) to gestures on the sheet. */
import { erase } from "../drawing/eraser";
import { PAD, Recorder, type Gesture } from "../drawing/strokes";
import { say } from "../state/status";
import { fingersDraw, penSeen } from "./fingers";
import { settle, soon } from "./soon";
import { announceSoon, ask, drawn, penDown, put, seen, sheet } from "./store";
import type { Surface } from "./surface";

/** A stroke of more numbers than this would be seen to take time: it keeps its knots. */
const REDRAWN_AT_MOST = 8000;
const numbersIn = ({ strokes }: Gesture): number => strokes.reduce((sum, { length }) => sum + length, 0);

/** The button of the eraser, the other end of a pen, as it is pressed and as one of those that are (Pointer Events 3). */
const ERASER = { button: 5, buttons: 32 };

/** In pixels: what a finger that draws goes at least. */
const FAR = 40;

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
  let eraser: { id: number; x: number; y: number; used: boolean } | null = null;
  /** What the system took away from a finger, most often since it is no finger but the hand of a pen that comes. */
  let cancelled: Gesture | null = null;
  /** A finger that does not draw, and where it came down. */
  let idle: { id: number; x: number; y: number } | null = null;
  const gone = new AbortController();
  const { signal } = gone;

  const at = (event: PointerEvent, box: DOMRect): [number, number] => [
    ((event.clientX - box.left) / box.width) * PAD,
    ((event.clientY - box.top) / box.height) * PAD,
  ];

  function down(event: PointerEvent): void {
    const erases = event.button === ERASER.button || (event.buttons & ERASER.buttons) !== 0;
    // Only the two ends of the pen and the main button do anything.
    if (event.button !== 0 && !erases) return;
    if (event.pointerType === "pen") {
      penSeen.value = true;
      idle = null;
    } else if (event.pointerType === "touch" && !fingersDraw.value) {
      if (!active && !eraser) idle ??= { id: event.pointerId, x: event.clientX, y: event.clientY };
      return;
    }
    // One pointer draws at a time: a second finger neither scrolls nor garbles. But a pen that comes down while a touch
    // is under way, or was until the system took it, is what was meant, and the touch was the hand that holds it.
    const palm = event.pointerType === "pen" && (active?.type === "touch" || (cancelled !== null && cancelled === sheet.gestures.at(-1)));
    if ((active || eraser) && !palm) return;
    cancelled = null;
    onStart();
    try {
      canvas.setPointerCapture(event.pointerId);
    } catch {
      // A pointer that is already gone (or made by a script) cannot be captured; its events come all the same.
    }
    const [x, y] = at(event, canvas.getBoundingClientRect());
    if (erases) {
      if (palm) dismiss();
      eraser = { id: event.pointerId, x, y, used: false };
      rub(x, y);
      return;
    }
    const recorder = new Recorder(x, y);
    active = { id: event.pointerId, type: event.pointerType, recorder, raw: false };
    const anew = palm ? sheet.exchange(recorder.gesture) : put(recorder.gesture);
    ask();
    soon(() => {
      if (anew) surface.redraw(sheet.gestures.slice(0, -1));
      surface.extend(recorder.gesture);
      penDown.value = active !== null;
      seen();
    });
  }

  /** The hand that holds the eraser had begun to draw. */
  function dismiss(): void {
    active = null;
    settle();
    sheet.undo();
  }

  function rub(x: number, y: number): void {
    if (!eraser) return;
    const left = erase(sheet.gestures, eraser.x, eraser.y, x, y);
    Object.assign(eraser, { x, y });
    if (left === sheet.gestures) return;
    if (eraser.used) sheet.amend(left);
    else sheet.replace("erasing", left);
    eraser.used = true;
    drawn();
  }

  function move(event: PointerEvent): void {
    if (event.pointerType === "pen") penSeen.value = true;
    if (eraser?.id === event.pointerId) rub(...at(event, canvas.getBoundingClientRect()));
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
    if (active?.id === event.pointerId) {
      if (event.type === "pointercancel" && active.type === "touch") cancelled = active.recorder.gesture;
      end();
    }
    if (eraser?.id === event.pointerId) eraser = null;
    if (idle?.id !== event.pointerId) return;
    // A finger that went some way was to draw; the hand that rests beside a pen was not.
    const far = Math.hypot(event.clientX - idle.x, event.clientY - idle.y) > FAR;
    idle = null;
    if (far && event.type === "pointerup") say((words) => words.pad.penOnly);
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
