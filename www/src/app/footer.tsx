import { shortly } from "../engine/kept";
import { snapshot } from "../engine/state";
import { status } from "../engine/status";
import { t } from "../i18n";
import { UndoButton } from "./undo";

/** On one side what just happened; on the other what holds: the way back from the latest change, and whether all is saved. */
export function Footer() {
  const now = snapshot.value;
  return (
    <footer class="footer">
      <p class="status" role="status" data-testid="status">
        {status}
      </p>
      <UndoButton foot />
      <p class="storage" data-testid="storage" data-state={now?.storage.state}>
        {now ? shortly(t.value, now.storage) : ""}
      </p>
    </footer>
  );
}
