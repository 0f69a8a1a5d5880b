import { t } from "../i18n";

/** The two buttons below a question: what is to be done, and that nothing is. */
export function Confirm({ yes, testid, onYes, onNo }: { yes: string; testid: string; onYes: () => Promise<void>; onNo: () => void }) {
  return (
    <div class="row">
      <button type="button" class="button primary" data-testid={testid} onClick={() => void onYes()}>
        {yes}
      </button>
      <button type="button" class="button" onClick={onNo}>
        {t.value.files.resetNo}
      </button>
    </div>
  );
}
