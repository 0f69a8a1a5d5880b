/** Keys that act anywhere on the drawing screen: 0-9 teach, z and shift+z, c or Backspace. */
import { shortcuts } from "../settings/preferences";
import { clearPad, putAway, redoStroke, teach, undoStroke } from "./store";

export function listenForKeys(): () => void {
  const onKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
    const key = event.key.toLowerCase();
    if (event.ctrlKey || event.metaKey) {
      if (key === "z" && event.shiftKey) redoStroke();
      else if (key === "z") undoStroke();
      else if (key === "y") redoStroke();
      else return;
      event.preventDefault();
      return;
    }
    if (key === "escape") putAway();
    if (!shortcuts.value) return;
    if (/^[0-9]$/.test(key)) {
      if (!event.repeat) void teach(Number(key));
    } else if (key === "z") {
      if (event.shiftKey) redoStroke();
      else undoStroke();
    } else if (key === "c" || key === "backspace") clearPad();
    else return;
    event.preventDefault();
  };
  addEventListener("keydown", onKey);
  return () => removeEventListener("keydown", onKey);
}

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input, select, textarea, [contenteditable]");
}
