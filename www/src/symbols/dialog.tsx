/** Adding, changing and deleting a symbol of one's own. */
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { pack, type Stroke } from "../drawing/strokes";
import { pathOf } from "../drawing/picture";
import { sentence, t } from "../i18n";
import { engine, symbols, take } from "../state/engine";
import { say } from "../state/status";
import { Dialog } from "../ui/dialog";
import { Live } from "../ui/live";
import type { EngineError, Result, Snapshot, Symbol } from "../worker/protocol";
import { asked, close } from "./asked";
import { SmallPad } from "./small-pad";
import { words } from "./words";
import "./dialog.css";

/** As often is a symbol drawn before it is read. */
const TIMES = 5;
const LONGEST = 20;

export function Asking() {
  const now = asked.value;
  if (!now) return null;
  if (now.to === "add") return <Add />;
  return now.to === "change" ? <Change symbol={now.symbol} /> : <Delete symbol={now.symbol} />;
}

/** Takes what came of it and closes the dialog, or says in it what was wrong. */
async function finish(done: Promise<Result<Snapshot>>, failed: (error: EngineError) => void, said: () => string): Promise<void> {
  const result = await done;
  if (!result.ok) {
    failed(result.error);
    return;
  }
  close();
  take(result.value);
  say(said);
}

function Fault({ error }: { error: EngineError | null }) {
  return (
    <p role="alert" class="symbol-fault" data-testid="symbol-fault">
      {error ? sentence(t.value, error) : ""}
    </p>
  );
}

/** A name of one letter is a key as well, until a key is said. */
const keyOf = (name: string): string => (Array.from(name.trim()).length === 1 ? name.trim() : "");

function Fields({ name, symbolKey, onName, onKey }: {
  name: string;
  symbolKey: string;
  onName: (name: string) => void;
  onKey: (key: string) => void;
}) {
  const say = words.value;
  return (
    <div class="symbol-fields">
      <label>
        <span>{say.name}</span>
        <input
          type="text"
          class="text-input"
          value={name}
          maxLength={LONGEST}
          autoComplete="off"
          spellcheck={false}
          aria-describedby="symbol-name-more"
          data-testid="symbol-name"
          translate={false}
          onInput={(event) => onName(event.currentTarget.value)}
        />
        <small id="symbol-name-more">{say.nameMore}</small>
      </label>
      <label>
        <span>{say.key}</span>
        <input
          type="text"
          class="text-input"
          value={symbolKey}
          maxLength={2}
          autoComplete="off"
          autoCapitalize="off"
          spellcheck={false}
          aria-describedby="symbol-key-more"
          data-testid="symbol-key"
          translate={false}
          onInput={(event) => onKey(event.currentTarget.value)}
        />
        <small id="symbol-key-more">{say.keyMore}</small>
      </label>
    </div>
  );
}

function Add() {
  const name = useSignal("");
  const key = useSignal<string | null>(null);
  const strokes = useSignal<readonly Stroke[]>([]);
  const drawings = useSignal<readonly (readonly Stroke[])[]>([]);
  const fault = useSignal<EngineError | null>(null);
  const busy = useSignal(false);
  const form = useRef<HTMLFormElement>(null);
  const now = words.value;
  const drawn = drawings.value.length;
  const ready = drawn === TIMES && name.value.trim() !== "";

  const keep = (): void => {
    if (strokes.value.length === 0 || drawn === TIMES) return;
    drawings.value = [...drawings.value, strokes.value];
    strokes.value = [];
    if (drawn + 1 < TIMES) form.current?.querySelector<SVGElement>("[data-testid=symbol-pad]")?.focus({ preventScroll: true });
  };
  const add = async (): Promise<void> => {
    if (!ready || busy.value) return;
    busy.value = true;
    const called = name.value.trim();
    const made = engine.addSymbol(called, key.value ?? keyOf(name.value), drawings.value.map(pack));
    await finish(made, (error) => (fault.value = error), () => words.value.added(called));
    busy.value = false;
  };

  return (
    <Dialog title={now.addTitle} onClose={close}>
      <form
        class="symbol-form"
        ref={form}
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        <p>{now.addMore}</p>
        <Fields
          name={name.value}
          symbolKey={key.value ?? keyOf(name.value)}
          onName={(text) => {
            name.value = text;
            fault.value = null;
          }}
          onKey={(text) => {
            key.value = text.trim();
            fault.value = null;
          }}
        />
        <div class="symbol-drawing">
          <SmallPad strokes={strokes.value} label={now.pad} help={now.padHelp} onChange={(next) => (strokes.value = drawn < TIMES ? next : [])} />
          <div class="symbol-kept">
            <p aria-live="polite">
              <Live text={now.drawn(drawn, TIMES)} />
            </p>
            <ul>
              {Array.from({ length: TIMES }, (_, place) => {
                const kept = drawings.value[place];
                return (
                  <li key={String(place)}>
                    {kept ? (
                      <button
                        type="button"
                        class="symbol-slot"
                        aria-label={now.takeOut(place + 1)}
                        title={now.takeOut(place + 1)}
                        onClick={() => (drawings.value = drawings.value.filter((each) => each !== kept))}
                      >
                        <svg class="ink" viewBox="0 0 1000 1000" aria-hidden="true">
                          <path d={pathOf(kept)} />
                        </svg>
                      </button>
                    ) : (
                      <span class="symbol-slot" />
                    )}
                  </li>
                );
              })}
            </ul>
            <div class="row">
              <button
                type="button"
                class="button"
                data-testid="symbol-next"
                aria-disabled={strokes.value.length === 0 || drawn === TIMES}
                onClick={keep}
              >
                {now.next}
              </button>
              <button type="button" class="button quiet" data-testid="symbol-clear" onClick={() => (strokes.value = [])}>
                {now.clear}
              </button>
            </div>
          </div>
        </div>
        <Fault error={fault.value} />
        <div class="row end">
          <p class="symbol-wants faint" id="symbol-wants">
            <Live text={drawn < TIMES ? now.more(TIMES - drawn) : name.value.trim() ? "" : now.noName} />
          </p>
          <button type="submit" class="button primary" data-testid="symbol-add" aria-disabled={!ready} aria-describedby="symbol-wants">
            {now.add}
          </button>
          <button type="button" class="button" onClick={close}>
            {now.cancel}
          </button>
        </div>
      </form>
      <Sums />
    </Dialog>
  );
}

const SUMS = ["+", "−", "×", "÷", "="];

/** The ready set, for whoever has none of it yet. */
function Sums() {
  const now = words.value;
  const busy = useSignal(false);
  const fault = useSignal<EngineError | null>(null);
  if (symbols.value.some(({ name }) => SUMS.includes(name))) return null;
  const add = async (): Promise<void> => {
    if (busy.value) return;
    busy.value = true;
    const { default: text } = await import("./sums.jsonl?raw");
    // Bytes go to the engine for good: each call has its own.
    const file = () => [{ name: "sums.jsonl", bytes: new TextEncoder().encode(text) }];
    let done = await engine.openFiles(file(), {});
    const question = done.ok ? done.value[0]?.question : null;
    if (question?.about === "symbols") done = await engine.openFiles(file(), { symbols: question.choices[0] ?? "" });
    busy.value = false;
    const error = done.ok ? done.value[0]?.error : done.error;
    if (error) {
      fault.value = error;
      return;
    }
    close();
    say(() => words.value.sumsAdded);
  };
  return (
    <section class="symbol-sums" aria-labelledby="symbol-sums">
      <p id="symbol-sums">{now.sumsMore}</p>
      <Fault error={fault.value} />
      <button type="button" class="button" data-testid="add-sums" onClick={() => void add()}>
        {now.sums} <span translate={false}>{SUMS.join(" ")}</span>
      </button>
    </section>
  );
}

function Change({ symbol }: { symbol: Symbol }) {
  const name = useSignal(symbol.name);
  const key = useSignal(symbol.key ?? "");
  const fault = useSignal<EngineError | null>(null);
  const now = words.value;
  const save = (event: Event): void => {
    event.preventDefault();
    void finish(engine.changeSymbol(symbol.label, name.value, key.value), (error) => (fault.value = error), () => words.value.changed);
  };
  return (
    <Dialog title={now.changeTitle(symbol.name)} onClose={close}>
      <form class="symbol-form" onSubmit={save}>
        <Fields name={name.value} symbolKey={key.value} onName={(text) => (name.value = text)} onKey={(text) => (key.value = text.trim())} />
        <Fault error={fault.value} />
        <div class="row end">
          <button type="submit" class="button primary" data-testid="symbol-save">
            {now.save}
          </button>
          <button type="button" class="button" onClick={close}>
            {now.cancel}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function Delete({ symbol }: { symbol: Symbol }) {
  const fault = useSignal<EngineError | null>(null);
  const now = words.value;
  const { label, name, drawings } = symbol;
  const go = (): void => void finish(engine.deleteSymbol(label), (error) => (fault.value = error), () => words.value.deleted(name));
  return (
    <Dialog title={now.deleteTitle(name)} onClose={close}>
      <p>{now.deleteMore(drawings)}</p>
      <Fault error={fault.value} />
      <div class="row end">
        <button type="button" class="button primary" data-testid="symbol-delete-yes" onClick={go}>
          {now.deleteYes}
        </button>
        <button type="button" class="button" onClick={close}>
          {now.cancel}
        </button>
      </div>
    </Dialog>
  );
}
