import { useSignal } from "@preact/signals";
import { engine, settle, snapshot } from "../state/engine";
import { say } from "../state/status";
import { t } from "../i18n";
import { Dialog } from "../ui/dialog";
import { Confirm } from "./confirm";

/** The network that was kept goes. Asks first, and can be undone all the same. */
export function Remove() {
  const asking = useSignal(false);
  const words = t.value.model;
  const name = snapshot.value?.models.find(({ id }) => id === "own")?.name ?? "";
  const close = (): void => {
    asking.value = false;
  };
  const remove = async (): Promise<void> => {
    close();
    // The button goes with it, and the focus.
    document.querySelector<HTMLElement>(".models input:checked")?.focus();
    if (settle(await engine.removeKept())) say((all) => all.status.removed);
  };
  return (
    <div class="row">
      <button type="button" class="button quiet" data-testid="remove-model" onClick={() => (asking.value = true)}>
        {words.remove(name)}
      </button>
      {asking.value ? (
        <Dialog title={words.removeAsk(name)} onClose={close}>
          <p>{words.removeAskMore}</p>
          <Confirm yes={words.removeYes} testid="confirm-remove" onYes={remove} onNo={close} />
        </Dialog>
      ) : null}
    </div>
  );
}
