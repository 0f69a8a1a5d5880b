/**
 * The number on the pad where it has several digits: each is a button, and what is chosen is what all else speaks of. All of
 * it can be said at once, too.
 */
import { useSignal } from "@preact/signals";
import { Fragment } from "preact";
import { t } from "../i18n";
import { called } from "../i18n/labels";
import { Glyph, SignGlyph } from "../ui/glyph";
import { teachWhole } from "./lessons";
import { own } from "./own";
import { choose, chosen, parts, signsBefore, sum, whole } from "./store";
import { means } from "./sum";
import "./whole.css";

export function Whole() {
  if (whole.value === null) return null;
  const words = t.value.answer;
  const digits = parts.value;
  return (
    <div class="whole" role="group" aria-label={words.number} data-testid="number" translate={false}>
      <span class="unseen">{whole}</span>
      {digits.map(({ reading: { digit } }, place) => (
        <Fragment key={String(place)}>
          {signsBefore(place).map(({ text, stroke }) => (
            <SignGlyph key={stroke} sign={text} />
          ))}
          <button
            type="button"
            class="whole-digit"
            aria-pressed={place === chosen.value}
            aria-label={words.place(place + 1, digits.length, digit)}
            data-testid={`digit-${place}`}
            onClick={() => choose(place)}
          >
            {digit === null ? <Glyph /> : <Glyph digit={digit} />}
          </button>
        </Fragment>
      ))}
      <Makes />
    </div>
  );
}

/** What a sum comes to, behind its =. */
function Makes() {
  if (sum.value === null) return null;
  return (
    <span class="whole-sum" data-testid="sum">
      <span class="unseen">{t.value.answer.makes(sum.value)}</span>
      {Array.from(sum.value.replace("…", "...").replace("−", "-"), (letter, place) =>
        letter === "-" || letter === "." || letter === "," ? <SignGlyph key={String(place)} sign={letter} /> : <Glyph key={String(place)} digit={Number(letter)} />,
      )}
    </span>
  );
}

/** The digits that were typed, and the symbols by their names, of a letter each: the labels of the line. */
function labelsOf(typed: string): number[] {
  // A minus that was told from where it stands is no part.
  const line = signsBefore(0).some(({ text }) => text === "-") ? typed.trim().replace(/^[-−]/, "") : typed;
  return Array.from(line).flatMap((letter) => {
    if (/[0-9]/.test(letter)) return Number(letter);
    const labels = own.value.map(({ label }) => label);
    return labels.find((label) => called(label) === letter) ?? labels.find((label) => means(called(label), letter)) ?? [];
  });
}

/** What one types here is what the whole line was: each of its digits and symbols is taught. */
export function WholeWas() {
  const typed = useSignal("");
  const words = t.value.answer;
  const labels = labelsOf(typed.value);
  return (
    <form
      class="whole-was"
      onSubmit={(event) => {
        event.preventDefault();
        if (labels.length === 0) return;
        typed.value = "";
        void teachWhole(labels);
      }}
    >
      <input
        type="text"
        inputMode={own.value.length === 0 ? "decimal" : "text"}
        autocomplete="off"
        maxLength={16}
        aria-label={words.wholeWas}
        placeholder={words.wholeWas}
        data-testid="whole-was"
        value={typed.value}
        onInput={({ currentTarget }) => (typed.value = currentTarget.value)}
      />
      <button type="submit" class="button" disabled={labels.length === 0} data-testid="whole-teach">
        {words.wholeTeach}
      </button>
    </form>
  );
}
