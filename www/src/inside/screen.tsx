/** Inside: every number to the touch. */
import { useEffect, useRef } from "preact/hooks";
import { Pad } from "../draw/pad";
import { clearPad, drawn, sheet, sheetIs, subject } from "../draw/store";
import { Tries } from "../draw/tries";
import { unpack } from "../drawing/strokes";
import { t } from "../i18n";
import { href, place } from "../router";
import { engine, phase, settle, snapshot } from "../state/engine";
import { guest, GUEST } from "../state/guest";
import { say } from "../state/status";
import { Failed } from "../ui/failed";
import { Live } from "../ui/live";
import { Pixels } from "../ui/pixels";
import type { ModelId } from "../worker/protocol";
import { Answers } from "./answers";
import { listen } from "./keys";
import { copy } from "./ladder";
import { decode, encode } from "./link";
import { toAddress, toQuery, view, VIEWS } from "./place";
import { follow, missing, spot, trace, visitor } from "./store";
import { Lesson } from "./lesson";
import { SumPanel } from "./sum";
import { Wakes } from "./wakes";
import { Way } from "./way";
import { Why } from "./why";
import { words } from "./words";
import "./inside.css";

export function Inside() {
  const box = useRef<HTMLDivElement>(null);
  // Of a link that was opened first the networks are not known until the engine is ready.
  useEffect(openLink, [place.value.query.get("d"), place.value.query.get("model"), phase.value]);
  useEffect(follow, []);
  useEffect(() => listen(box.current), []);
  const { lead, loading, empty, views, view: names } = words.value;
  const told = trace.value;
  return (
    <div class="inside" ref={box} data-view={view.value}>
      <h1 tabIndex={-1}>{t.value.nav.inside}</h1>
      {view.value === "way" ? <p class="intro">{lead}</p> : null}
      {missing.value ? (
        <p class="banner" role="alert" data-testid="inside-missing">
          {words.value.missing[missing.value]}
        </p>
      ) : null}
      {phase.value === "failed" ? <Failed /> : null}
      <nav class="views" aria-label={views}>
        {VIEWS.filter((each) => each !== "lesson" || !visitor.value).map((each) => (
          <a key={each} href={hrefOf(each)} aria-current={view.value === each ? "page" : undefined}>
            {names[each]}
          </a>
        ))}
      </nav>
      <div class="inside-columns">
        <Paper />
        <div class="inside-view">
          {told ? (
            <>
              {told.empty ? (
                <p class="inside-empty" data-testid="inside-empty">
                  <Live text={empty} />
                </p>
              ) : null}
              {view.value === "way" ? <Way told={told} /> : null}
              {view.value === "why" ? <Why /> : null}
              {view.value === "wakes" ? <Wakes told={told} /> : null}
              {view.value === "lesson" && !visitor.value ? <Lesson /> : null}
            </>
          ) : (
            <p>{phase.value === "failed" ? "" : loading}</p>
          )}
        </div>
        {view.value === "way" ? <SumPanel /> : null}
      </div>
    </div>
  );
}

function hrefOf(to: (typeof VIEWS)[number]): string {
  const at = spot.value;
  return href("inside", { ...(visitor.value ? { model: GUEST } : {}), ...(trace.value && at ? toQuery(at, trace.value) : {}), ...(to === "way" ? {} : { view: to }) });
}

/** What a link carries: a drawing, which comes on the pad, and a network, which then reads. */
function openLink(): void {
  const { query } = place.peek();
  const [text, model] = [query.get("d"), query.get("model")];
  if (text !== null) {
    const strokes = decode(text);
    if (strokes) {
      sheet.replace("example", strokes.map((stroke) => ({ strokes: [stroke] })));
      drawn();
    } else say(() => words.value.missing.drawing);
    const left = Object.fromEntries([...query].filter(([key]) => key !== "d"));
    toAddress(left, false);
  }
  const known = snapshot.peek()?.models.find(({ id }) => id === model);
  if (known && known.id !== snapshot.peek()?.model.id) void select(known.id);
}

async function select(id: ModelId): Promise<void> {
  if (settle(await engine.selectModel(id))) say((all) => all.status.chosen(snapshot.peek()?.model.name ?? id));
}

/** The drawing, small, and the answers beside it. */
function Paper() {
  const { pad: padWords } = t.value;
  const { network, link, linkMore, padHelp } = words.value;
  const now = snapshot.value;
  const other = visitor.value;
  return (
    <section class="paper" aria-label={words.value.input}>
      {other?.picture ? <Pixels input={{ width: 28, height: 28, pixels: other.picture.pixels }} label={words.value.picture(other.picture.label)} /> : <Pad help={padHelp} />}
      <div class="row paper-tools">
        {other?.picture ? (
          <button type="button" class="button" data-testid="inside-draw" onClick={() => (guest.value = { ...other, picture: null })}>
            {words.value.drawInstead}
          </button>
        ) : (
          <button type="button" class="button" data-testid="clear" onClick={clearPad}>
            {padWords.clear}
          </button>
        )}
        {other ? null : (
          <button type="button" class="button" data-testid="inside-link" title={linkMore} onClick={() => void copyLink()}>
            {link}
          </button>
        )}
        <label class="field">
          <span>{network}</span>
          <select
            data-testid="inside-model"
            value={other ? GUEST : now?.model.id}
            onChange={(event) => {
              if (event.currentTarget.value === GUEST) {
                toAddress({ model: GUEST }, false);
                return;
              }
              const id = event.currentTarget.value as ModelId;
              toAddress({}, false);
              void select(id);
            }}
          >
            {now?.models.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
            {guest.value ? <option value={GUEST}>{guest.value.name}</option> : null}
          </select>
        </label>
      </div>
      {other ? (
        <p class="faint">
          <a href={href("lab")} data-testid="inside-back">
            {words.value.backToLab}
          </a>
        </p>
      ) : null}
      {sheetIs.empty.value && !other?.picture ? <Tries /> : null}
      <Answers />
    </section>
  );
}

/** The drawing on the pad becomes that of the link, a quarter of a unit off at the most: whoever opens it has the same numbers. */
async function copyLink(): Promise<void> {
  const told = trace.peek();
  const text = encode(unpack(subject()));
  const strokes = decode(text);
  if (strokes) {
    sheet.amend(strokes.map((stroke) => ({ strokes: [stroke] })));
    drawn();
  }
  const at = spot.peek();
  const query = { ...(told ? (at ? toQuery(at, told) : { model: told.model }) : {}), ...(view.peek() === "way" ? {} : { view: view.peek() }), ...(strokes ? { d: text } : {}) };
  await copy(new URL(href("inside", query), location.href).href, ({ linkCopied }) => linkCopied);
}
