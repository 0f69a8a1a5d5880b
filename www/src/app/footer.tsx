import { TakeBack } from "../draw/undo-button";
import { t } from "../i18n";
import { route } from "../router";
import { snapshot } from "../state/engine";
import { shortly } from "../state/kept";
import { status } from "../state/status";
import { Live } from "../ui/live";
import "./footer.css";

/** On one side what just happened; on the other what holds: the way back from the latest change, and whether all is saved. */
export function Footer() {
  const now = snapshot.value;
  return (
    <footer class="footer">
      <p class="status" role="status" data-testid="status">
        <Live text={status.value} />
      </p>
      {/* Beside the pad there is one for strokes, too. */}
      {route.value === "draw" ? null : <TakeBack />}
      <p class="storage" data-testid="storage" data-state={now?.storage.state}>
        <Live text={now ? shortly(t.value, now.storage) : ""} />
      </p>
    </footer>
  );
}
