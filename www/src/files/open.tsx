/** Opening a file: by a button, or by dropping it anywhere on the page. */
import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { sentence, t } from "../i18n";
import { openFile, opened, reportOf } from "./transfer";

export function OpenButton({ label, testid, accept, look = "button" }: {
  label: string;
  testid: string;
  accept?: string;
  look?: string;
}) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        class="unseen"
        type="file"
        tabIndex={-1}
        // The button below is its name and its place for everyone.
        aria-hidden="true"
        accept={accept}
        data-testid={testid}
        onChange={(event) => {
          const { files } = event.currentTarget;
          const file = files?.[0];
          if (file) void openFile(file);
          // The same file chosen again is a change again.
          event.currentTarget.value = "";
        }}
      />
      <button type="button" class={look} onClick={() => input.current?.click()}>
        {label}
      </button>
    </>
  );
}

const over = signal(false);

/** Listens on the whole window and shows where the file would go. */
export function DropAnywhere() {
  useEffect(() => {
    const hasFile = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false;
    const onOver = (event: DragEvent): void => {
      if (!hasFile(event)) return;
      event.preventDefault();
      over.value = true;
    };
    const onLeave = (event: DragEvent): void => {
      // Left for nowhere: out of the window, not into a child.
      if (event.relatedTarget === null) over.value = false;
    };
    const onDrop = (event: DragEvent): void => {
      over.value = false;
      const file = event.dataTransfer?.files[0];
      if (!file) return;
      event.preventDefault();
      void openFile(file);
    };
    addEventListener("dragover", onOver);
    addEventListener("dragleave", onLeave);
    addEventListener("drop", onDrop);
    return () => {
      removeEventListener("dragover", onOver);
      removeEventListener("dragleave", onLeave);
      removeEventListener("drop", onDrop);
    };
  }, []);
  return over.value ? <div class="drop">{t.value.files.drop}</div> : null;
}

/** What came of the file, until it is put away. */
export function OpenedNote() {
  const result = opened.value;
  if (!result) return null;
  const words = t.value;
  const put = (): void => {
    opened.value = null;
  };
  const { outcome } = result;
  const { skipped = [], passedOver = 0 } = "upload" in outcome ? outcome.upload : {};
  return (
    <div class="note" data-testid="opened" data-failed={"error" in outcome}>
      <div>
        {"error" in outcome ? (
          <p>
            <strong>{words.files.refused(result.name)}</strong> {sentence(words, outcome.error)}
          </p>
        ) : (
          <p>
            <strong>{result.name}</strong> {reportOf(outcome.upload, words)}
          </p>
        )}
        {skipped.length > 0 ? (
          <>
            <p>{words.files.skipped(passedOver)}</p>
            <ul class="skipped">
              {skipped.map(({ line, fault }) => (
                <li key={line}>{words.files.line(line, words.files.faults[fault])}</li>
              ))}
              {passedOver > skipped.length ? <li>{words.files.skippedMore(passedOver - skipped.length)}</li> : null}
            </ul>
          </>
        ) : null}
      </div>
      <button type="button" class="button" onClick={put}>
        {words.storage.dismiss}
      </button>
    </div>
  );
}
