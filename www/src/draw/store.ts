/** The state of the pad: what is drawn, what the network says of it, and the lesson that came of it. */
import { batch, computed, effect, signal } from "@preact/signals";
import { complain, engine, phase, revision, snapshot, training } from "../engine/state";
import { say } from "../engine/status";
import type { Dictionary } from "../i18n";
import type { Lesson, Reading, TeachQuestion } from "../worker/protocol";
import { latestWins } from "./loop";
import { Sheet, type Gesture } from "./strokes";

const NOTHING: Reading = {
  digit: null,
  empty: true,
  sure: false,
  candidates: [],
  probabilities: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  input: null,
};

export const sheet = new Sheet();
/** Grows whenever the sheet changes: the sheet itself is too big to copy at each move of the pen. */
export const sheetVersion = signal(0);
/** What the buttons need to know of it: these change with a stroke, not with every point. */
export const sheetIs = {
  empty: computed(() => (void sheetVersion.value, sheet.empty)),
  undoable: computed(() => (void sheetVersion.value, sheet.canUndo)),
  redoable: computed(() => (void sheetVersion.value, sheet.canRedo)),
};
export const penDown = signal(false);
/** Lifts whatever pen is down, so that the sheet can be changed under it. The pad puts its own function here. */
export const pen = { lift: (): void => undefined };
export const reading = signal<Reading>(NOTHING);
/** True where the drawing has ink that the engine has not read yet. */
export const unread = signal(false);

export const lesson = signal<Lesson | null>(null);
export const question = signal<(TeachQuestion & { label: number }) | null>(null);
export const teaching = signal<number | null>(null);

/** Ten whole numbers, for the bars. One signal a digit: a bar that stays as it is costs nothing. */
export const percents = Array.from({ length: 10 }, (_, digit) =>
  computed(() => Math.round((reading.value.probabilities[digit] ?? 0) * 100)),
);
export const shares = Array.from({ length: 10 }, (_, digit) => computed(() => reading.value.probabilities[digit] ?? 0));

let announcement: ReturnType<typeof setTimeout> | undefined;
/** Long enough for a pen that is lifted between two strokes of one digit; short enough to feel like an answer. */
const PAUSE = 400;

/** Says the answer aloud once the pen rests. */
export function announceSoon(): void {
  clearTimeout(announcement);
  announcement = setTimeout(() => {
    const { empty, digit, candidates, probabilities } = reading.value;
    if (empty || penDown.value || phase.value !== "ready") return;
    if (digit === null) say((words) => words.status.notSure(candidates));
    else say((words) => words.status.reads(digit, probabilities[digit] ?? 0));
  }, PAUSE);
}

/** Milliseconds from the start of one reading to the next. */
const BETWEEN_READINGS = 4;

const latest = latestWins(
  async () => {
    const result = await engine.read(sheet.drawing());
    // Cleared while it was being read: the answer is to a question nobody asks any more.
    if (sheet.empty) return;
    if (result.ok) {
      batch(() => {
        reading.value = result.value;
        unread.value = false;
      });
    } else complain(result.error);
  },
  // Not once a frame: an answer that is asked for at once is there for the coming frame. A mouse that tells a thousand
  // places a second is still answered only so often.
  BETWEEN_READINGS,
);

/**
 * A new gesture on the sheet. What was there has been taught: the pen begins the next drawing, and does not write over it.
 * Returns true where it does, and the old one has to go from the canvas.
 */
export function put(gesture: Gesture): boolean {
  const next = lesson.peek() !== null;
  if (next) sheet.begin(gesture);
  else sheet.add(gesture);
  return next;
}

/** Has the drawing read as it is now. */
export function ask(): void {
  if (phase.peek() === "ready" && !sheet.empty) latest();
}

// Read again whenever the answer may have changed: the engine is ready, a lesson, another model, a step of training.
effect(() => {
  void revision.value;
  if (phase.value === "ready") ask();
});

// What a lesson said holds as long as nothing has been done since.
effect(() => {
  if (snapshot.value && snapshot.value.undo !== "lesson") lesson.value = null;
});

/** Call after every change to the sheet. */
export function drawn(): void {
  ask();
  seen();
}

/** Shows that the sheet has changed. Whoever calls this alone has asked, or there is nothing to ask. */
export function seen(): void {
  batch(() => {
    sheetVersion.value += 1;
    lesson.value = null;
    question.value = null;
    if (sheet.empty) {
      reading.value = NOTHING;
      unread.value = false;
    } else unread.value = phase.value !== "ready";
  });
  announceSoon();
}

export function undoStroke(): void {
  pen.lift();
  if (!sheet.canUndo) return;
  sheet.undo();
  drawn();
  say((words) => words.status.undone);
}

export function redoStroke(): void {
  pen.lift();
  if (!sheet.canRedo) return;
  sheet.redo();
  drawn();
  say((words) => words.status.redone);
}

export function clearPad(): void {
  pen.lift();
  if (sheet.gestures.length === 0) return;
  sheet.clear();
  drawn();
  say((words) => words.status.cleared);
}

export async function teach(label: number, force = false): Promise<void> {
  if (phase.value !== "ready" || teaching.value !== null) return;
  clearTimeout(announcement);
  teaching.value = label;
  const version = sheetVersion.value;
  const trained = training.peek()?.state === "running" || training.peek()?.state === "paused";
  const result = await engine.teach(sheet.drawing(), label, force);
  batch(() => {
    teaching.value = null;
    question.value = null;
    if (!result.ok) {
      complain(result.error);
      return;
    }
    const answer = result.value;
    if ("question" in answer) {
      question.value = { ...answer, label };
      say((words) => asked(words, answer, label));
      return;
    }
    const now = snapshot.value;
    if (now) {
      // The engine sends a whole snapshot too; what is known already need not wait for it.
      snapshot.value = { ...now, exampleCount: answer.exampleCount, exam: answer.examAfter, undo: "lesson" };
    }
    revision.value += 1;
    // Drawn on meanwhile: the lesson was about another drawing, the status line alone tells of it.
    if (version === sheetVersion.value) lesson.value = answer;
    say((words) => {
      if (answer.confirmed) return words.teach.confirmed(label);
      const learned = answer.learned ? words.teach.learned(label) : words.teach.notYet(label);
      return trained ? `${learned} ${words.status.trainingEnded}` : learned;
    });
  });
}

/** The question in words. */
export function asked({ teach: words }: Dictionary, about: TeachQuestion, label: number): string {
  return about.question === "conflict" ? words.conflict(label, about.otherLabel) : words[about.question](label);
}

/** The question is answered with no: nothing is taught, and the status line asks no longer. */
export function putAway(): void {
  const open = question.value;
  if (!open) return;
  question.value = null;
  say(({ teach: words }) => (open.question === "conflict" ? words.stays(open.otherLabel) : words.notTaught));
}

/** What the lesson said no longer holds: it was undone, or the network is another one. */
export function clearLesson(): void {
  lesson.value = null;
  question.value = null;
}
