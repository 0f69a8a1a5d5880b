import { useSignal } from "@preact/signals";
import { t } from "../i18n";
import { complain, engine } from "../state/engine";
import { wipePage } from "../state/wiped";
import { Dialog } from "../ui/dialog";
import { download } from "./transfer";

/** Everything of this person goes. That cannot be undone, so it is asked, and the way to carry it along is beside it. */
export function WipeButton() {
  const asking = useSignal(false);
  const { wipe: words, files } = t.value;
  const close = (): void => {
    asking.value = false;
  };
  const wipe = async (): Promise<void> => {
    close();
    const result = await engine.wipe();
    if (result.ok) wipePage();
    else complain(result.error);
  };
  return (
    <>
      <button type="button" class="button" data-testid="wipe" onClick={() => (asking.value = true)}>
        {words.button}
      </button>
      {asking.value ? (
        <Dialog title={words.ask} onClose={close}>
          <p>{words.askMore}</p>
          <div class="row">
            <button type="button" class="button" data-testid="wipe-download" onClick={() => void download(engine.downloadProject())}>
              {files.downloadProject}
            </button>
            <button type="button" class="button primary" data-testid="confirm-wipe" onClick={() => void wipe()}>
              {words.yes}
            </button>
            <button type="button" class="button" data-testid="keep-all" onClick={close}>
              {words.no}
            </button>
          </div>
        </Dialog>
      ) : null}
    </>
  );
}
