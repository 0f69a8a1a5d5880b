/** Whose drawings it trains on: the person's, and those of a class. */
import { signal, useSignal } from "@preact/signals";
import { download } from "../files/transfer";
import { t } from "../i18n";
import { engine, exampleCount } from "../state/engine";
import { say } from "../state/status";
import { Live } from "../ui/live";
import "../ui/list-table.css";
import { add, handIn, hasMine, held, mine, remove, writers, type Note } from "./class";
import { USUAL } from "./setup";
import { change, runs } from "./store";
import { words } from "./words";
import "./people.css";

/** What there was to say of the latest files. */
const notes = signal<readonly Note[]>([]);
const reading = signal(false);

/** Files that were chosen or dropped. */
export async function take(files: readonly File[]): Promise<void> {
  if (runs.going.peek() || reading.peek()) return;
  reading.value = true;
  const before = writers.peek().length;
  notes.value = await add(files, (bytes) => runs.first.lab.readClass(bytes));
  reading.value = false;
  say(() => [words.value.klass.added(writers.peek().length - before), ...notes.peek().map((note) => note(words.value))].join(" "));
}

/** One is left out of the training, and all their digits are looked at: none are sealed. */
function leaveOut(name: string | null): void {
  held.value = name;
  change((now) => ({ ...now, data: { ...now.data, test: name === null ? USUAL.data.test : 0 } }));
}

export function People() {
  const { klass } = words.value;
  const all = writers.value;
  return (
    <div class="lab-people" data-testid="lab-people">
      <p class="faint">{klass.more}</p>
      {/* A list that scrolls must be reachable without a mouse. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div class="list-table" tabIndex={0} role="group" aria-label={klass.who}>
        <table>
          <thead>
            <tr>
              <th scope="col">{klass.who}</th>
              <th scope="col">{klass.digits}</th>
              <td>{"\u00A0"}</td>
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">
                <label class="lab-check">
                  <input
                    type="checkbox"
                    checked={mine.value}
                    data-testid="lab-mine"
                    onChange={(event) => {
                      mine.value = event.currentTarget.checked;
                      if (held.peek() === "") leaveOut(null);
                    }}
                  />
                  {klass.mine}
                </label>
              </th>
              <td translate={false}>{t.value.n.whole(exampleCount.value)}</td>
              <td>{"\u00A0"}</td>
            </tr>
            {all.map(({ name, digits }) => (
              <tr key={name} data-testid="lab-writer">
                <th scope="row" translate={false}>
                  {name}
                </th>
                <td translate={false}>{t.value.n.whole(digits.length)}</td>
                <td>
                  <button
                    type="button"
                    class="lab-icon"
                    aria-label={klass.remove(name)}
                    onClick={({ currentTarget }) => {
                      // The button goes with its row.
                      currentTarget.closest<HTMLElement>("[role=group]")?.focus();
                      if (held.peek() === name) leaveOut(null);
                      remove(name);
                    }}
                  >
                    ×
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <label class="lab-choice">
        <span>{klass.choose}</span>
        <input
          type="file"
          multiple
          data-testid="lab-class-files"
          onChange={async (event) => {
            const input = event.currentTarget;
            await take([...(input.files ?? [])]);
            // The same files chosen again are a change again.
            input.value = "";
          }}
        />
      </label>
      {reading.value ? (
        <p class="faint">
          <Live text={klass.reading} />
        </p>
      ) : null}
      {notes.value.length > 0 ? (
        <ul class="lab-people-notes" data-testid="lab-class-notes">
          {notes.value.map((note, i) => (
            <li key={i}>{note(words.value)}</li>
          ))}
        </ul>
      ) : null}
      {all.length + Number(hasMine.value) > 1 ? (
        <label class="lab-choice">
          <span>{klass.testOn}</span>
          <select data-testid="lab-held" value={held.value === null ? "*" : `:${held.value}`} onChange={({ currentTarget: { value } }) => leaveOut(value === "*" ? null : value.slice(1))}>
            <option value="*">{klass.testOnAll}</option>
            {hasMine.value ? <option value=":">{klass.mine}</option> : null}
            {all.map(({ name }) => (
              <option key={name} value={`:${name}`}>
                {name}
              </option>
            ))}
          </select>
        </label>
      ) : null}
      {held.value === null ? null : <p class="faint">{klass.leftOut(held.value === "" ? klass.mine : held.value)}</p>}
      {exampleCount.value > 0 ? <HandIn /> : null}
    </div>
  );
}

/** A pupil's own drawings, to be handed in. */
function HandIn() {
  const { klass } = words.value;
  const nickname = useSignal("");
  const name = nickname.value.trim();
  const file = async (): ReturnType<typeof engine.downloadExamples> => {
    const result = await engine.downloadExamples();
    const safe = name.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "") || "class";
    return result.ok ? { ok: true, value: { name: `${safe}.jsonl`, bytes: handIn(result.value.bytes, name) } } : result;
  };
  return (
    <details class="lab-hand-in" data-testid="lab-hand-in">
      <summary>{klass.handIn}</summary>
      <p class="faint">{klass.handInMore}</p>
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault();
          if (name) void download(file());
        }}
      >
        <label class="field">
          <span>{klass.nickname}</span>
          <input type="text" maxLength={40} autocomplete="off" data-testid="lab-nickname" value={nickname.value} onInput={(event) => (nickname.value = event.currentTarget.value)} />
        </label>
        <button type="submit" class="button" data-testid="lab-hand-in-file" aria-disabled={name === ""}>
          {klass.handInFile}
        </button>
      </form>
    </details>
  );
}
