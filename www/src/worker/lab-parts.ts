/**
 * One worker's share of a run that one or two workers hold.
 *
 * The work of a run comes in parts, and each batch (or look) is the sum of its parts in their order. Of two workers the first
 * computes those with even numbers and the second the odd ones; each sends what it computed to the other, and both take all of
 * them, so that both have the same weights after each step, bit for bit those that one worker alone has.
 *
 * The second is eager: it computes its parts of a batch as soon as it has made the step before. The first leads: a batch ends
 * with its parts only, so that where it rests both rest, and what changes the run is said between two batches.
 */
import type { LabRun } from "../../../crates/web/pkg/simd/trazo_web.js";

/** What this needs of a run. */
export type Shared = Pick<LabRun, "parts" | "taken" | "advance" | "compute" | "takeOwn" | "take" | "setRate">;

/** `Work.Part` and so on of the engine, whose module is not loaded yet where this is. */
export const PART = 0;
export const STEP = 1;
export const LOOK = 2;
export const OVER = 3;

/** What a unit of work came to: an event of the engine, or that there is nothing to do until the other worker's part is there. */
export type Unit = 0 | 1 | 2 | 3 | "waits";

export class Parts {
  readonly #run: Shared;
  readonly #first: 0 | 1;
  /** Null where there is one worker. */
  #send: ((part: Float32Array) => void) | null;
  /** What the other worker computed and this one has not taken, and rates that it changed to, in order. */
  #theirs: (Float32Array | number)[] = [];
  /** The next part that this worker is to compute. */
  #next: number;

  constructor(run: Shared, first: 0 | 1, send: ((part: Float32Array) => void) | null) {
    this.#run = run;
    this.#first = first;
    this.#send = send;
    this.#next = first;
  }

  /** Nothing of the present batch has been said to the other worker yet. */
  get between(): boolean {
    return this.#run.taken === 0 && this.#next === this.#first;
  }

  /** A part, or a rate that holds from the next step on. */
  receive(said: Float32Array | number): void {
    this.#theirs.push(said);
  }

  /** The other worker is gone: the rest is this one's. */
  alone(): void {
    this.#send = null;
    this.#theirs = [];
  }

  /** Computes one part, or takes one. */
  work(): Unit {
    const run = this.#run;
    if (run.parts === 0) return OVER;
    while (run.taken === 0 && typeof this.#theirs[0] === "number") run.setRate(this.#theirs.shift() as number);
    let event: Unit | undefined;
    if (!this.#send) {
      event = run.takeOwn() ?? run.advance();
    } else if (this.#next < run.parts) {
      const part = run.compute(this.#next);
      this.#next += 2;
      this.#send(part);
      return PART;
    } else if (run.taken % 2 === this.#first) {
      event = run.takeOwn() ?? run.advance();
    } else {
      const part = this.#theirs.shift();
      if (part === undefined) return "waits";
      event = run.take(part as Float32Array);
    }
    if (event !== PART) this.#next = this.#first;
    return event;
  }
}
