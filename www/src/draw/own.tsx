/** The symbols of the person’s own, in a row below the ten digits: how likely each is, and the key that says «it was this one». */
import { computed } from "@preact/signals";
import { t } from "../i18n";
import { called } from "../i18n/labels";
import { snapshot, symbols } from "../state/engine";
import { asked } from "../symbols/asked";
import { SymbolDialogs } from "../symbols/dialogs";
import { lesson, question, teach, teaching } from "./lessons";
import { penDown, reading } from "./store";
import "./own.css";

const NONE: typeof symbols.value = [];

/** Those that the network that reads can read; nothing changes for whoever has none. */
export const own = computed(() => (snapshot.value?.readsSymbols ? symbols.value : NONE));

export function Own() {
  const words = t.value.symbols;
  if (own.value.length === 0) return null;
  return (
    <section class="own" aria-label={words.row} data-testid="own-symbols" data-drawing={penDown}>
      <h2 class="own-title">{words.row}</h2>
      <ul>
        {own.value.map(({ label }) => (
          <li key={label}>
            <One label={label} />
          </li>
        ))}
        <li>
          <button type="button" class="key own-more" aria-label={words.add} title={words.add} data-testid="add-symbol" onClick={() => (asked.value = { to: "add" })}>
            …
          </button>
        </li>
      </ul>
      <SymbolDialogs />
    </section>
  );
}

function One({ label }: { label: number }) {
  const words = t.value;
  const { empty, probabilities, digit } = reading.value;
  const share = empty ? 0 : (probabilities[label] ?? 0);
  return (
    <>
      <div
        class="own-meter"
        role="meter"
        data-testid={`probability-${label}`}
        data-said={digit === label}
        aria-label={words.answer.meter(label)}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(share * 100)}
        aria-valuetext={words.n.percent(share)}
      >
        <span class="own-bar" style={`transform:scaleX(${share.toFixed(4)})`} />
      </div>
      <button
        type="button"
        class="key"
        data-testid={`teach-${label}`}
        aria-label={words.teach.is(label)}
        translate={false}
        data-chosen={teaching.value === label || question.value?.label === label || lesson.value?.label === label}
        onClick={() => void teach(label)}
      >
        <bdi>{called(label)}</bdi>
      </button>
    </>
  );
}
