/** Opening files: by a button, or by dropping them anywhere on the page. */
import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../i18n";
import { go } from "../router";
import { asFound, dropped, type Found } from "./dropped";
import { answer, cameOf, further, opened, openFiles, opening, told, type Opened } from "./opening";
import { handed, isPicture } from "../state/picture";
import { taker } from "../state/drops";
import { say } from "../state/status";
import { TakingIn } from "./taking-in";
import { Live } from "../ui/live";
import "../ui/banner.css";
import "./open.css";

/** A picture alone is to be read; everything else is opened. */
function take(found: readonly Found[]): void {
  const files = found.flatMap((each) => ("file" in each ? [each.file] : []));
  if (files.length > 0 && taker.peek()?.(files)) return;
  const [only] = found;
  if (found.length === 1 && only && "file" in only && isPicture(only.file)) look(only.file);
  else void openFiles(found);
}

function look(picture: File): void {
  handed.value = picture;
  go("picture");
}

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
        multiple
        tabIndex={-1}
        // The button below is its name and its place for everyone.
        aria-hidden="true"
        accept={accept}
        data-testid={testid}
        onChange={(event) => {
          take(asFound(event.currentTarget.files ?? []));
          // The same files chosen again are a change again.
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

/** Listens on the whole window and shows that files can be let go. */
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
      const { dataTransfer } = event;
      if (!dataTransfer || !hasFile(event)) return;
      event.preventDefault();
      void dropped(dataTransfer).then(take);
    };
    const onPaste = (event: ClipboardEvent): void => {
      const picture = Array.from(event.clipboardData?.files ?? []).find(isPicture);
      if (!picture) return;
      event.preventDefault();
      look(picture);
    };
    addEventListener("dragover", onOver);
    addEventListener("dragleave", onLeave);
    addEventListener("drop", onDrop);
    addEventListener("paste", onPaste);
    return () => {
      removeEventListener("dragover", onOver);
      removeEventListener("dragleave", onLeave);
      removeEventListener("drop", onDrop);
      removeEventListener("paste", onPaste);
    };
  }, []);
  return over.value ? <div class="drop">{t.value.files.drop}</div> : null;
}

/** What came of the files, until it is put away. */
export function OpenedNote() {
  const results = opened.value;
  const note = useRef<HTMLDivElement>(null);
  const asks = results?.some(({ outcome }) => outcome.question !== null) ?? false;
  // Asked from the lower end of a long screen, the question would be out of sight.
  useEffect(() => {
    if (asks) note.current?.scrollIntoView({ block: "nearest" });
  }, [asks, results]);
  if (!results || results.length === 0) return null;
  const words = t.value;
  const put = (): void => {
    opened.value = null;
    if (asks) say((words) => words.files.refused);
  };
  const [only] = results;
  return (
    <div ref={note} class="banner" data-testid="opened" data-failed={results.some(failed)}>
      {only && results.length === 1 && further.value === 0 ? (
        <div>
          <One result={only} />
          <TakingIn />
        </div>
      ) : (
        <div>
          <p>
            <Live text={opening.value ? words.files.opening : told(results, words)} />
          </p>
          {/* A list that scrolls must be reachable without a mouse. */}
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
          <div class="opened-files" tabIndex={0} role="group" aria-label={words.files.open}>
            <ul>
              {results.map((result, i) => (
                <li key={i} data-testid="opened-file" data-failed={failed(result)}>
                  <One result={result} />
                </li>
              ))}
            </ul>
          </div>
          {further.value > 0 ? <p>{words.files.further(further.value)}</p> : null}
          <TakingIn />
        </div>
      )}
      <button type="button" class="button" onClick={put}>
        {asks ? words.files.leave : words.storage.dismiss}
      </button>
    </div>
  );
}

const failed = ({ outcome }: Opened): boolean => outcome.kind === null;

function One({ result }: { result: Opened }) {
  const words = t.value;
  const { path, outcome } = result;
  const { skipped, passedOver, counted, assumed, question } = outcome;
  const { files } = words;
  return (
    <>
      <p>
        <strong translate={false}>{path}</strong> <Live text={cameOf(result, words)} />
      </p>
      {question ? (
        <div class="row" role="group" aria-label={files.questions[question.about]}>
          {question.choices.map((choice) => (
            <button
              key={choice}
              type="button"
              class="button"
              data-testid={`answer-${choice}`}
              onClick={() => void answer(result, question.about, choice)}
            >
              {choice}
            </button>
          ))}
        </div>
      ) : null}
      {assumed.length > 0 ? (
        <p class="faint">
          {files.assumed} {assumed.map(({ code, text }) => files.assumptions[code] ?? text).join(" ")}
        </p>
      ) : null}
      {skipped.length > 0 ? (
        <>
          <p>{files.skipped[counted](passedOver)}</p>
          <ul class="skipped">
            {skipped.map(({ line, fault }) => (
              <li key={line}>{files.line[counted](line, files.faults[fault])}</li>
            ))}
            {passedOver > skipped.length ? <li>{files.skippedMore[counted](passedOver - skipped.length)}</li> : null}
          </ul>
        </>
      ) : null}
    </>
  );
}
