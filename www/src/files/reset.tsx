import { useSignal } from "@preact/signals";
import { engine, modelName, settle } from "../state/engine";
import { say } from "../state/status";
import { t } from "../i18n";
import { Dialog } from "../ui/dialog";
import { Confirm } from "./confirm";

/** Asks first, and can be undone all the same. */
export function ResetButton({ label, look = "button" }: { label: string; look?: string }) {
  const asking = useSignal(false);
  const words = t.value.files;
  const close = (): void => {
    asking.value = false;
  };
  const reset = async (): Promise<void> => {
    close();
    if (settle(await engine.reset())) say((all) => all.status.reset);
  };
  return (
    <>
      <button type="button" class={look} data-testid="reset-model" onClick={() => (asking.value = true)}>
        {label}
      </button>
      {asking.value ? (
        <Dialog title={words.resetAsk(modelName.value)} onClose={close}>
          <p>{words.resetAskMore}</p>
          <Confirm yes={words.resetYes} testid="confirm-reset" onYes={reset} onNo={close} />
        </Dialog>
      ) : null}
    </>
  );
}
