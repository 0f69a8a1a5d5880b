import { takingIn } from "../state/engine";
import { t } from "../i18n";
import { Live } from "../ui/live";

/** Memory gets to know what was imported, or opened: how far it has come. A lesson waits for it, a reading does not. */
export function TakingIn() {
  const now = takingIn.value;
  if (!now) return null;
  return (
    <p class="faint" data-testid="taking-in">
      <Live text={t.value.examples.takingIn(now.total, now.known / now.total)} />
    </p>
  );
}
