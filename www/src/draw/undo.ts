/** One way back, the last thing first: strokes, lessons and whatever else was done to the network. */
import { computed, effect, signal } from "@preact/signals";
import type { Step } from "../drawing/strokes";
import { phase, snapshot, undoLatest } from "../state/engine";
import { say } from "../state/status";
import type { ModelId, Snapshot } from "../worker/protocol";
import { forget, inTurn, waiting, type Said } from "./lessons";
import { announceNot, drawing, drawn, pen, sheet } from "./store";

/** What can be done to the network and taken back. */
export type Change = NonNullable<Snapshot["undo"]>;
type Undoable = Step | Change;

interface Made {
  /** How many the sheet had then: what was drawn since is in the way. */
  steps: number;
  /** Null where it was no lesson. */
  said: Said | null;
}

/** The latest last. */
const changes = signal<readonly Made[]>([]);
const made = (said: Said | null): Made => ({ steps: sheet.steps, said });
const latest = computed<Change | null>(() => (waiting.value.length > 0 ? "lesson" : (snapshot.value?.undo ?? null)));

/** What undo takes back now, if there is anything. */
export const undoable = computed<Undoable | null>(() => {
  void drawing.value;
  const change = changes.value.at(-1);
  if (latest.value && change && sheet.steps <= change.steps) return latest.value;
  return sheet.undoable ?? latest.value;
});

/** The network to which the latest change was made, where another one reads by now. A lesson under way is the reader's. */
export const elsewhere = computed<ModelId | null>(() => {
  const now = snapshot.value;
  return !now || waiting.value.length > 0 || now.undoModel === now.model.id ? null : now.undoModel;
});

export function undo(): void {
  pen.lift();
  const what = undoable.value;
  if (!what) return;
  if (!isStep(what)) {
    void takeBack();
    return;
  }
  sheet.undo();
  drawn();
  say((words) => words.undo.done[what]);
}

export function isStep(what: Undoable): what is Step {
  return ["stroke", "erasing", "clearing", "example"].includes(what);
}

let takingBack = false;

/** Takes the latest change to the network back, however much has been drawn since. */
export async function takeBack(): Promise<void> {
  if (!latest.peek()) return;
  const change = changes.value.at(-1);
  changes.value = changes.value.slice(0, -1);
  await inTurn(async () => {
    takingBack = true;
    // What is said of it is not to be followed by the answer to a stroke that was undone just before.
    announceNot();
    await undoLatest();
    takingBack = false;
    forget(change?.said?.gestures);
  });
}

// A lesson counts from the tap on, unless it is refused.
let heard: readonly Said[] = [];
effect(() => {
  const fresh = waiting.value.filter((said) => !heard.includes(said));
  heard = waiting.value;
  changes.value = [...changes.peek().filter(({ said }) => !said?.refused), ...fresh.map(made)];
});

let before: Change | null = null;
effect(() => {
  const now = snapshot.value?.undo ?? null;
  if (now !== before && now !== null && now !== "lesson" && !takingBack) {
    changes.value = [...changes.peek(), made(null)];
  }
  before = now;
});

// The engine begins anew without a way back.
effect(() => {
  if (phase.value !== "ready") changes.value = [];
});
