import { snapshot, undoLatest } from "../engine/state";
import { lesson } from "../draw/store";
import { t } from "../i18n";
import { Arrow } from "../ui/arrow";

/**
 * Takes the latest lesson, deletion, reset or opening back, in the words for it. Nothing where there is none. At the foot of
 * the page the lesson may be long past: it is the last one there, not this one.
 */
export function UndoButton({ foot = false }: { foot?: boolean }) {
  const kind = snapshot.value?.undo;
  if (!kind) return null;
  const { undo: words } = t.value;
  const undo = async (): Promise<void> => {
    await undoLatest();
    lesson.value = null;
  };
  return (
    <button
      type="button"
      class={foot ? "button quiet" : "button"}
      data-testid={kind === "lesson" ? "undo-lesson" : "undo-change"}
      onClick={() => void undo()}
    >
      {foot ? <Arrow /> : null}
      {foot && kind === "lesson" ? words.last : words[kind]}
    </button>
  );
}
