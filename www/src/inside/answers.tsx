/** The ten answers: how large each is, and the way to the sum that made it. */
import { choose, enterSum, spot, trace } from "./store";
import { ANSWER } from "./place";
import { t } from "../i18n";
import { DIGITS } from "../i18n/labels";
import { symbols } from "../state/engine";
import type { InsideAnswer } from "../worker/inside";
import { four } from "./numbers";
import { answersName } from "./names";
import { words } from "./words";
import "./answers.css";

/** What memory alone reads, and what it leaves to the digits. */
function Symbols({ answer }: { answer: InsideAnswer }) {
  const own = symbols.value.filter(({ label }) => answer.symbols[label - DIGITS] !== undefined);
  if (own.length === 0) return null;
  const { title, says, one } = words.value.symbols;
  return (
    <section class="answers-symbols" aria-labelledby="answers-symbols" data-testid="inside-symbols">
      <h3 id="answers-symbols">{title}</h3>
      <ul>
        {own.map(({ label, name }) => (
          <li key={label}>{one(name, four(answer.symbols[label - DIGITS] ?? 0))}</li>
        ))}
      </ul>
      <p class="faint">{says(four(answer.rest))}</p>
    </section>
  );
}

export function Answers() {
  const told = trace.value;
  if (!told) return null;
  const { probabilities, likeliest, softmax } = told.answer;
  const { answerSays, about } = words.value;
  // Where a symbol is read, no digit is the answer.
  const answers = !told.empty && Math.max(0, ...told.answer.symbols) < (probabilities[likeliest] ?? 0);
  const chosen = spot.value?.layer === ANSWER ? spot.value.unit : null;
  return (
    <section class="answers" data-empty={told.empty}>
      <h2>{answersName(told)}</h2>
      <p class="faint">{about.answers}</p>
      <div class="answers-row" style={`--classes:${Math.min(10, probabilities.length)}`} role="group" aria-label={answersName(told)}>
        {probabilities.map((chance, digit) => (
          <button
            key={digit}
            type="button"
            class="answers-one"
            data-testid={`inside-answer-${digit}`}
            data-likeliest={answers && digit === likeliest}
            aria-pressed={digit === chosen}
            translate={false}
            onClick={(event) => {
              choose(ANSWER, digit, "to");
              if (event.detail === 0) enterSum.value = true;
            }}
          >
            <span class="unseen">{answerSays(softmax ? t.value.answer.meter(digit) : t.value.answer.meterScore(digit), four(chance))}</span>
            <span class="answers-track" aria-hidden="true">
              <span class="answers-bar" style={`transform:scaleY(${Math.min(1, Math.max(0, chance)).toFixed(4)})`} />
            </span>
            <strong aria-hidden="true">{digit}</strong>
            <span class="answers-figure" aria-hidden="true">{t.value.n.percent(chance).replace(/[\s\u00A0]?%/, "")}</span>
          </button>
        ))}
      </div>
      <Symbols answer={told.answer} />
    </section>
  );
}
