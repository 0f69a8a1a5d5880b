import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { Bench } from "../files/bench";
import { t } from "../i18n";
import { Arrow } from "../ui/arrow";
import { Answer } from "./answer";
import { Columns } from "./columns";
import { listenForKeys } from "./keys";
import { Pad } from "./pad";
import { clearPad, redoStroke, sheetIs, undoStroke } from "./store";

export function DrawScreen() {
  const room = useRef<HTMLDivElement>(null);
  useEffect(listenForKeys, []);
  useLayoutEffect(() => (room.current ? tellSize(room.current) : undefined), []);
  return (
    <div class="room" ref={room}>
      <h1 class="unseen" tabIndex={-1}>
        {t.value.nav.draw}
      </h1>
      <div class="draw">
        <Pad />
        <Tools />
        <div class="reply">
          <Answer />
          <Columns />
        </div>
        <Bench />
      </div>
    </div>
  );
}

/** Keeps `--tall` and `--wide` at the size of an element, for the pad to be as large as that allows. */
function tellSize(element: HTMLElement): () => void {
  const tell = (): void => {
    element.style.setProperty("--tall", `${element.clientHeight}px`);
    element.style.setProperty("--wide", `${element.clientWidth}px`);
  };
  tell();
  const observer = new ResizeObserver(tell);
  observer.observe(element);
  return () => observer.disconnect();
}

function Tools() {
  const words = t.value.pad;
  return (
    <div class="tools">
      <button type="button" class="tool" data-testid="undo" aria-disabled={!sheetIs.undoable.value} onClick={undoStroke}>
        <Arrow /> {words.undo}
      </button>
      <button type="button" class="tool" data-testid="redo" aria-disabled={!sheetIs.redoable.value} onClick={redoStroke}>
        <span class="mirrored">
          <Arrow />
        </span>{" "}
        {words.redo}
      </button>
      <button type="button" class="tool" data-testid="clear" onClick={clearPad}>
        <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
          <path d="M4.5 4.5l11 11M15.5 4.5l-11 11" />
        </svg>{" "}
        {words.clear}
      </button>
      <p class="tools-keys">{words.keys}</p>
    </div>
  );
}
