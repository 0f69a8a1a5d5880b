import { snapshot, undoLatest } from "../engine/state";
import { lesson } from "../draw/store";
import { t } from "../i18n";

/** Takes the latest lesson, deletion, reset or opening back, in the words for it. Nothing where there is none. */
export function UndoButton({ plain = false }: { plain?: boolean }) {
  const kind = snapshot.value?.undo;
  if (!kind) return null;
  const undo = async (): Promise<void> => {
    await undoLatest();
    lesson.value = null;
  };
  return (
    <button
      type="button"
      class={plain ? "link" : "button"}
      data-testid={kind === "lesson" ? "undo-lesson" : "undo-change"}
      onClick={() => void undo()}
    >
      {t.value.undo[kind]}
    </button>
  );
}
