import { t } from "../i18n";
import { snapshot } from "../state/engine";
import { Arrow } from "../ui/arrow";
import { Live } from "../ui/live";
import { elsewhere, isStep, takeBack, undo, undoable, type Change } from "./undo";

/** What a change to the network is called, with the network where another one reads by now. */
function named(kind: Change): string {
  const { undo: words, model } = t.value;
  return elsewhere.value ? words.of(words[kind], model.names[elsewhere.value]) : words[kind];
}


/** Beside the pad: the one way back, with the name of what it takes back. */
export function Undo() {
  const what = undoable.value;
  const { undo: words, pad } = t.value;
  return (
    <button type="button" class="tool" data-testid="undo" data-undoes={what} aria-disabled={what === null} onClick={undo}>
      <Arrow /> <Live text={what === null ? pad.undo : isStep(what) ? words[what] : named(what)} />
    </button>
  );
}

/** At the foot of the other screens: the strokes are not to be seen there, and stay. */
export function TakeBack() {
  const kind = snapshot.value?.undo;
  if (!kind) return null;
  return (
    <button
      type="button"
      class="button quiet"
      data-testid={kind === "lesson" ? "undo-lesson" : "undo-change"}
      onClick={() => void takeBack()}
    >
      <Arrow /> <Live text={named(kind)} />
    </button>
  );
}
