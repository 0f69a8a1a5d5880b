/** The engine as the page sees it: one connection, and signals for what it last said. */
import { batch, computed, effect, signal } from "@preact/signals";
import { sentence } from "../i18n";
import { names } from "../i18n/labels";
import { connect } from "../worker/bridge";
import type { EngineError, Experiment, Result, Snapshot, StorageState, TakenIn, TrainProgress } from "../worker/protocol";
import { say } from "./status";

type Phase = "loading" | "ready" | "failed";

export const phase = signal<Phase>("loading");
export const failure = signal<EngineError | null>(null);
export const snapshot = signal<Snapshot | null>(null);
export const training = signal<TrainProgress | null>(null);
/** The two ways of learning side by side, as it was last told. */
export const experiment = signal<Experiment | null>(null);
/** How far memory has come with many drawings that it takes in; null where it does not. */
export const takingIn = signal<TakenIn | null>(null);
/** Grows with everything that may change an answer: weights, model, settings. The pad and the examples read again. */
export const revision = signal(0);
/** The latest change that was taken back: another object each time. */
export const undone = signal<{ kind: NonNullable<Snapshot["undo"]> } | null>(null);
/** The note about a damaged save is shown until it has been read. */
export const recoveredSeen = signal(false);

export const storage = computed<StorageState>(() => snapshot.value?.storage ?? { state: "fresh" });
export const exampleCount = computed(() => snapshot.value?.exampleCount ?? 0);
/** False where the outputs of the network that reads are no chances but scores. */
export const givesChances = computed(() => snapshot.value?.model.chances ?? true);
/** The classes of the person’s own. */
export const symbols = computed(() => snapshot.value?.symbols ?? []);
export const modelName = computed(() => snapshot.value?.model.name ?? "");

effect(() => {
  names.value = new Map(symbols.value.map(({ label, name }) => [label, name]));
});

export const engine = connect((event) => {
  switch (event.event) {
    case "snapshot":
      take(event.snapshot);
      break;
    case "storage":
      if (snapshot.value) {
        snapshot.value = { ...snapshot.value, storage: event.storage, persisted: event.persisted };
      }
      break;
    case "training":
      training.value = event.progress;
      revision.value += 1;
      break;
    case "experiment":
      experiment.value = event.experiment;
      break;
    case "taken-in":
      takingIn.value = event.takenIn.known < event.takenIn.total ? event.takenIn : null;
      break;
    case "failed":
      complain(event.error);
      break;
  }
});

export function take(next: Snapshot): void {
  batch(() => {
    // Figures of a training that is over hold for the network it left, until something else is done to that.
    const over = training.value?.state === "finished" || training.value?.state === "stopped";
    if (over && (next.undo !== "training" || next.model.id !== snapshot.value?.model.id)) training.value = null;
    snapshot.value = next;
    revision.value += 1;
  });
}

/** Starts the engine, or starts it again after a failure. */
export async function start(): Promise<void> {
  const root = document.documentElement;
  batch(() => {
    phase.value = "loading";
    failure.value = null;
  });
  root.dataset["engine"] = "loading";
  const result = await engine.start();
  if (result.ok) {
    root.dataset["build"] = result.value.build;
    take(result.value);
    phase.value = "ready";
  } else {
    failure.value = result.error;
    phase.value = "failed";
    say((words) => words.failed.title);
  }
  // Last: whoever waits for it finds everything else in place.
  root.dataset["engine"] = phase.value;
}

/** Is it under way, paused or not? */
export function isGoing(now: Experiment | null): boolean {
  return now?.state === "running" || now?.state === "paused";
}

/** Takes a changed snapshot, or says why there is none. True where it worked. */
export function settle(result: Result<Snapshot>): boolean {
  if (result.ok) take(result.value);
  else complain(result.error);
  return result.ok;
}

/** Says a failure in the status line; one that ended the engine opens the screen for it. */
export function complain(error: EngineError): void {
  if (error.code === "worker-failed" || error.code === "worker-missing") {
    batch(() => {
      failure.value = error;
      phase.value = "failed";
      // They went with the engine: training as if it had not been, of the experiment what was measured stays.
      training.value = null;
      takingIn.value = null;
      const now = experiment.value;
      if (now && isGoing(now)) experiment.value = { ...now, state: "failed" };
    });
    document.documentElement.dataset["engine"] = "failed";
  }
  say((words) => sentence(words, error));
}

export async function undoLatest(): Promise<void> {
  const kind = snapshot.value?.undo;
  if (!kind) return;
  if (!settle(await engine.undo())) return;
  undone.value = { kind };
  say((words) => words.undo.done[kind]);
}
