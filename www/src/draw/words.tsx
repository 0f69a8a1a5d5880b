/** What the network says, asks or has learned: one thing at a time, always in the same place. */
import { computed } from "@preact/signals";
import { useRef } from "preact/hooks";
import { t } from "../i18n";
import { href } from "../router";
import { oneDigit } from "../settings/preferences";
import { exampleCount, givesChances, phase, snapshot } from "../state/engine";
import { promise } from "../state/kept";
import { Failed } from "../ui/failed";
import { Live } from "../ui/live";
import type { Lesson } from "../worker/protocol";
import { ChangedOnes } from "./changed";
import { asked, idea, lesson, putAway, question, teach, teaching, tooEarly } from "./lessons";
import { drawing, foreign, reading, unread, whole } from "./store";
import { Tries } from "./tries";
import { WholeWas } from "./whole";
import "./words.css";

const empty = computed(() => reading.value.empty);
const digit = computed(() => reading.value.digit);
const candidates = computed(() => reading.value.candidates.join(" "));

/** It is a number, or what looks like no digit may be one. */
const several = computed(() => whole.value !== null || (foreign.value && !oneDigit.value && drawing.value.length > 1));

/** What is spoken of. The layout knows it, too: a lesson has more to say than an answer. */
export const says = computed(() => {
  if (phase.value === "failed") return "failed";
  if (question.value) return "question";
  if (teaching.value !== null) return "teaching";
  if (lesson.value) return "lesson";
  if (unread.value || (phase.value === "loading" && empty.value)) return "loading";
  if (empty.value) return "empty";
  if (idea.value) return "idea";
  return digit.value === null ? "not-sure" : "sure";
});

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
        if (event.target instanceof Element && event.target.closest("button")) box.current?.focus({ preventScroll: true });
      }}
    >
      <Now />
    </div>
  );
}

function Now() {
  switch (says.value) {
    case "failed":
      return <Failed />;
    case "question":
      return <Question />;
    case "teaching":
      return <Main text={t.value.teach.working} />;
    case "lesson":
      return lesson.value ? <Learned lesson={lesson.value} /> : null;
    case "loading":
      return <Loading />;
    case "empty":
      return <Empty />;
    default:
      return (
        <>
          {digit.value === null ? <NotSure /> : <Sure digit={digit.value} />}
          {several.value ? <WholeWas /> : null}
        </>
      );
  }
}

function Main({ text, small = false }: { text: string; small?: boolean }) {
  return (
    <p class={small ? "words-main small" : "words-main"}>
      <Live text={text} />
    </p>
  );
}

function More({ text }: { text: string }) {
  return (
    <p class="words-more">
      <Live text={text} />
    </p>
  );
}

function Empty() {
  const words = t.value;
  return (
    <div class="words-empty" data-testid="empty">
      <Main text={tooEarly.value ? words.teach.drawFirst : words.answer.draw} />
      <p class="words-more">
        <Live text={words.answer.drawMore} /> <span class="words-private">{words.answer.private}</span>{" "}
        <a class="words-photo" href={href("picture")} data-testid="read-photo">
          {words.answer.photo}
        </a>
      </p>
      <Tries />
    </div>
  );
}

function Loading() {
  const words = t.value.answer;
  return (
    <>
      <Main text={words.loading} />
      <More text={words.loadingMore} />
    </>
  );
}

function Sure({ digit: said }: { digit: number }) {
  const words = t.value.answer;
  const how = givesChances.value ? words.sure : words.scored;
  return (
    <>
      <Main text={how(said, reading.value.probabilities[said] ?? 0)} small={idea.value !== null} />
      <Idea />
      <button type="button" class="button" data-testid="confirm" onClick={() => void teach(said)}>
        <Live text={words.yes(said)} />
      </button>
    </>
  );
}

function NotSure() {
  const words = t.value.answer;
  const digits = candidates.value.split(" ").map(Number);
  return (
    <div data-testid="not-sure">
      {foreign.value ? (
        <>
          <Main text={words.foreign} />
          <More text={words.foreignMore} />
        </>
      ) : (
        <>
          <Main text={words.notSure} />
          <p class="words-net">
            <Live text={words.either(digits)} />
          </p>
          <More text={words.tellIt} />
        </>
      )}
      <Idea />
    </div>
  );
}

/** Drawn again after a lesson: did it get the idea? */
function Idea() {
  const words = t.value.teach;
  const tried = idea.value;
  if (!tried) return null;
  return (
    <div data-testid="idea" data-got={tried.got}>
      <More text={tried.got ? words.gotIt(tried.label) : words.notGot(tried.label)} />
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
        <Live text={asked(t.value, open, label)} />
      </p>
      <div class="row">
        <button type="button" class="button primary" data-testid="question-yes" onClick={() => void teach(label, true)}>
          <Live text={open.question === "conflict" ? words.itIs(label) : words.teachAnyway(label)} />
        </button>
        <button type="button" class="button" data-testid="question-no" onClick={putAway}>
          <Live text={open.question === "conflict" ? words.itStays(open.otherLabel) : words.cancel} />
        </button>
      </div>
    </div>
  );
}

function Learned({ lesson: taught }: { lesson: Lesson }) {
  const words = t.value;
  const { label, confirmed, learned, changed, examBefore, examAfter, handForgotten } = taught;
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
      <Main text={head} small />
      <ul class="words-list">
        <li class="words-count">
          <Live text={words.teach.remembers(exampleCount.value)} />
        </li>
        {confirmed ? null : (
          <li data-testid="exam">
            <Live text={exam} />
          </li>
        )}
        {handForgotten > 0 ? (
          <li class="words-count">
            <Live text={words.hand.corrected(handForgotten)} />
          </li>
        ) : null}
        {changed.length > 0 ? (
          <li>
            <span class="words-changed">
              <Live
                text={nowRight + nowWrong > 0 ? words.teach.changed(nowRight, nowWrong) : words.teach.changedElse(changed.length)}
              />
            </span>
            <ChangedOnes changed={changed} />
          </li>
        ) : null}
        {exampleCount.value === 1 ? <Kept /> : null}
      </ul>
    </div>
  );
}

/** After the first lesson: honest words about how well it is kept. */
function Kept() {
  const words = promise(t.value, snapshot.value);
  return words ? <li class="words-kept">{words}</li> : null;
}
