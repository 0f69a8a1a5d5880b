/** «Your hand»: what Trazo remembers by itself, apart from what was taught. Each can go, or become an example. */
import { useSignal } from "@preact/signals";
import { Picture } from "../drawing/picture";
import { t, type Dictionary } from "../i18n";
import { engine, settle, snapshot } from "../state/engine";
import { say } from "../state/status";
import { Dialog } from "../ui/dialog";
import { Live } from "../ui/live";
import { Switch } from "../ui/switch";
import type { HandDrawing, Result, Snapshot } from "../worker/protocol";
import { hand } from "./hand";
import { Writers } from "./writers";
import "./hand.css";

/** Three rows of a laptop; the rest when it is asked for. */
const SHOWN = 30;

async function change(done: Promise<Result<Snapshot>>, words: (words: Dictionary) => string): Promise<void> {
  if (settle(await done)) say(words);
}

export function Hand() {
  const { hand: words } = t.value;
  const all = useSignal(false);
  const amount = snapshot.value?.handCount ?? 0;
  const shown = all.value ? hand.value : hand.value.slice(0, SHOWN);
  return (
    <section class="hand" aria-labelledby="hand" data-testid="hand">
      <div class="examples-head">
        <h2 id="hand">{words.title}</h2>
        <p>
          <span>
            <strong data-testid="hand-count" translate={false}>
              {t.value.n.whole(amount)}
            </strong>{" "}
            <Live text={words.countOnly(amount)} />
          </span>
        </p>
      </div>
      <p class="faint">
        <Live text={amount > 0 ? words.more : snapshot.value?.settings.learnFromUncorrected === false ? words.off : words.none} />
      </p>
      {amount > 0 ? (
        <>
          <ul class="grid">
            {shown.map((each) => (
              <li key={each.id}>
                <Tile drawing={each} />
              </li>
            ))}
          </ul>
          <div class="row">
            {hand.value.length > shown.length ? (
              <button type="button" class="button" data-testid="hand-all" onClick={() => (all.value = true)}>
                <Live text={words.showAll(hand.value.length)} />
              </button>
            ) : null}
            <button
              type="button"
              class="button"
              data-testid="forget-hand"
              onClick={() => void change(engine.forgetHand(), ({ hand: all }) => all.forgotten(amount))}
            >
              {words.forget}
            </button>
          </div>
        </>
      ) : null}
      <Writers />
      <Learns amount={amount + (snapshot.value?.otherWriters ?? []).reduce((all, { count }) => all + count, 0)} />
    </section>
  );
}

function Tile({ drawing: { id, label, drawing } }: { drawing: HandDrawing }) {
  const { hand: words, examples } = t.value;
  return (
    <div class="tile hand-tile" data-testid="hand-drawing">
      <Picture example={{ drawing, picture: null, drawnHere: true }} label={examples.one(label)} />
      <span class="hand-foot">
        <button
          type="button"
          class="hand-button"
          data-testid={`promote-${id}`}
          aria-label={words.promote(label)}
          title={words.promote(label)}
          onClick={() => void change(engine.promoteHandDrawing(id), (all) => all.hand.promoted(label))}
        >
          <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
            <path d="M4 10.5l4 4 8-9" />
          </svg>
        </button>
        <span aria-hidden="true" translate={false}>
          {label}
        </span>
        <button
          type="button"
          class="hand-button"
          data-testid={`forget-${id}`}
          aria-label={words.forgetOne(label)}
          title={words.forgetOne(label)}
          onClick={() => void change(engine.forgetHandDrawing(id), ({ hand: all }) => all.forgotten(1))}
        >
          <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
            <path d="M5 5l10 10M15 5L5 15" />
          </svg>
        </button>
      </span>
    </div>
  );
}

/** Off means off and forgotten: that is asked where there is something to forget. */
function Learns({ amount }: { amount: number }) {
  const { hand: words } = t.value;
  const asking = useSignal(false);
  const settings = snapshot.value?.settings;
  if (!settings) return null;
  const turn = (on: boolean): Promise<void> =>
    change(engine.setSettings({ ...settings, learnFromUncorrected: on }), ({ hand: all }) => (on ? all.on : all.off));
  const close = (): void => {
    asking.value = false;
  };
  return (
    <>
      <Switch
        testid="learn-from-uncorrected"
        on={settings.learnFromUncorrected}
        name={words.learn}
        about={words.learnMore}
        onChange={(box) => {
          const on = box.checked;
          if (on || amount === 0) return void turn(on);
          // Not yet: it shows what is so.
          box.checked = true;
          asking.value = true;
          return undefined;
        }}
      />
      {asking.value ? (
        <Dialog title={words.offAsk} onClose={close}>
          <p>{words.offAskMore(amount)}</p>
          <div class="row">
            <button
              type="button"
              class="button primary"
              data-testid="confirm-off"
              onClick={() => {
                close();
                void turn(false);
              }}
            >
              {words.offYes}
            </button>
            <button type="button" class="button" onClick={close}>
              {words.offNo}
            </button>
          </div>
        </Dialog>
      ) : null}
    </>
  );
}
