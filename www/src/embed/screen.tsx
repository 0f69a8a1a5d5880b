/** For developers: the pad as a form control, live, and the lines to copy. */
import { signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { say } from "../state/status";
import { t, type Dictionary } from "../i18n";
import { Live } from "../ui/live";
import type { DemoPad } from "./demo";
import "./demo";
import "./embed.css";

const EVENTS = ["read", "teach", "input", "change"] as const;

/** The package lies beside the site: scripts/build puts it there. */
const page = (label: string): string => `<script type="module" src="${new URL("package/pad.js", document.baseURI).href}"></script>
<form>
  <label for="digit">${label}</label>
  <trazo-pad id="digit" name="digit" required></trazo-pad>
  <button>OK</button>
</form>`;
const BUNDLER = `npm install trazo
import "trazo/pad";`;
const READ = `import { readDigit } from "trazo";

const strokes = [[[300, 200], [700, 200], [460, 830]]];
const { digit, sure, probabilities } = await readDigit(strokes);`;

const said = signal<(words: Dictionary["embed"]) => string>(() => "");
const heard = signal("");

export function EmbedScreen() {
  const words = t.value.embed;
  return (
    <div class="text">
      <h1 tabIndex={-1}>{words.title}</h1>
      <p class="lead">{words.what}</p>
      <section>
        <h2>{words.tryTitle}</h2>
        <Form />
        <p class="faint">{words.here}</p>
      </section>
      <section>
        <h2>{words.linesTitle}</h2>
        <p>{words.lines}</p>
        <Lines lines={page(words.digit)} />
        <p>{words.bundler}</p>
        <Lines lines={BUNDLER} />
      </section>
      <section>
        <h2>{words.hasTitle}</h2>
        <dl class="embed-has">
          {words.has.map(([name, what]) => (
            <div key={name}>
              <dt>
                <code translate={false}>{name}</code>
              </dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
      </section>
      <section>
        <h2>{words.readTitle}</h2>
        <p>{words.read}</p>
        <Lines lines={READ} />
      </section>
    </div>
  );
}

function Form() {
  const words = t.value.embed;
  const pad = useRef<DemoPad>(null);
  const many = useSignal(false);
  useEffect(() => {
    const gone = new AbortController();
    const hear = (event: Event): void => {
      const { value = "", confidence = null } = pad.current ?? {};
      heard.value = `${event.type}, value = "${value}"${confidence === null ? "" : `, confidence = ${confidence.toFixed(4)}`}`;
    };
    for (const type of EVENTS) pad.current?.addEventListener(type, hear, { signal: gone.signal });
    heard.value = "";
    said.value = () => "";
    return () => gone.abort();
  }, []);
  return (
    <form
      class="embed-form"
      data-testid="embed-form"
      onSubmit={(event) => {
        event.preventDefault();
        const fields = Array.from(new FormData(event.currentTarget), ([name, value]) => `${name}=${String(value)}`).join("&");
        said.value = ({ sent }) => sent(fields);
      }}
      onReset={() => (said.value = ({ emptied }) => emptied)}
    >
      <label for="embed-pad">{many.value ? words.number : words.digit}</label>
      <trazo-pad id="embed-pad" data-testid="embed-pad" name={many.value ? "number" : "digit"} digits={many.value ? "many" : "one"} required ref={pad} />
      <label class="check">
        <input
          type="checkbox"
          checked={many.value}
          data-testid="embed-many"
          onChange={(event) => {
            pad.current?.clear();
            many.value = event.currentTarget.checked;
          }}
        />
        {words.many}
      </label>
      <p class="embed-buttons">
        <button class="button primary" data-testid="embed-send">
          {words.send}
        </button>
        <button type="reset" class="button" data-testid="embed-reset">
          {words.reset}
        </button>
      </p>
      <p role="status" data-testid="embed-said">
        <Live text={said.value(words)} />
      </p>
      <p class="faint" data-testid="embed-event" translate={false}>
        <Live text={heard.value ? words.event(heard.value) : words.noEvent} />
      </p>
    </form>
  );
}

function Lines({ lines }: { lines: string }) {
  const words = t.value.embed;
  const copy = async (): Promise<void> => {
    const copied = await navigator.clipboard?.writeText(lines).then(
      () => true,
      () => false,
    );
    say(({ embed }) => (copied ? embed.copied : embed.notCopied));
  };
  return (
    <div class="embed-lines">
      <pre translate={false}>
        <code>{lines}</code>
      </pre>
      <button type="button" class="button" onClick={() => void copy()}>
        {words.copy}
      </button>
    </div>
  );
}
