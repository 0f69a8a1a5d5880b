/** Saying what a drawing was: the lessons that come of it, one after the other, and the question that one may ask first. */
import { batch, computed, effect, signal } from "@preact/signals";
import type { Gesture } from "../drawing/strokes";
import type { Dictionary } from "../i18n";
import { complain, engine, phase, revision, snapshot, training } from "../state/engine";
import { say } from "../state/status";
import type { Drawing, Lesson, TeachQuestion } from "../worker/protocol";
import { announceNot, choose, chosen, drawing, inWords, partedAs, parts, pen, reading, rested, sheet, subject, taught, whole } from "./store";

/** Of the drawing that it is a digit: not yet learned or refused. */
export interface Said {
  label: number;
  force: boolean;
  gestures: readonly Gesture[];
  /** The place of the digit in a number; -1 where the drawing is one digit. */
  place: number;
  drawing: Drawing;
  /** The engine asked back, or failed. */
  refused: boolean;
}

/** What the latest lesson said, as long as its drawing is on the pad and nothing else has been done to that network. */
export const lesson = signal<Lesson | null>(null);
export const question = signal<(TeachQuestion & { label: number }) | null>(null);
/** An empty pad was to be taught. */
export const tooEarly = signal(false);

/** In the order in which they were said. */
export const waiting = signal<readonly Said[]>([]);
/** What the drawing on the pad is being taught as. */
export const teaching = computed(() => waiting.value.findLast(({ gestures }) => gestures === drawing.value)?.label ?? null);

/** After a lesson: what to draw once more, and the drawing in which that was tried. */
const again = signal<{ label: number; taught: readonly Gesture[]; first: Gesture | null } | null>(null);
/** Did it get the idea? Null where nobody can tell: nothing was drawn since, or the pen does not rest. */
export const idea = computed(() => {
  const now = again.value;
  const [first] = rested.value;
  if (!now || !first || first !== now.first || rested.value !== drawing.value || whole.value !== null) return null;
  return { label: now.label, got: reading.value.digit === now.label };
});

/** Drawings of which the person has said something, whatever came of it. */
export const spokenOf = new WeakSet<readonly Gesture[]>();

let turn: Promise<void> = Promise.resolve();

/** Lessons and ways back go to the engine in the order of the taps. */
export function inTurn(work: () => Promise<void>): Promise<void> {
  turn = turn.then(work);
  return turn;
}

/** Teaches what is on the pad now. Whatever is drawn meanwhile is another drawing. */
export async function teach(label: number, force = false): Promise<void> {
  if (phase.value !== "ready") return;
  pen.lift();
  announceNot();
  if (sheet.empty) {
    tooEarly.value = true;
    say((words) => words.teach.drawFirst);
    return;
  }
  const { gestures } = sheet;
  const place = chosen.peek();
  // A second tap on the same key.
  if (waiting.value.some((each) => each.gestures === gestures && each.place === place && each.label === label)) return;
  const said = { label, force, gestures, place, drawing: subject(), refused: false };
  taught.add(gestures);
  spokenOf.add(gestures);
  batch(() => {
    waiting.value = [...waiting.value, said];
    question.value = null;
  });
  // What was said before is over, be it that a lesson failed: this one may wait for a part of the engine.
  say((words) => words.teach.working);
  await inTurn(() => learn(said));
}

/** Teaches all of a line at once, label by label: as it is parted, or parted anew where it has another number of them. */
export async function teachWhole(labels: readonly number[]): Promise<void> {
  if (phase.value !== "ready" || sheet.empty) return;
  pen.lift();
  const { gestures } = sheet;
  if (labels.length !== parts.peek().length) {
    const result = await engine.readNumberAs(sheet.drawing(), Uint8Array.from(labels));
    if (!result.ok) return complain(result.error);
    // Something else is on the pad by now.
    if (gestures !== sheet.gestures) return;
    if (result.value.parts.length === 0) return say(({ answer }) => answer.wholeNot(labels.length));
    partedAs(gestures, result.value);
  }
  // Each is held as it is now, before the first lesson has the pad read anew.
  await Promise.all(
    labels.map((label, place) => {
      choose(place);
      return teach(label);
    }),
  );
}

async function learn(said: Said): Promise<void> {
  const { label, force, gestures } = said;
  const trained = training.peek()?.state === "running" || training.peek()?.state === "paused";
  const result = await engine.teach(said.drawing, label, force);
  // Where another drawing was begun meanwhile, the status line alone tells of this one.
  const here = gestures === sheet.gestures;
  batch(() => {
    waiting.value = waiting.value.filter((each) => each !== said);
    if (!result.ok || "question" in result.value) {
      said.refused = true;
      taught.delete(gestures);
      if (!result.ok) complain(result.error);
      else ask(result.value as TeachQuestion, label, here);
      return;
    }
    taught.add(gestures);
    const answer = result.value;
    const now = snapshot.value;
    if (now) {
      // The engine sends a whole snapshot too; what is known already need not wait for it.
      snapshot.value = { ...now, exampleCount: answer.exampleCount, exam: answer.examAfter, undo: "lesson" };
    }
    revision.value += 1;
    again.value = answer.confirmed ? null : { label, taught: gestures, first: null };
    if (here) lesson.value = answer;
    say((words) => {
      if (answer.confirmed) return words.teach.confirmed(label);
      const learned = answer.learned ? words.teach.learned(label) : words.teach.notYet(label);
      return trained ? `${learned} ${words.status.trainingEnded}` : learned;
    });
  });
}

/** About a drawing that is no longer there nothing can be asked: it was not taught, and that is said. */
function ask(open: TeachQuestion, label: number, here: boolean): void {
  if (open.question === "blank") tooEarly.value = here;
  else if (here) question.value = { ...open, label };
  say((words) => (here ? asked(words, open, label) : words.teach.leftOut(label)));
}

/** The question in words. */
export function asked({ teach: words }: Dictionary, about: TeachQuestion, label: number): string {
  if (about.question === "conflict") return words.conflict(label, about.otherLabel);
  return about.question === "dot" ? words.dot(label) : words.drawFirst;
}

/** The question is answered with no: nothing is taught, and the status line asks no longer. */
export function putAway(): void {
  const open = question.value;
  if (!open) return;
  question.value = null;
  say(({ teach: words }) => (open.question === "conflict" ? words.stays(open.otherLabel) : words.notTaught));
}

/** What was said holds no longer, of the drawing `of` or of any. */
export function forget(of?: readonly Gesture[]): void {
  if (of) taught.delete(of);
  batch(() => {
    lesson.value = null;
    question.value = null;
    again.value = null;
  });
}

// What a lesson said, and what was asked before one, holds as long as the drawing stays as it is …
effect(() => {
  void drawing.value;
  lesson.value = null;
  question.value = null;
  tooEarly.value = false;
});

const model = computed(() => snapshot.value?.model.id);
const undo = computed(() => snapshot.value?.undo);

// … and nothing else has been done to that network.
effect(() => {
  void model.value;
  forget();
});
effect(() => {
  if (undo.value !== "lesson") forget();
});

// The first drawing after a lesson on which the pen rests is the answer to «draw it again»; the one after it is no more.
effect(() => {
  const [first] = rested.value;
  const now = again.peek();
  if (!now || !first || first === now.taught[0]) return;
  if (now.first === null) again.value = { ...now, first };
  else if (now.first !== first) again.value = null;
  const tried = idea.peek();
  if (!tried) return;
  const read = inWords(reading.peek());
  say((words) => `${read(words)} ${tried.got ? words.teach.gotIt(tried.label) : words.teach.notGot(tried.label)}`);
});
