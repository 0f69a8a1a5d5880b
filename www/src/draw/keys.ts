/** Keys: on the drawing screen 0-9 teach, z and shift+z, c or Backspace; on every screen Ctrl+Z. */
import { route } from "../router";
import { shortcuts } from "../settings/preferences";
import { putAway, teach } from "./lessons";
import { own } from "./own";
import { clearPad, redoStroke } from "./store";
import { takeBack, undo } from "./undo";

type Key = Pick<KeyboardEvent, "key" | "code" | "shiftKey">;

/**
 * The letter or digit that a person means, whatever their keyboard writes: «я» and «ζ» lie where z does, «é» is the 2 of a
 * French keyboard, «۵» is a 5, and where an input method takes the key there is only its place. A key that writes one of our
 * letters is that letter, wherever it lies.
 */
export function meant({ key, code, shiftKey }: Key): string {
  // Every script's digits stand in tens in Unicode, each from a zero on.
  if (/^\p{Nd}$/u.test(key)) return String(digitOf(key));
  if (/^[a-z]$/i.test(key)) return key.toLowerCase();
  const [, digit, letter] = /^(?:(?:Digit|Numpad)(\d)|Key([A-Z]))$/.exec(code) ?? [];
  // With Shift the row of digits writes signs.
  if (digit !== undefined && !shiftKey) return digit;
  return letter?.toLowerCase() ?? key.toLowerCase();
}

function digitOf(key: string): number {
  const point = key.codePointAt(0) ?? 0;
  let zero = point;
  while (point - zero < 9 && /^\p{Nd}$/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return point - zero;
}

/** What a keyboard writes in the place of signs that it does not have. */
const INSTEAD: Record<string, string> = { "-": "−", "*": "×", "/": "÷" };

/** The label of the symbol that has this key; the sign itself comes before what is written in its place. */
function symbolOf(key: string): number | undefined {
  const has = (wanted: string | undefined): number | undefined => own.peek().find((symbol) => symbol.key === wanted)?.label;
  return has(key) ?? (key in INSTEAD ? has(INSTEAD[key]) : undefined);
}

/** As programs have it, wherever one is: the latest change goes. Strokes are taken back where they can be seen. */
export function listenForUndo(): () => void {
  return onKeys((event) => {
    if (event.altKey || !(event.ctrlKey || event.metaKey) || writing(event.target)) return;
    const key = meant(event);
    const drawing = route.peek() === "draw";
    if (key === "z" && !event.shiftKey) {
      if (drawing) undo();
      else void takeBack();
    } else if (drawing && (key === "z" || key === "y")) redoStroke();
    else return;
    event.preventDefault();
  });
}

export function listenForKeys(): () => void {
  return onKeys((event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || choosing(event.target)) return;
    const key = meant(event);
    if (key === "escape") putAway();
    if (!shortcuts.value) return;
    const symbol = symbolOf(event.key);
    if (symbol !== undefined) {
      if (!event.repeat) void teach(symbol);
      event.preventDefault();
      return;
    }
    if (/^[0-9]$/.test(key)) {
      if (!event.repeat) void teach(Number(key));
    } else if (key === "z") {
      if (event.shiftKey) redoStroke();
      else undo();
    } else if (key === "c" || key === "backspace") clearPad();
    else return;
    event.preventDefault();
  });
}

/** All keys but those that something else has taken, or that are for a dialog. */
function onKeys(act: (event: KeyboardEvent) => void): () => void {
  const onKey = (event: KeyboardEvent): void => {
    if (!event.defaultPrevented && !document.querySelector("dialog[open]")) act(event);
  };
  addEventListener("keydown", onKey);
  return () => removeEventListener("keydown", onKey);
}

const within = (target: EventTarget | null, selector: string): boolean => target instanceof HTMLElement && target.matches(selector);

/** A text has a way back of its own. */
const writing = (target: EventTarget | null): boolean =>
  within(target, "input:not([type=checkbox], [type=radio], [type=range], [type=file]), textarea, [contenteditable]");

/** Whatever takes single keys for itself. */
const choosing = (target: EventTarget | null): boolean => within(target, "input, select, textarea, [contenteditable]");
