/**
 * Ten columns, one a digit: its chance as a bar, and under it the key that says «it was this one». After a lesson each
 * has two bars, before and now.
 */
import { computed } from "@preact/signals";
import { t } from "../i18n";
import { href } from "../router";
import { givesChances } from "../state/engine";
import { lesson, question, teach, teaching } from "./lessons";
import { penDown, percents, reading, shares } from "./store";
import "./columns.css";

const DIGITS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] as const;

const empty = computed(() => reading.value.empty);
const isAnswer = DIGITS.map((digit) => computed(() => reading.value.digit === digit));
const valueTexts = DIGITS.map((digit) => computed(() => said(shares[digit]?.value ?? 0)));
const heights = DIGITS.map((digit) => computed(() => grown(shares[digit]?.value ?? 0)));

/** A chance is a share, a score a number up to 100. */
function said(share: number): string {
  const { n } = t.value;
  return givesChances.value ? n.percent(share) : n.whole(Math.round(share * 100));
}

export function Columns() {
  const words = t.value;
  const unit = givesChances.value ? words.answer.chances : words.answer.scores;
  const before = lesson.value?.confirmed === false ? lesson.value.before : null;
  return (
    <section class="columns" aria-label={unit} data-lesson={before !== null} data-drawing={penDown} data-empty={empty}>
      <h2 class="columns-title">
        <span class="columns-unit">
          {unit}{" "}
          <a class="columns-inside" href={href("inside")} data-testid="look-inside">
            {words.answer.lookInside}
          </a>
        </span>
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
  const name = givesChances.value ? words.answer.meter(digit) : words.answer.meterScore(digit);
  return (
    <li class="column" data-said={isAnswer[digit]}>
      <div class="column-bars">
        {before === null ? null : (
          <div
            class="column-meter was"
            role="meter"
            aria-label={words.answer.meterBefore(name)}
            aria-valuemin={0}
            aria-valuemax={100}
            aria-valuenow={Math.round(before * 100)}
            aria-valuetext={said(before)}
          >
            <span class="column-figure" translate={false}>
              {Math.round(before * 100)}
            </span>
            <span class="column-track">
              <span class="column-bar" style={grown(before)} />
            </span>
          </div>
        )}
        <div
          class="column-meter now"
          role="meter"
          data-testid={`probability-${digit}`}
          aria-label={name}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={percents[digit]}
          aria-valuetext={valueTexts[digit]}
        >
          <span class="column-figure" translate={false}>
            {percents[digit]}
          </span>
          <span class="column-track">
            <span class="column-bar" style={heights[digit]} />
          </span>
        </div>
        {/* For the keyboard there is one way in for all ten: «look inside». */}
        <a
          class="column-inside"
          href={href("inside", { layer: "answer", unit: String(digit) })}
          tabIndex={-1}
          data-testid={`inside-${digit}`}
          aria-label={name}
        />
      </div>
      <Key digit={digit} />
    </li>
  );
}

function Key({ digit }: { digit: number }) {
  return (
    <button
      type="button"
      class="key"
      data-testid={`teach-${digit}`}
      aria-label={t.value.teach.is(digit)}
      translate={false}
      data-chosen={teaching.value === digit || question.value?.label === digit || lesson.value?.label === digit}
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
