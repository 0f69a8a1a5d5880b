/**
 * What Inside knows: all numbers of the drawing on the pad, and the sum of the one that is chosen. Both are asked for anew at
 * each move of the pen, and whenever the network has changed.
 */
import { batch, computed, effect, signal } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";
import { parts, sheetVersion, subject } from "../draw/store";
import { latestWins } from "../draw/loop";
import { complain, engine, phase, revision, snapshot } from "../state/engine";
import { guest, GUEST } from "../state/guest";
import { insideOf, type InsideCut, type InsideGroup, type InsideSum, type InsideTrace } from "../worker/inside";
import type { Drawing } from "../worker/protocol";
import { ANSWER, asked, fromQuery, toAddress, toQuery, view, type Spot } from "./place";

/** The network that is looked into where it is not the engine's. */
export const visitor = computed(() => (asked.value.get("model") === GUEST ? guest.value : null));

export const inside = insideOf({
  inside: async (what, drawing, numbers) => {
    const other = visitor.peek();
    if (!other) return engine.inside(what, drawing, numbers);
    const told = await other.inside(what, drawing, numbers);
    if (!told.ok && guest.peek() === null) return engine.inside(what, drawing, numbers);
    // Of what it says only this names it.
    return told.ok && what === "trace" ? { ok: true, value: { ...(told.value as InsideTrace), model: GUEST } } : told;
  },
});

/** What is looked at: the drawing on the pad, or the picture that the other network came with, as a drawing without a stroke. */
export function looked(): Drawing {
  const picture = visitor.peek()?.picture;
  return picture ? { points: Float32Array.from(picture.pixels), ends: new Uint32Array() } : subject();
}

export const trace = signal<InsideTrace | null>(null);
export const sum = signal<InsideSum | null>(null);
/** The numbers once the pen rests: for all that is said, and not painted. */
export const calm = signal<InsideTrace | null>(null);
const CALM = 250;

const found = computed(() => (trace.value ? fromQuery(asked.value, trace.value) : { spot: null, missing: null }));
/** The number that is chosen. */
export const spot = computed<Spot | null>(() => found.value.spot);
/** The address names what this network has not. */
export const missing = computed(() => found.value.missing ?? (wrongModel(asked.value.get("model")) ? "model" : null));

function wrongModel(named: string | null): boolean {
  if (named === GUEST) return guest.value === null;
  return named !== null && snapshot.value !== null && !snapshot.value.models.some(({ id }) => id === named);
}

/** The ways by which one has come to the chosen number, it being the last. */
export const trail = signal<readonly Spot[]>([]);

const BETWEEN = 4;

/** What the numbers were last asked about. */
let about: { drawing: Drawing; revision: number; other: unknown } | null = null;
/** It is another since: else a sum that is touched needs no more than itself. */
let stale = true;

const equal = (a: ArrayLike<number>, b: ArrayLike<number>): boolean => a.length === b.length && Array.from(a).every((each, at) => each === b[at]);

const look = latestWins(async () => {
  const drawing = looked();
  const at = spot.peek();
  const all = stale;
  stale = false;
  const [told, added] = await Promise.all([
    all ? inside.trace(drawing) : null,
    at && at.layer !== ANSWER ? inside.explain(drawing, at.layer, at.unit) : null,
  ]);
  batch(() => {
    if (told?.ok) trace.value = told.value;
    else if (told) {
      about = null;
      stale = true;
      complain(told.error);
    }
    const now = spot.peek();
    if (added?.ok && now && now.layer === added.value.layer && now.unit === added.value.unit) sum.value = added.value;
    else if (now?.layer === ANSWER || !now) sum.value = null;
    else if (added && !added.ok) complain(added.error);
    // It was chosen meanwhile, or by an address that only this trace could make out.
    else if (!told || told.ok) look();
  });
}, BETWEEN);

/** Looks for as long as the screen stands. Returns what ends it. */
export function follow(): () => void {
  const stops = [
    effect(() => {
      void sheetVersion.value;
      void parts.value;
      const now = { drawing: looked(), revision: revision.value, other: visitor.value };
      if (phase.value !== "ready") return;
      // It was read once more, and is the same: what was asked about these numbers holds.
      const { points, ends } = about?.drawing ?? {};
      if (points && ends && about?.revision === now.revision && about.other === now.other && equal(points, now.drawing.points) && equal(ends, now.drawing.ends)) return;
      about = now;
      stale = true;
      look();
    }),
    effect(() => {
      const now = spot.value;
      if (now && now.layer !== ANSWER && (sum.peek()?.layer !== now.layer || sum.peek()?.unit !== now.unit) && phase.peek() === "ready") look();
    }),
    effect(() => {
      const now = spot.value;
      const way = trail.peek();
      if (!now) trail.value = [];
      else if (!same(way.at(-1), now)) {
        // By the back button, or by a link from elsewhere.
        const before = way.findLastIndex((each) => same(each, now));
        trail.value = before >= 0 ? [...way.slice(0, before), now] : [now];
      } else trail.value = [...way.slice(0, -1), now];
    }),
  ];
  let resting: ReturnType<typeof setTimeout> | undefined;
  stops.push(
    effect(() => {
      const now = trace.value;
      clearTimeout(resting);
      // Of another shape, what is said would not fit what is seen.
      if (now?.model !== calm.peek()?.model || now?.layers.length !== calm.peek()?.layers.length) calm.value = now;
      else resting = setTimeout(() => (calm.value = now), CALM);
    }),
  );
  return () => {
    clearTimeout(resting);
    for (const stop of stops) stop();
  };
}

const same = (a: Spot | undefined, b: Spot): boolean => a?.layer === b.layer && a?.unit === b.unit;

/** How one goes to a number: on from the one that is chosen (which stays in the trail), to one beside it, or to quite another. */
export type Going = "down" | "beside" | "to";

export function choose(layer: Spot["layer"], unit: number, going: Going, cut: InsideCut["by"] | null = null): void {
  const next: Spot = { layer, unit, cut: going === "beside" ? (cut ?? spot.peek()?.cut ?? null) : cut, path: [] };
  const way = trail.peek();
  trail.value = going === "down" ? [...way, next] : going === "beside" ? [...way.slice(0, -1), next] : [next];
  show(next, going !== "beside");
}

/** The keyboard has chosen: the focus goes on into the sum once that stands. */
export const enterSum = signal(false);

export function useEntry(find: () => HTMLElement | null | undefined): void {
  useLayoutEffect(() => {
    const to = enterSum.value ? find() : null;
    if (!to) return;
    enterSum.value = false;
    to.focus();
  });
}

/** Another group of the same sum. */
export function open(path: readonly number[], cut?: InsideCut["by"]): void {
  const now = spot.peek();
  if (now) show({ ...now, path, cut: cut ?? now.cut }, true);
}

/** One level up: out of the group, or to the number from which one came. */
export function up(): void {
  const now = spot.peek();
  if (!now) return;
  const before = trail.peek().at(-2);
  if (now.path.length > 0) open(now.path.slice(0, -1));
  else if (before) back(trail.peek().length - 2);
  else close();
}

/** To an earlier number of the trail. */
export function back(index: number): void {
  const to = trail.peek()[index];
  if (!to) return;
  trail.value = trail.peek().slice(0, index + 1);
  show(to, true);
}

export function close(): void {
  trail.value = [];
  toAddress({}, true);
}

function show(to: Spot, push: boolean): void {
  const told = trace.peek();
  if (!told) return;
  // A sum stands beside the way through; what wakes a unit is asked of one unit after the other.
  toAddress({ ...toQuery(to, told), ...(view.peek() === "wakes" ? { view: "wakes" } : {}) }, push);
}

/** The way of cutting that stands open, and the groups from the whole sum to the open one. */
export function opened(of: InsideSum, { cut, path }: Pick<Spot, "cut" | "path">): { cut: InsideCut | null; groups: InsideGroup[] } {
  const chosen = of.cuts.find(({ by }) => by === cut) ?? of.cuts[0] ?? null;
  const groups = chosen ? [chosen.top] : [];
  for (const index of path) {
    const next = groups.at(-1)?.groups[index];
    // The drawing has changed, and with it what is large and what is small.
    if (!next) break;
    groups.push(next);
  }
  return { cut: chosen, groups };
}
