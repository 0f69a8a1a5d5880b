/** What the network says, asks or has learned: one thing at a time, always in the same place. */
import { computed } from "@preact/signals";
import { useRef } from "preact/hooks";
import { promise } from "../engine/kept";
import { exampleCount, failure, phase, snapshot, start } from "../engine/state";
import { sentence, t } from "../i18n";
import type { Lesson } from "../worker/protocol";
import { UndoButton } from "../app/undo";
import { ChangedOnes } from "./changed";
import { asked, lesson, putAway, question, reading, teach, teaching, unread } from "./store";

const empty = computed(() => reading.value.empty);
const digit = computed(() => reading.value.digit);
const candidates = computed(() => reading.value.candidates.join(""));

export function Words() {
  const box = useRef<HTMLDivElement>(null);
  return (
    // A button that was pressed here goes away with what it was about: the focus stays in the place, not nowhere. The
    // clicks are those of the buttons, and the keyboard makes them too.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions
    <div
      class="words"
      ref={box}
      tabIndex={-1}
      onClick={(event) => {
        if (event.target instanceof HTMLButtonElement) box.current?.focus({ preventScroll: true });
      }}
    >
      <Now />
    </div>
  );
}

function Now() {
  if (phase.value === "failed") return <Failed />;
  if (question.value) return <Question />;
  if (teaching.value !== null) return <p class="words-main">{t.value.teach.working}</p>;
  if (lesson.value) return <Learned lesson={lesson.value} />;
  if (phase.value === "loading" || unread.value) return <Loading />;
  if (empty.value) return <Empty />;
  if (digit.value === null) return <NotSure />;
  return <Sure digit={digit.value} />;
}

function Empty() {
  const words = t.value.answer;
  return (
    <>
      <p class="words-main">{words.draw}</p>
      <p class="words-more">{words.drawMore}</p>
    </>
  );
}

function Loading() {
  const words = t.value.answer;
  return (
    <>
      <p class="words-main">{words.loading}</p>
      <p class="words-more">{words.loadingMore}</p>
    </>
  );
}

function Sure({ digit: said }: { digit: number }) {
  const words = t.value.answer;
  return (
    <>
      <p class="words-main">{words.sure(reading.value.probabilities[said] ?? 0)}</p>
      <button type="button" class="button" data-testid="confirm" onClick={() => void teach(said)}>
        {words.yes(said)}
      </button>
    </>
  );
}

function NotSure() {
  const words = t.value.answer;
  const digits = Array.from(candidates.value, Number);
  return (
    <div data-testid="not-sure">
      <p class="words-main">{words.notSure}</p>
      <p class="words-net">{words.either(digits)}</p>
      <p class="words-more">{words.tellIt}</p>
    </div>
  );
}

/** The engine is gone: why, and the way to begin again. */
export function Failed() {
  const words = t.value;
  const error = failure.value;
  return (
    <div data-testid="failed">
      <p class="words-main">{words.failed.title}</p>
      <p class="words-more">
        {error ? sentence(words, error) : ""} {words.failed.keeps}
      </p>
      <button type="button" class="button primary" data-testid="retry" onClick={() => void start()}>
        {words.failed.retry}
      </button>
      {error ? (
        <details class="words-detail">
          <summary>{words.failed.detail}</summary>
          <code>
            {error.code}: {error.message}
          </code>
        </details>
      ) : null}
    </div>
  );
}

function Question() {
  const open = question.value;
  const words = t.value.teach;
  if (!open) return null;
  const { label } = open;
  return (
    <div role="group" aria-labelledby="question" data-testid="question">
      <p class="words-main small" id="question">
        {asked(t.value, open, label)}
      </p>
      <div class="row">
        <button type="button" class="button primary" data-testid="question-yes" onClick={() => void teach(label, true)}>
          {open.question === "conflict" ? words.itIs(label) : words.teachAnyway(label)}
        </button>
        <button type="button" class="button" data-testid="question-no" onClick={putAway}>
          {open.question === "conflict" ? words.itStays(open.otherLabel) : words.cancel}
        </button>
      </div>
    </div>
  );
}

function Learned({ lesson: taught }: { lesson: Lesson }) {
  const words = t.value;
  const { label, confirmed, learned, changed, examBefore, examAfter } = taught;
  const head = confirmed
    ? words.teach.confirmed(label)
    : learned
      ? words.teach.learned(label)
      : words.teach.notYet(label);
  const by = examAfter.right - examBefore.right;
  const exam =
    by === 0
      ? words.teach.examSame(examAfter.right, examAfter.total)
      : by > 0
        ? words.teach.examBetter(examAfter.right, examAfter.total, by)
        : words.teach.examWorse(examAfter.right, examAfter.total, -by);
  const nowRight = changed.filter((each) => each.after === each.label).length;
  const nowWrong = changed.filter((each) => each.before === each.label).length;
  return (
    <div data-testid="lesson">
      <p class="words-main small">{head}</p>
      <ul class="words-list">
        <li class="words-count">{words.teach.remembers(exampleCount.value)}</li>
        {confirmed ? null : <li data-testid="exam">{exam}</li>}
        {changed.length > 0 ? (
          <li>
            <span class="words-changed">
              {nowRight + nowWrong > 0 ? words.teach.changed(nowRight, nowWrong) : words.teach.changedElse(changed.length)}
            </span>
            <ChangedOnes changed={changed} />
          </li>
        ) : null}
        {exampleCount.value === 1 ? <Kept /> : null}
      </ul>
      <UndoButton />
    </div>
  );
}

/** After the first lesson: honest words about how well it is kept. */
function Kept() {
  const words = promise(t.value, snapshot.value);
  return words ? <li>{words}</li> : null;
}
