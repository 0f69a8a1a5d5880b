import { useEffect } from "preact/hooks";
import { Bench } from "../files/bench";
import { t } from "../i18n";
import { Arrow } from "../ui/arrow";
import { Answer } from "./answer";
import { Columns } from "./columns";
import { listenForKeys } from "./keys";
import "./remember";
import { Own, own } from "./own";
import { Pad } from "./pad";
import { clearPad, redoStroke, sheetIs } from "./store";
import { Undo } from "./undo-button";
import "./draw.css";
import "./tools.css";

export function DrawScreen() {
  useEffect(listenForKeys, []);
  return (
    <div class="room">
      <h1 class="unseen" tabIndex={-1}>
        {t.value.nav.draw}
      </h1>
      <div class="draw" data-own={own.value.length > 0 ? "" : undefined}>
        <Pad />
        <Tools />
        <div class="side">
          <div class="reply">
            <Answer />
            <Columns />
            <Own />
          </div>
          <div class="draw-bench">
            <Bench />
          </div>
        </div>
      </div>
    </div>
  );
}

function Tools() {
  const words = t.value.pad;
  return (
    <div class="tools">
      <Undo />
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
