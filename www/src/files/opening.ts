/** Files in: one or many, each with what came of it. Nothing leaves the machine: what is opened is read here. */
import { batch, effect, signal } from "@preact/signals";
import { sentence, type Dictionary } from "../i18n";
import { engine, phase, revision, snapshot, undone } from "../state/engine";
import { say } from "../state/status";
import { until } from "../state/until";
import type { EngineError, FileOutcome } from "../worker/protocol";
import type { Found } from "./dropped";

/** A file, by the path within the folder that was dropped, and what came of it. `file` is null where it could not be read. */
export interface Opened {
  path: string;
  file: File | null;
  outcome: FileOutcome;
}

/** What came of the latest files, in their order, until it is put away; more may come while `opening`. */
export const opened = signal<readonly Opened[] | null>(null);
export const opening = signal(false);
/** How many of the latest files were too many to be looked at. */
export const further = signal(0);
/** Opened in one go. More is a folder that was dropped by mistake. */
const MOST = 500;
/** Given to the engine at once: some belong together, such as pictures and their labels, and their names are neighbours. */
const TOGETHER = 16;

const waiting: Found[] = [];

// What came of files holds no longer once one of them has been taken back.
effect(() => {
  if (undone.value?.kind === "upload") opened.value = null;
});

/** Opens what was dropped or chosen. Files that come while others are being opened are opened after those. */
export async function openFiles(found: readonly Found[]): Promise<void> {
  const room = Math.max(0, MOST - waiting.length);
  waiting.push(...found.slice(0, room));
  batch(() => {
    further.value = (opening.peek() ? further.peek() : 0) + Math.max(0, found.length - room);
    if (!opening.peek()) opened.value = null;
  });
  if (opening.peek() || waiting.length === 0) return;
  opening.value = true;
  if (phase.peek() === "loading") say((words) => words.files.waiting);
  await until(phase, (now) => now !== "loading");
  const done: Opened[] = [];
  while (waiting.length > 0) {
    const at = done.length + 1;
    const of = done.length + waiting.length;
    say(({ files }) => (of === 1 ? files.opening : files.progress(at, of)));
    done.push(...(await openSome(waiting.splice(0, TOGETHER))));
    opened.value = done.slice();
  }
  opening.value = false;
  say((words) => told(done, words));
}

/** Opens a file that left something open, now that the person has said what it is. */
export async function answer(which: Opened, about: string, choice: string): Promise<void> {
  // What belongs to it must come along.
  const parts = (opened.peek() ?? []).filter(({ outcome }) => outcome.kind === "part");
  const found = [which, ...parts].flatMap(({ path, file }) => (file ? [{ path, file }] : []));
  const [again] = await openSome(found, { [about]: choice });
  if (!again) return;
  opened.value = opened.peek()?.map((each) => (each === which ? again : each)) ?? null;
  say((words) => cameOf(again, words));
}

type Read = { path: string; file: File; bytes: Uint8Array } | { path: string; error: EngineError };

async function openSome(found: readonly Found[], answers: Record<string, string> = {}): Promise<Opened[]> {
  const files = await Promise.all(found.map(read));
  const given = files.flatMap((each) => ("bytes" in each ? [{ name: each.path, bytes: each.bytes }] : []));
  const result = given.length > 0 ? await engine.openFiles(given, answers) : ({ ok: true, value: [] } as const);
  if (result.ok && result.value.some(({ kind }) => kind !== null)) revision.value += 1;
  const outcomes = result.ok ? result.value.values() : null;
  return files.map((each) => {
    if (!("bytes" in each)) return { path: each.path, file: null, outcome: refusal(each.path, each.error) };
    const { path, file } = each;
    return { path, file, outcome: outcomes?.next().value ?? refusal(path, result.ok ? NOTHING : result.error) };
  });
}

const NOTHING: EngineError = { code: "general", message: "The engine said nothing of this file." };

async function read(found: Found): Promise<Read> {
  const { path } = found;
  const fault = (code: string, message: string): Read => ({ path, error: { code, message } });
  if (!("file" in found)) return fault(found.error, `${path}: ${found.error}`);
  const { file } = found;
  // Refused by its size alone: two gigabytes must not be read to find out that they are not ours.
  if (file.size > (snapshot.peek()?.uploadLimit ?? Infinity)) return fault("too-large", `${path} has ${file.size} bytes`);
  try {
    return { path, file, bytes: new Uint8Array(await file.arrayBuffer()) };
  } catch (error) {
    return fault("unreadable", `${path} could not be read: ${String(error)}`);
  }
}

function refusal(name: string, error: EngineError): FileOutcome {
  return {
    name, error: { ...error, about: error.about ?? null }, kind: null, model: null, examplesAdded: 0, examplesKnown: 0, skipped: [], passedOver: 0, counted: "lines",
    assumed: [], question: null,
  };
}

/** What came of them, in a sentence. */
export function told(done: readonly Opened[], words: Dictionary): string {
  const [only] = done;
  if (only && done.length === 1) return cameOf(only, words);
  const taken = done.filter(({ outcome }) => outcome.kind !== null).length;
  return words.files.summary(taken, done.length - taken);
}

export function cameOf({ outcome }: Opened, words: Dictionary): string {
  const { kind, error, question, model, examplesAdded, examplesKnown } = outcome;
  const { files } = words;
  if (error) return `${files.refused} ${sentence(words, error)}`;
  if (question) return `${files.asks} ${files.questions[question.about]}`;
  switch (kind) {
    case "model":
      return files.opened.model(model ? words.model.names[model] : "");
    case "pesos":
      return files.opened.pesos;
    case "project":
      return files.opened.project(examplesAdded);
    case "examples":
      return files.opened.examples(examplesAdded, examplesKnown);
    case "part":
      return files.opened.part;
    case null:
      return files.refused;
  }
}
