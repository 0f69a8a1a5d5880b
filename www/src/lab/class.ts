/**
 * A class: each pupil hands in a file of drawings with a nickname, the teacher drops them all. They stay on this device, and only
 * until the page is closed.
 */
import { computed, signal } from "@preact/signals";
import { engine, exampleCount } from "../state/engine";
import type { Drawing, LabClassFile, LabData } from "../worker/lab-protocol";
import type { EngineError, Result } from "../worker/protocol";
import type { Words } from "./words";

type Digit = Extract<LabData, { source: "examples" }>["digits"][number];

export interface Writer {
  /** Unlike all others. */
  name: string;
  digits: readonly { drawing: Drawing; label: number }[];
  /** Of the file that it came in. */
  digest: string;
}

export const writers = signal<readonly Writer[]>([]);
/** Whether the person's own examples are among them. */
export const mine = signal(true);
export const hasMine = computed(() => mine.value && exampleCount.value > 0);
/** Who is left out of the training, and tested on: a name, or the person (empty); null for no one. */
export const held = signal<string | null>(null);

/** All that decides what `digitsOf` gives: another one is another class. */
export const roster = computed(() => ({ writers: writers.value, mine: mine.value, held: held.value }));

/** Files taken in one go, and writers there can be. More is a folder that was dropped by mistake. */
export const MOST = 60;
/** A pupil's file has some hundred kilobytes. */
const LARGEST = 16_000_000;
const LONGEST_NAME = 40;

/** What there is to say of a file. */
export type Note = (words: Words) => string;

/** Takes what can be taken of the files, and says what could not. */
export async function add(files: readonly File[], read: (bytes: Uint8Array) => Promise<Result<LabClassFile>>): Promise<Note[]> {
  const notes: Note[] = [];
  for (const file of files.slice(0, MOST)) {
    const { name } = file;
    const taken = await digitsIn(file, read);
    if ("error" in taken) {
      notes.push(({ klass }) => `${name}: ${klass.faults[taken.error] ?? klass.faults["lab-class-file"] ?? ""}`);
      continue;
    }
    const { found, digest } = taken;
    const already = writers.peek().find((each) => each.digest === digest);
    if (already) {
      notes.push(({ klass }) => klass.twice(name, already.name));
      continue;
    }
    if (found.oddLabels > 0) notes.push(({ klass }) => klass.oddLabels(name, found.oddLabels));
    if (found.passedOver > 0) notes.push(({ klass }) => klass.passedOver(name, found.passedOver));
    for (const [writer, digits] of byWriter(found, name.replace(/\.[^.]*$/, ""))) {
      if (writers.peek().length >= MOST) {
        notes.push(({ klass }) => klass.most(MOST));
        break;
      }
      const free = unlike(writer);
      if (free !== writer) notes.push(({ klass }) => klass.sameName(writer, free));
      writers.value = [...writers.peek(), { name: free, digits, digest }];
    }
  }
  if (files.length > MOST) notes.push(({ klass }) => klass.most(MOST));
  return notes;
}

export function remove(name: string): void {
  writers.value = writers.peek().filter((each) => each.name !== name);
  if (held.peek() === name) held.value = null;
}

async function digitsIn(file: File, read: (bytes: Uint8Array) => Promise<Result<LabClassFile>>): Promise<{ found: LabClassFile; digest: string } | { error: string }> {
  if (file.size > LARGEST) return { error: "lab-class-file" };
  try {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).join();
    const result = await read(bytes);
    return result.ok ? { found: result.value, digest } : { error: result.error.code };
  } catch {
    return { error: "unreadable" };
  }
}

/** Whoever the file does not name is called as the file is. */
function byWriter({ points, ends, counts, labels, writers: names }: LabClassFile, file: string): Map<string, { drawing: Drawing; label: number }[]> {
  const found = new Map<string, { drawing: Drawing; label: number }[]>();
  let [point, end] = [0, 0];
  for (const [i, label] of labels.entries()) {
    const own = ends.slice(end, end + (counts[i] ?? 0));
    const numbers = 2 * (own.at(-1) ?? 0);
    const drawing = { points: points.slice(point, point + numbers), ends: own };
    end += own.length;
    point += numbers;
    const name = ((names[i] ?? "").trim() || file).slice(0, LONGEST_NAME);
    found.set(name, [...(found.get(name) ?? []), { drawing, label }]);
  }
  return found;
}

/** «Ana 2» where there is an Ana already. */
function unlike(name: string): string {
  const taken = new Set(writers.peek().map((each) => each.name));
  for (let i = 2; ; i += 1) {
    const tried = i === 2 && !taken.has(name) ? name : `${name} ${i}`;
    if (!taken.has(tried)) return tried;
  }
}

/** Examples asked for at once. */
const PIECE = 250;

async function myDigits(): Promise<Result<{ drawing: Drawing; label: number }[]>> {
  const digits: { drawing: Drawing; label: number }[] = [];
  for (let offset = 0, total = 1; offset < total; offset += PIECE) {
    const page = await engine.examples(offset, PIECE);
    if (!page.ok) return page;
    total = page.value.total;
    digits.push(...page.value.examples.flatMap(({ drawing, label }) => (drawing ? [{ drawing, label }] : [])));
    if (page.value.examples.length === 0) break;
  }
  return { ok: true, value: digits };
}

const NOTHING: EngineError = { code: "lab-no-examples", message: "Nothing was taught, and no class file is here." };

/** All digits there are, each with whose it is: 0 is the person, and the writers follow in their order. */
export async function digitsOf(): Promise<Result<LabData>> {
  const own = mine.peek() ? await myDigits() : ({ ok: true, value: [] } as const);
  if (!own.ok) return own;
  const all = [own.value, ...writers.peek().map(({ digits }) => digits)];
  const digits = all.flatMap((each, writer) => each.map((digit): Digit => ({ ...digit, writer })));
  if (digits.length === 0) return { ok: false, error: NOTHING };
  const name = held.peek();
  const out = name === null ? -1 : name === "" ? 0 : 1 + writers.peek().findIndex((each) => each.name === name);
  return { ok: true, value: { source: "examples", digits, held: out >= 0 && name !== null ? [out] : [] } };
}

/** The person's drawings as a file to hand in: as the examples are downloaded, with whose they are. */
export function handIn(lines: Uint8Array, nickname: string): Uint8Array {
  const named = new TextDecoder()
    .decode(lines)
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => JSON.stringify({ ...(JSON.parse(line) as object), writer: nickname }));
  return new TextEncoder().encode(`${named.join("\n")}\n`);
}
