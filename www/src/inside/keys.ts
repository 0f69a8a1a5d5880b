/** The keys of Inside, wherever in it the focus is but on the pad and in what takes keys of its own. */
import { say } from "../state/status";
import { enterLadder, leaveLadder } from "./ladder";
import { spotName } from "./names";
import { four } from "./numbers";
import { ANSWER, cellOf } from "./place";
import { toLayer } from "./loupe";
import { choose, spot, trace, up } from "./store";
import { words } from "./words";

export function listen(box: HTMLElement | null): () => void {
  const onKey = (event: KeyboardEvent): void => {
    const target = event.target as HTMLElement;
    if (event.defaultPrevented || event.metaKey || target.matches("input, select, textarea") || target.closest(".pad, dialog")) return;
    if (act(event, target)) event.preventDefault();
  };
  box?.addEventListener("keydown", onKey);
  return () => box?.removeEventListener("keydown", onKey);
}

function act(event: KeyboardEvent, target: HTMLElement): boolean {
  const [told, at] = [trace.peek(), spot.peek()];
  if (!told || !at) return false;
  const { key } = event;
  // A bracket may take Alt and Control on some keyboards; nothing else here does.
  if (key !== "[" && key !== "]" && (event.ctrlKey || event.altKey)) return false;
  leaveLadder();
  if (key === "Backspace") {
    up();
    return true;
  }
  if (key === "t" || key === "T" || (key === "Enter" && target.dataset["testid"] === "inside-loupe")) {
    enterLadder();
    return true;
  }
  if (at.layer === ANSWER) {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[key];
    if (by === undefined) return false;
    const to = at.unit + by;
    if (to >= 0 && to < told.answer.probabilities.length) choose(ANSWER, to, "beside");
    return true;
  }
  const layer = told.layers[at.layer];
  if (!layer) return false;
  const [rows, columns, channels] = layer.shape;
  const { map, row, column } = cellOf(layer, at.unit);
  const within = (value: number, of: number): number => Math.max(0, Math.min(of - 1, value));
  const far = event.shiftKey ? 5 : 1;
  const go = (to: { map?: number; row?: number; column?: number }): true => {
    const next = { map, row, column, ...to };
    const unit = (within(next.row, rows) * columns + within(next.column, columns)) * channels + within(next.map, channels);
    if (unit !== at.unit && at.layer !== ANSWER) {
      choose(at.layer, unit, "beside");
      tell();
    }
    return true;
  };
  const flat = rows === 1 && columns === 1;
  switch (key) {
    case "ArrowLeft":
      return flat ? go({ map: map - far }) : go({ column: column - far });
    case "ArrowRight":
      return flat ? go({ map: map + far }) : go({ column: column + far });
    case "ArrowUp":
      return flat ? go({ map: map - 5 * far }) : go({ row: row - far });
    case "ArrowDown":
      return flat ? go({ map: map + 5 * far }) : go({ row: row + far });
    case "[":
      return go({ map: map - 1 });
    case "]":
      return go({ map: map + 1 });
    case "PageUp":
    case "PageDown": {
      const to = within(at.layer + (key === "PageUp" ? -1 : 1), told.layers.length);
      if (to !== at.layer) {
        toLayer(told, at.layer, at.unit, to);
        tell();
      }
      return true;
    }
    default:
      return false;
  }
}

/** One polite line a move. */
export function tell(): void {
  // As it is now: what is drawn later is not said again.
  const [told, at] = [trace.peek(), spot.peek()];
  if (!told || !at) return;
  const layer = at.layer === ANSWER ? null : told.layers[at.layer];
  const value = layer ? told.values[layer.a + at.unit] : told.answer.probabilities[at.unit];
  say(() => words.value.here(spotName(told, at), four(value ?? 0)));
}
