/** The number on the pad where it has several digits: each is a button, and what is chosen is what all else speaks of. */
import { t } from "../i18n";
import { Glyph } from "../ui/glyph";
import { choose, chosen, parts, whole } from "./store";
import "./whole.css";

export function Whole() {
  if (whole.value === null) return null;
  const words = t.value.answer;
  const digits = parts.value;
  return (
    <div class="whole" role="group" aria-label={words.number} data-testid="number" translate={false}>
      <span class="unseen">{whole}</span>
      {digits.map(({ reading: { digit } }, place) => (
        <button
          key={String(place)}
          type="button"
          class="whole-digit"
          aria-pressed={place === chosen.value}
          aria-label={words.place(place + 1, digits.length, digit)}
          data-testid={`digit-${place}`}
          onClick={() => choose(place)}
        >
          {digit === null ? <Glyph /> : <Glyph digit={digit} />}
        </button>
      ))}
    </div>
  );
}
