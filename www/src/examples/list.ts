/** All examples, fetched piece by piece and kept until something changes; the choice of which to show. */
import { computed, effect, signal } from "@preact/signals";
import { place } from "../router";
import { DIGITS } from "../i18n/labels";
import { complain, engine, exampleCount, phase, revision, symbols, training } from "../state/engine";
import type { Example } from "../worker/protocol";

/** Examples asked for at once: few enough to answer within a frame, many enough for ten thousand to come in seconds. */
const PIECE = 250;
/** Drawings on a page. */
export const PAGE = 60;

export const all = signal<readonly Example[]>([]);
export const total = signal(0);
export const loading = signal(false);

let round = 0;

/** Fetches everything anew. A later call makes an earlier one give up. */
async function fetchAll(): Promise<void> {
  round += 1;
  const mine = round;
  const found: Example[] = [];
  loading.value = true;
  for (;;) {
    // One after the other on purpose: the engine answers drawings in between.
    const result = await engine.examples(found.length, PIECE);
    if (mine !== round) return;
    if (!result.ok) {
      complain(result.error);
      break;
    }
    found.push(...result.value.examples);
    total.value = result.value.total;
    if (result.value.examples.length === 0 || found.length >= result.value.total) break;
    // The first page is shown at once; a list that was whole already is replaced when the new one is whole.
    if (all.value.length < found.length) all.value = found.slice();
  }
  all.value = found;
  total.value = found.length;
  loading.value = false;
}

/** Keeps the list fresh while the screen is open. */
export function follow(): () => void {
  const stop = effect(() => {
    void revision.value;
    void exampleCount.value;
    if (phase.value !== "ready") return;
    // While it trains every answer may change several times a second: look when it is over.
    if (training.value?.state === "running" && all.peek().length > 0) return;
    void fetchAll();
  });
  return () => {
    round += 1;
    loading.value = false;
    stop();
  };
}

export interface Filter {
  /** A digit, or the label of a symbol. */
  digit: number | null;
  wrong: boolean;
  /** What it is read as: a digit, null for «not sure», or undefined where that does not matter. */
  answer?: number | null | undefined;
}

const digitOf = (text: string | null): number | null => (text && /^[0-9]{1,3}$/.test(text) ? Number(text) : null);


export const filter = computed<Filter>(() => {
  const { query } = place.value;
  const answer = query.get("read");
  return {
    digit: digitOf(query.get("digit")),
    wrong: query.has("wrong"),
    answer: answer === "unsure" ? null : (digitOf(answer) ?? undefined),
  };
});

export function isWrong(example: Example): boolean {
  return example.answer !== example.label;
}

/** The digits, and the symbols of the person’s own. */
export const classes = computed(() => [...Array.from({ length: DIGITS }, (_, digit) => digit), ...symbols.value.map(({ label }) => label)]);

export const counts = computed(() => {
  const byDigit = new Map<number, number>(classes.value.map((label) => [label, 0]));
  let wrong = 0;
  for (const example of all.value) {
    byDigit.set(example.label, (byDigit.get(example.label) ?? 0) + 1);
    if (isWrong(example)) wrong += 1;
  }
  return { byDigit, wrong };
});

/** The choice as it stands in the address, so that it can be linked to and the back button undoes it. */
export function queryOf({ digit, wrong, answer }: Filter, to = 1): Record<string, string> {
  return {
    ...(digit === null ? {} : { digit: String(digit) }),
    ...(wrong ? { wrong: "1" } : {}),
    ...(answer === undefined ? {} : { read: answer === null ? "unsure" : String(answer) }),
    ...(to > 1 ? { page: String(to) } : {}),
  };
}

/** What the choice leaves, newest first. */
export const chosen = computed(() => {
  const { digit, wrong, answer } = filter.value;
  return all.value
    .filter((example) => digit === null || example.label === digit)
    .filter((example) => (!wrong || isWrong(example)) && (answer === undefined || example.answer === answer))
    .sort((a, b) => b.taughtAt - a.taughtAt || b.id - a.id);
});

export const pages = computed(() => Math.max(1, Math.ceil(chosen.value.length / PAGE)));

export const page = computed(() => {
  const wanted = Number(place.value.query.get("page") ?? 1);
  return Math.min(pages.value, Math.max(1, Number.isInteger(wanted) ? wanted : 1));
});
