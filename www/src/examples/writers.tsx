/** Who is writing: several people on one device, with a hand for each. */
import { useSignal } from "@preact/signals";
import { t } from "../i18n";
import { engine, settle, snapshot } from "../state/engine";
import { say } from "../state/status";
import { Dialog } from "../ui/dialog";

const LONGEST = 40;

export function Writers() {
  const asking = useSignal(false);
  const { writers: words } = t.value.hand;
  const now = snapshot.value;
  if (!now?.settings.learnFromUncorrected) return null;
  const { writer, otherWriters } = now;
  const called = (name: string): string => (name === "" ? words.me : name);
  const names = [...otherWriters.map(({ name }) => name), writer].sort((a, b) => a.localeCompare(b));
  const write = async (name: string): Promise<void> => {
    asking.value = false;
    if (settle(await engine.writeAs(name))) say(({ hand }) => hand.writers.writes(name));
  };
  const forget = async (name: string): Promise<void> => {
    if (settle(await engine.forgetWriter(name))) say(({ hand }) => hand.writers.forgotten(name === "" ? hand.writers.me : name));
  };
  return (
    <div class="writers">
      <div class="row">
        <label class="field">
          <span>{words.who}</span>
          <select value={writer} data-testid="writer" onChange={(event) => void write(event.currentTarget.value)}>
            {names.map((name) => (
              <option key={name} value={name} translate={false}>
                {called(name)}
              </option>
            ))}
          </select>
        </label>
        <button type="button" class="button" data-testid="add-writer" onClick={() => (asking.value = true)}>
          {words.add}
        </button>
      </div>
      <p class="faint">{words.more}</p>
      {otherWriters.length > 0 ? (
        <ul class="writers-others" aria-label={words.others}>
          {otherWriters.map(({ name, count }) => (
            <li key={name}>
              <span>{words.of(called(name), count)}</span>
              <button
                type="button"
                class="hand-button"
                data-testid={`forget-writer-${name}`}
                aria-label={words.forget(called(name))}
                title={words.forget(called(name))}
                onClick={() => void forget(name)}
              >
                <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
                  <path d="M5 5l10 10M15 5L5 15" />
                </svg>
              </button>
            </li>
          ))}
        </ul>
      ) : null}
      {asking.value ? <Ask onName={(name) => void write(name)} onClose={() => (asking.value = false)} /> : null}
    </div>
  );
}

function Ask({ onName, onClose }: { onName: (name: string) => void; onClose: () => void }) {
  const { writers: words } = t.value.hand;
  const name = useSignal("");
  return (
    <Dialog title={words.ask} onClose={onClose}>
      <p>{words.askMore}</p>
      <form
        class="writers-ask"
        onSubmit={(event) => {
          event.preventDefault();
          if (name.value.trim() !== "") onName(name.value.trim());
        }}
      >
        <label>
          <span>{words.name}</span>
          <input type="text" class="text-input" required maxLength={LONGEST} autoComplete="off" data-testid="writer-name" value={name.value} onInput={(event) => (name.value = event.currentTarget.value)} />
        </label>
        <div class="row">
          <button type="submit" class="button primary" data-testid="begin-writer">
            {words.begin}
          </button>
          <button type="button" class="button" onClick={onClose}>
            {words.cancel}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
