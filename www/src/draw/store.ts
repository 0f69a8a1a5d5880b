/** The pad: what is drawn on it, and what the network says of that. Lessons are in lessons.ts. */
import { batch, computed, effect, signal } from "@preact/signals";
import { Sheet, type Gesture } from "../drawing/strokes";
import { complain, engine, givesChances, phase, revision } from "../state/engine";
import { say } from "../state/status";
import { t, type Dictionary } from "../i18n";
import { called } from "../i18n/labels";
import { oneDigit } from "../settings/preferences";
import type { Drawing, NumberPart, NumberSign, Probabilities, Reading } from "../worker/protocol";
import { latestWins } from "./loop";
import { sumOf } from "./sum";

const NOTHING: Reading = {
  digit: null,
  empty: true,
  sure: false,
  candidates: [],
  probabilities: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  input: null,
  help: null,
};

export const sheet = new Sheet();
/** Grows whenever the sheet changes: the sheet itself is too big to copy at each move of the pen. */
export const sheetVersion = signal(0);
/** What the buttons need to know of it: these change with a stroke, not with every point. */
export const sheetIs = {
  empty: computed(() => (void sheetVersion.value, sheet.empty)),
  redoable: computed(() => (void sheetVersion.value, sheet.canRedo)),
};
/** All that is drawn: the same list while the gesture under way grows. */
export const drawing = computed(() => (void sheetVersion.value, sheet.gestures));
export const penDown = signal(false);
const held = new Set<() => void>();
/** Whatever draws on the sheet over some time: it can be told to lift its pen, so that the sheet can be changed under it. */
export const pen = {
  lift: (): void => {
    for (const lift of held) lift();
  },
  /** Returns what to call when nothing is held any more. */
  hold: (lift: () => void): (() => void) => {
    held.add(lift);
    return () => void held.delete(lift);
  },
};
/** Of what is chosen: the drawing, or one digit of the number that it is. */
export const reading = signal<Reading>(NOTHING);
/** True where the drawing has ink that the engine has not read yet. */
export const unread = signal(false);

/** Ten whole numbers, for the bars. One signal a digit: a bar that stays as it is costs nothing. */
export const percents = Array.from({ length: 10 }, (_, digit) =>
  computed(() => Math.round((reading.value.probabilities[digit] ?? 0) * 100)),
);
export const shares = Array.from({ length: 10 }, (_, digit) => computed(() => reading.value.probabilities[digit] ?? 0));

/** The digits on the pad where they are several, or a sign is with them, from left to right, and the drawing that they are of. */
const several = signal<{ of: readonly Gesture[]; parts: readonly NumberPart[]; signs: readonly NumberSign[] } | null>(null);
/** The digit that the person chose, and the drawing in which. */
const picked = signal<{ of: readonly Gesture[]; place: number } | null>(null);

const EMPTY: readonly NumberPart[] = [];
export const parts = computed(() => several.value?.parts ?? EMPTY);
/** The signs that stand before the digit at a place. */
export const signsBefore = (place: number): readonly NumberSign[] => several.value?.signs.filter(({ before }) => before === place) ?? [];
/** The place of the chosen digit of a number: the person's choice, else the one that was drawn last. */
export const chosen = computed(() => {
  if (picked.value && picked.value.of === several.value?.of && picked.value.place < parts.value.length) return picked.value.place;
  const latest = parts.value.map(({ strokes }) => Math.max(...strokes));
  return latest.indexOf(Math.max(...latest));
});
/** What the pad says as a whole: a digit each, ? where it is not sure, signs as they are drawn; null where it is one digit or none. */
export const whole = computed(() => {
  if (!several.value) return null;
  return parts.value.map(({ reading: { digit } }, place) => `${signsBefore(place).map(({ text }) => text).join("")}${digit === null ? "?" : called(digit)}`).join("");
});

/** What the line on the pad comes to where it is a sum that ends in =, and each part of it is sure; else null. */
export const sum = computed(() => {
  const pieces: string[] = [];
  for (const [place, { reading: { digit } }] of parts.value.entries()) {
    if (digit === null) return null;
    pieces.push(...signsBefore(place).map(({ text }) => text), called(digit));
  }
  return sumOf(pieces, t.value.n.mark);
});

/** The drawing that is there, parted as the person says. */
export function partedAs(of: readonly Gesture[], number: { parts: readonly NumberPart[]; signs: readonly NumberSign[] }): void {
  several.value = { of, ...number };
}

export function choose(place: number): void {
  const now = several.peek();
  const part = now?.parts[place];
  if (!now || !part) return;
  batch(() => {
    picked.value = { of: now.of, place };
    reading.value = part.reading;
  });
}

/** What is spoken of: the drawing, or the chosen digit of the number that it is. */
export function subject(): Drawing {
  const part = several.peek()?.of === sheet.gestures ? parts.peek()[chosen.peek()] : undefined;
  return part?.drawing ?? sheet.drawing();
}

/** Below this chance of the likeliest digit the drawing looks like none: a network that has no idea gives each a tenth. */
const LIKE_A_DIGIT = 0.25;
const isForeign = (probabilities: Probabilities): boolean => Math.max(...probabilities) < LIKE_A_DIGIT;
export const foreign = computed(() => !reading.value.empty && isForeign(reading.value.probabilities));
/** The drawing that was there when the pen last rested. */
export const rested = signal<readonly Gesture[]>([]);

let announcement: ReturnType<typeof setTimeout> | undefined;
/** Long enough for a pen that is lifted between two strokes of one digit; short enough to feel like an answer. */
const PAUSE = 400;

/** The answer in a sentence. */
export function inWords({ digit, candidates, probabilities }: Reading): (words: Dictionary) => string {
  const chances = givesChances.peek();
  if (digit !== null) return ({ status }) => (chances ? status.reads : status.scores)(digit, probabilities[digit] ?? 0);
  return isForeign(probabilities) ? ({ status }) => status.foreign : ({ status }) => status.notSure(candidates);
}

/** All that is read, in a sentence. */
export function allInWords(): (words: Dictionary) => string {
  const [text, answer] = [whole.peek(), sum.peek()];
  if (text === null) return inWords(reading.peek());
  const sure = parts.peek().every(({ reading: { digit } }) => digit !== null);
  return ({ status }) => (answer === null ? status.readsNumber(text, sure) : status.readsSum(text, answer));
}

/** Says the answer aloud once the pen rests. */
export function announceSoon(): void {
  clearTimeout(announcement);
  announcement = setTimeout(() => {
    if (reading.value.empty || penDown.value || phase.value !== "ready") return;
    say(allInWords());
    rested.value = sheet.gestures;
  }, PAUSE);
}

/** Says nothing of the drawing, since something else is being said. */
export function announceNot(): void {
  clearTimeout(announcement);
}

/** Milliseconds from the start of one reading to the next. */
const BETWEEN_READINGS = 4;

/** The part of the engine that reads numbers has come; until then the pad is read as one digit. */
let numbers: "unasked" | "coming" | "there" = "unasked";

async function fetchNumbers(now: Drawing): Promise<void> {
  numbers = "coming";
  const { ok } = await engine.readNumber(now, null);
  numbers = ok ? "there" : "unasked";
  if (ok) ask();
}

const latest = latestWins(
  async () => {
    const gestures = sheet.gestures;
    const now = sheet.drawing();
    const maybe = now.ends.length > 1 && !oneDigit.peek();
    if (maybe && numbers === "unasked") {
      void fetchNumbers(now);
    }
    const result = maybe && numbers === "there" ? await engine.readNumber(now, null) : await engine.read(now);
    // Cleared while it was being read: the answer is to a question nobody asks any more.
    if (sheet.empty) return;
    if (!result.ok) return complain(result.error);
    const { value } = result;
    batch(() => {
      if ("parts" in value) {
        several.value = value.parts.length > 1 || value.signs.length > 0 ? { of: gestures, ...value } : null;
        reading.value = value.parts[Math.max(0, chosen.peek())]?.reading ?? NOTHING;
      } else {
        several.value = null;
        reading.value = value;
      }
      unread.value = false;
    });
  },
  // Not once a frame: an answer that is asked for at once is there for the coming frame. A mouse that tells a thousand
  // places a second is still answered only so often.
  BETWEEN_READINGS,
);

/** Drawings that have been taught, or are being taught: the pen does not write over them. */
export const taught = new WeakSet<readonly Gesture[]>();

/** Gestures that Trazo drew itself, as something to try: they are nobody's hand. */
export const borrowed = new WeakSet<Gesture>();

/** The drawing that was last cleared, or that another one took the place of: its digits. */
export const left = signal<{ gestures: readonly Gesture[]; drawings: readonly Drawing[] } | null>(null);

/** Call it before the drawing that is there goes. */
export function leave(): void {
  if (sheet.empty) return;
  const of = several.peek()?.of === sheet.gestures ? parts.peek() : EMPTY;
  left.value = { gestures: sheet.gestures, drawings: of.length > 0 ? of.map(({ drawing: each }) => each) : [sheet.drawing()] };
}

/**
 * A new gesture on the sheet. On one that has been taught the pen begins the next drawing: then it returns true, and the old
 * drawing has to go from the canvas.
 */
export function put(gesture: Gesture): boolean {
  const next = taught.has(sheet.gestures);
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
  void oneDigit.value;
  if (phase.value === "ready") ask();
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
    if (sheet.empty) {
      reading.value = NOTHING;
      several.value = null;
      unread.value = false;
    } else unread.value = phase.value !== "ready";
  });
  announceSoon();
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
  leave();
  sheet.clear();
  drawn();
  say((words) => words.status.cleared);
}
