/** Taking it along: a link to the setup, the network as a file. */
import { download } from "../files/transfer";
import { say } from "../state/status";
import type { Run } from "./run";
import { linkOf } from "./store";
import { keep, lookInside, saved } from "./take-along";
import { words } from "./words";

export function Share({ run }: { run: Run }) {
  const { share, link, linkMore, lookIn, lookInMore, keepIt, keepMore, save, saveMore } = words.value;
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
        <button type="button" class="button" data-testid="lab-inside" aria-disabled={!there} onClick={() => (there ? void lookInside(run, null) : undefined)}>
          {lookIn}
        </button>
        <span class="faint">{lookInMore}</span>
      </div>
      <div class="row">
        <button type="button" class="button" data-testid="lab-keep" aria-disabled={!there} onClick={() => (there ? void keep(run) : undefined)}>
          {keepIt}
        </button>
        <span class="faint">{keepMore}</span>
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
