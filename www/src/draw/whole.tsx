/**
 * The number on the pad where it has several digits: each is a button, and what is chosen is what all else speaks of. All of
 * it can be said at once, too.
 */
import { useSignal } from "@preact/signals";
import { Fragment } from "preact";
import { t } from "../i18n";
import { Glyph, SignGlyph } from "../ui/glyph";
import { teachWhole } from "./lessons";
import { choose, chosen, parts, signsBefore, whole } from "./store";
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
    </div>
  );
}

/** What one types here is what the whole number was: each of its digits is taught. */
export function WholeWas() {
  const typed = useSignal("");
  const words = t.value.answer;
  const digits = typed.value.replaceAll(/\D/g, "");
  return (
    <form
      class="whole-was"
      onSubmit={(event) => {
        event.preventDefault();
        if (digits === "") return;
        typed.value = "";
        void teachWhole(digits);
      }}
    >
      <input
        type="text"
        inputMode="decimal"
        autocomplete="off"
        maxLength={16}
        aria-label={words.wholeWas}
        placeholder={words.wholeWas}
        data-testid="whole-was"
        value={typed.value}
        onInput={({ currentTarget }) => (typed.value = currentTarget.value)}
      />
      <button type="submit" class="button" disabled={digits === ""} data-testid="whole-teach">
        {words.wholeTeach}
      </button>
    </form>
  );
}
