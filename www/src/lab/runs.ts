/**
 * What is on the bench: one run, or two, A and B, on the same digits from the same seeds. Two go in step: the one that is ahead
 * waits, so that both have seen the same digits whenever they rest, and never differ by more than a fraction of a second's work.
 */
import { batch, computed, signal } from "@preact/signals";
import { say } from "../state/status";
import type { LabSetup } from "../worker/lab-protocol";
import { sameSetup } from "./link";
import type { Name, Run } from "./run";
import { chance } from "./setup";
import { words } from "./words";

/** A stride of both is to take so long, in milliseconds: short enough to be seen together, long enough to cost nothing. */
const STRIDE = { least: 100, most: 400 };
const NAMES = ["A", "B"] as const;

export class Runs {
  /** One, or A and B. */
  readonly all;
  /** The one that is looked at and changed. */
  readonly chosen = signal<Name>("A");
  readonly run = computed(() => this.all.value[NAMES.indexOf(this.chosen.value)] ?? this.first);
  readonly pair = computed(() => this.all.value.length > 1);
  /** Two are on their way. */
  readonly #striding = signal(false);
  /** Another stride is wanted. */
  #on = false;
  readonly going = computed(() => this.all.value.some(({ going }) => going.value));
  readonly stale = computed(() => this.all.value.some(({ stale }) => stale.value));
  readonly loading = computed(() => this.all.value.map(({ loading }) => loading.value).find((each) => each !== null) ?? null);
  /** Of two the one that has most to come. */
  readonly state = computed(() => {
    if (this.#striding.value) return "running";
    const states = new Set(this.all.value.map(({ state }) => state.value));
    return (["running", "paused", "ready", "failed"] as const).find((each) => states.has(each)) ?? (states.has(null) ? null : "over");
  });
  readonly #make: () => Run;

  constructor(make: () => Run) {
    this.#make = make;
    this.all = signal<readonly Run[]>([make()]);
  }

  get first(): Run {
    return this.all.peek()[0] as Run;
  }

  /** Start, pause, go on: what the large button does. */
  async play(): Promise<void> {
    if (!this.pair.peek()) return this.first.play();
    if (this.loading.peek() !== null) return;
    if (this.#striding.peek()) {
      this.#on = false;
      await Promise.all(this.all.peek().map((run) => run.rest()));
      return;
    }
    const runs = this.all.peek();
    const done = (run: Run): boolean => run.state.peek() === "over" && !run.stale.peek();
    // One that is over stays as it is, and the other comes up to it. Where both are, both begin again.
    if (!(await this.#ready(runs.every(done) ? runs : runs.filter((run) => !run.stands.peek() && !done(run))))) return;
    say(() => words.value.said.running);
    await this.#stride(Number.POSITIVE_INFINITY);
  }

  async step(unit: "batch" | "epoch"): Promise<void> {
    if (!this.pair.peek()) return this.first.step(unit);
    if (this.loading.peek() !== null || this.#striding.peek()) return;
    const runs = this.all.peek();
    if (!(await this.#ready(runs.filter((run) => !run.stands.peek() && run.state.peek() !== "over")))) return;
    const next = (run: Run): number => {
      const [size, seen, batches] = [batchOf(run), seenBy(run), run.made.peek()?.ready.batches ?? 1];
      return unit === "batch" ? seen + size : (Math.floor(seen / (size * batches)) + 1) * size * batches;
    };
    await this.#stride(Math.max(...runs.filter(({ stands }) => stands.peek()).map(next)));
  }

  async stop(): Promise<void> {
    this.#on = false;
    await Promise.all(this.all.peek().map((run) => run.stop()));
  }

  /** The same setups from other weights, in another order. */
  async fresh(): Promise<void> {
    const seeds = { weights: chance(), order: chance() };
    for (const run of this.all.peek()) run.setup.value = { ...run.setup.peek(), seeds };
    await this.play();
  }

  async setPace(perSecond: number | null): Promise<void> {
    await Promise.all(this.all.peek().map((run) => run.setPace(perSecond)));
  }

  /** A hand changes the chosen one. What both share, digits and seeds, changes in both. */
  change(by: (setup: LabSetup) => LabSetup): void {
    const run = this.run.peek();
    const next = by(run.setup.peek());
    const { source, seed, validation, test } = next.data;
    batch(() => {
      for (const other of this.all.peek()) {
        if (other === run) other.setup.value = next;
        else other.setup.value = { ...other.setup.peek(), data: { ...other.setup.peek().data, source, seed, validation, test }, seeds: next.seeds };
      }
    });
  }

  /** A copy is put beside it, which is the one to change. */
  compare(): void {
    const { first } = this;
    const copy = this.#make();
    copy.setup.value = first.setup.peek();
    copy.shapes.value = first.shapes.peek();
    copy.sources.value = first.sources.peek();
    copy.pace.value = first.pace.peek();
    this.#take([first, copy], "B");
  }

  /** The chosen one alone goes on. */
  alone(): void {
    this.#take([this.run.peek()], "A");
  }

  /** These setups, by a link. A run that is there already stays, with what it has come to. */
  async arrange(setups: readonly LabSetup[]): Promise<void> {
    const [only] = setups;
    if (setups.length === 1 && !this.pair.peek() && only) return this.first.replace(only);
    const left = [...this.all.peek()];
    const known = setups.map((setup) => {
      const at = left.findIndex((run) => sameSetup(run.setup.peek(), setup));
      return at < 0 ? undefined : left.splice(at, 1)[0];
    });
    const runs = setups.map((setup, i) => known[i] ?? this.#other(left.shift() ?? this.#make(), setup));
    this.#take(runs, runs.length > 1 ? "B" : "A");
  }

  #other(run: Run, setup: LabSetup): Run {
    void run.stop();
    run.forget();
    run.setup.value = setup;
    return run;
  }

  #take(runs: readonly Run[], chosen: Name): void {
    const before = this.all.peek();
    batch(() => {
      this.#on = false;
      this.#striding.value = false;
      for (const [i, run] of runs.entries()) {
        run.name.value = runs.length > 1 ? (NAMES[i] ?? null) : null;
        run.inStep.value = false;
        // Two runs have a worker each.
        run.workers = runs.length > 1 ? 1 : undefined;
      }
      this.all.value = runs;
      this.chosen.value = chosen;
    });
    for (const run of before) if (!runs.includes(run)) run.close();
  }

  async #ready(runs: readonly Run[]): Promise<boolean> {
    for (const run of runs) if (!(await run.make())) return false;
    return true;
  }

  /** All that can go on until so many digits: in strides, each made by all before the next one. */
  async #stride(until: number): Promise<void> {
    const runs = this.all.peek();
    const able = (): readonly Run[] => (this.all.peek() === runs ? runs.filter(({ stands }) => stands.peek()) : []);
    batch(() => {
      this.#on = true;
      this.#striding.value = true;
      for (const run of runs) run.inStep.value = true;
    });
    const batchSize = Math.max(...runs.map(batchOf));
    let length = batchSize;
    while (this.#on) {
      const on = able();
      const from = Math.min(...on.map(seenBy));
      if (on.length === 0 || from >= until || runs.some(({ state }) => state.peek() === "failed")) break;
      const began = performance.now();
      await Promise.all(on.map((run) => run.advance(Math.min(until, from + length))));
      const took = performance.now() - began;
      if (took < STRIDE.least) length *= 2;
      else if (took > STRIDE.most) length = Math.max(batchSize, Math.floor(length / 2));
    }
    // Held in the middle of a stride: who is behind comes up.
    const most = Math.max(...able().map(seenBy));
    await Promise.all(able().filter((run) => seenBy(run) < most).map((run) => run.advance(most)));
    if (this.all.peek() !== runs) return;
    batch(() => {
      this.#striding.value = false;
      for (const run of runs) run.inStep.value = false;
    });
    if (this.state.peek() === "paused") say(() => words.value.said.paused);
    await Promise.all(able().flatMap((run) => [run.refresh(), run.keepNow()]));
  }
}

const batchOf = (run: Run): number => (run.made.peek()?.setup ?? run.setup.peek()).batch;
const seenBy = (run: Run): number => run.progress.peek()?.seen ?? 0;
