/**
 * Ten columns, one a digit: its chance as a bar, and under it the key that says «it was this one». After a lesson each
 * has two bars, before and now.
 */
import { computed } from "@preact/signals";
import { t } from "../i18n";
import { lesson, penDown, percents, question, reading, shares, teach, teaching } from "./store";

const DIGITS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] as const;

const said = DIGITS.map((digit) => computed(() => reading.value.digit === digit));
const valueTexts = DIGITS.map((digit) => computed(() => t.value.n.percent(shares[digit]?.value ?? 0)));
const heights = DIGITS.map((digit) => computed(() => grown(shares[digit]?.value ?? 0)));

export function Columns() {
  const words = t.value;
  const before = lesson.value?.confirmed === false ? lesson.value.before : null;
  return (
    <section class="columns" aria-label={words.answer.chances} data-lesson={before !== null} data-drawing={penDown}>
      <h2 class="columns-title">
        <span class="columns-unit">{words.answer.chances}</span>
        {before ? (
          <>
            <span class="columns-before">{words.answer.before}</span>
            <span class="columns-now">{words.answer.after}</span>
          </>
        ) : null}
        <span class="columns-was">{words.teach.itWas}</span>
      </h2>
      <ol class="columns-grid">
        {DIGITS.map((digit) => (
          <Column key={digit} digit={digit} before={before?.[digit] ?? null} />
        ))}
      </ol>
    </section>
  );
}

function Column({ digit, before }: { digit: number; before: number | null }) {
  const words = t.value;
  return (
    <li class="column" data-said={said[digit]}>
      <div class="column-bars">
        {before === null ? null : (
          <div
            class="column-meter was"
            role="meter"
            aria-label={words.answer.meterBefore(digit)}
            aria-valuemin={0}
            aria-valuemax={100}
            aria-valuenow={Math.round(before * 100)}
            aria-valuetext={words.n.percent(before)}
          >
            <span class="column-figure">{Math.round(before * 100)}</span>
            <span class="column-track">
              <span class="column-bar" style={grown(before)} />
            </span>
          </div>
        )}
        <div
          class="column-meter now"
          role="meter"
          data-testid={`probability-${digit}`}
          aria-label={words.answer.meter(digit)}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={percents[digit]}
          aria-valuetext={valueTexts[digit]}
        >
          <span class="column-figure">{percents[digit]}</span>
          <span class="column-track">
            <span class="column-bar" style={heights[digit]} />
          </span>
        </div>
      </div>
      <Key digit={digit} />
    </li>
  );
}

function Key({ digit }: { digit: number }) {
  const busy = teaching.value;
  return (
    <button
      type="button"
      class="key"
      data-testid={`teach-${digit}`}
      aria-label={t.value.teach.is(digit)}
      aria-disabled={busy !== null}
      data-chosen={busy === digit || question.value?.label === digit || lesson.value?.label === digit}
      onClick={() => void teach(digit)}
    >
      {digit}
    </button>
  );
}

/** As a transform, which the browser can grow without laying the page out again. */
function grown(share: number): string {
  return `transform:scaleY(${share.toFixed(4)})`;
}
