/** Taking it along: a link to the setup, the network as a file. */
import { download } from "../files/transfer";
import { say } from "../state/status";
import type { FileOut, Result } from "../worker/protocol";
import type { Run } from "./run";
import { f, linkOf } from "./store";
import { shareOf } from "./thin";
import { words } from "./words";

export function Share({ run }: { run: Run }) {
  const { share, link, linkMore, save, saveMore } = words.value;
  const there = (run.progress.value?.step ?? 0) > 0 && run.state.value !== "failed";
  return (
    <section class="lab-share" aria-labelledby="lab-share">
      <h2 id="lab-share">{share}</h2>
      <div class="row">
        <button type="button" class="button" data-testid="lab-link" onClick={() => void copyLink()}>
          {link}
        </button>
        <span class="faint">{linkMore}</span>
      </div>
      <div class="row">
        <button type="button" class="button" data-testid="lab-save" aria-disabled={!there} onClick={() => (there ? void download(saved(run)) : undefined)}>
          {save}
        </button>
        <span class="faint">{saveMore}</span>
      </div>
    </section>
  );
}

async function copyLink(): Promise<void> {
  try {
    await navigator.clipboard.writeText(linkOf());
    say(() => words.value.linkCopied);
  } catch {
    say(() => words.value.notCopied);
  }
}

async function saved(run: Run): Promise<Result<FileOut>> {
  const [all] = run.latest.peek()?.validation ?? [];
  const result = await run.lab.save(words.peek().saveName(f.peek().percent(all ? (shareOf(all) ?? 0) : 0)));
  return result.ok ? { ok: true, value: { name: "lab.trazo", bytes: result.value } } : result;
}
