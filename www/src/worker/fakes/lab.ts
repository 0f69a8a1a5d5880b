/** An engine of the Lab whose weights are a number that tells what was done to it in which order; for tests. */
import type { LabRun } from "../../../../crates/web/pkg/simd/trazo_web.js";
import type { LabEngine } from "../lab-desk";
import type { LabSetup } from "../lab-protocol";

const [PART, STEP, LOOK, OVER] = [0, 1, 2, 3] as const;

/** Parts of a batch and of a look, batches of an epoch, epochs. */
export interface FakeShape {
  parts: number;
  lookParts: number;
  batches: number;
  epochs: number;
}
export const SHAPE: FakeShape = { parts: 4, lookParts: 3, batches: 5, epochs: 2 };

export class FakeRun {
  weights = 1;
  rate = 1;
  step = 0;
  taken = 0;
  looking = true;
  looked = 0;
  seconds = 0;
  freed = false;
  /** It fails at this step. */
  divergesAt = Number.POSITIVE_INFINITY;
  /** What it goes back to: the state behind its best look. */
  best: { weights: number; step: number; looked: number } | null = null;
  #over = false;
  #own = new Map<number, Float32Array>();

  constructor(readonly shape: FakeShape = SHAPE) {}

  get parts(): number {
    if (this.#over) return 0;
    return this.looking ? this.shape.lookParts : this.shape.parts;
  }
  counts(): number[] {
    const { batches, epochs } = this.shape;
    return [batches * 10, 30, 20, batches, batches * epochs];
  }
  compute(index: number): Float32Array {
    if (index < this.taken || index >= this.parts || this.#own.has(index)) throw new Error(`part ${index} is not to be computed`);
    const part = Float32Array.of(this.step, Number(this.looking), index);
    this.#own.set(index, part);
    return part.slice();
  }
  takeOwn(): 0 | 1 | 2 | 3 | undefined {
    const own = this.#own.get(this.taken);
    if (!own) return undefined;
    this.#own.delete(this.taken);
    return this.take(own);
  }
  take(part: Float32Array): 0 | 1 | 2 | 3 {
    const next = [this.step, Number(this.looking), this.taken];
    if (next.join() !== [...part].join()) throw new Error(`${part.join()} is not the next part, ${next.join()} is`);
    this.weights = (this.weights * 31 + this.taken + 7 * this.step) % 1_000_003;
    this.taken += 1;
    if (this.taken < this.parts) return PART;
    this.taken = 0;
    return this.looking ? this.#endLook() : this.#endBatch();
  }
  advance(): 0 | 1 | 2 | 3 {
    if (this.parts === 0) return OVER;
    return this.take(Float32Array.of(this.step, Number(this.looking), this.taken));
  }
  setRate(rate: number): void {
    this.rate = rate;
  }
  setSeconds(seconds: number): void {
    this.seconds = seconds;
  }
  progress(): object {
    const ending = this.#over ? (this.step >= this.divergesAt ? "diverged" : "finished") : null;
    return { ending, step: this.step, epoch: Math.floor(this.step / this.shape.batches), seen: this.step * 10, opened: 0, losses: [], best: this.best && this.best.step < this.step ? this.best.step : null };
  }
  looks(): object[] {
    return Array.from({ length: this.looked }, (_, step) => ({ step }));
  }
  health(): object {
    return { step: this.step };
  }
  readAt(): number | undefined {
    return this.step;
  }
  goBack(): void {
    if (!this.best) throw new Error("there is no best look");
    ({ weights: this.weights, step: this.step, looked: this.looked } = this.best);
    this.taken = 0;
    this.looking = false;
    this.#over = false;
    this.#own.clear();
  }
  film(): number[] {
    return [0];
  }
  checkpoint(): Uint8Array {
    return Uint8Array.of(this.step);
  }
  free(): void {
    this.freed = true;
  }
  get real(): LabRun {
    return this as unknown as LabRun;
  }

  #endLook(): 2 {
    this.looking = false;
    this.looked += 1;
    // The second look of the run is its best.
    if (this.looked === 2) this.best = { weights: this.weights, step: this.step, looked: this.looked };
    if (this.step === this.shape.batches * this.shape.epochs) this.#over = true;
    return LOOK;
  }
  #endBatch(): 1 | 3 {
    this.weights = (this.weights * (1 + this.rate)) % 1_000_003;
    if (this.step + 1 >= this.divergesAt) {
      this.step += 1;
      this.#over = true;
      return OVER;
    }
    this.step += 1;
    this.looking = this.step % this.shape.batches === 0;
    return STEP;
  }
}

/** An engine that remembers the runs it made. */
export function fakeEngine(prepare: (run: FakeRun) => void = () => {}): { engine: LabEngine; runs: FakeRun[] } {
  const runs: FakeRun[] = [];
  class LabRun extends FakeRun {
    constructor() {
      super();
      prepare(this);
      runs.push(this);
    }
  }
  class LabWriting {
    #done = 0;
    advance(): number {
      this.#done += 0.5;
      return this.#done;
    }
    finish(): Uint8Array {
      return Uint8Array.of(1, 2, 3);
    }
  }
  const labShapes = (setup: string): object => ({ fault: setup.includes("wrong") ? { code: "lab-kernel", message: "It is even.", row: 1 } : null });
  return { engine: { LabRun, LabWriting, labShapes } as unknown as LabEngine, runs };
}

export const setup = { v: 1, data: { source: "synthetic", train: 50, validation: 30, test: 20, seed: 1 }, batch: 10, epochs: 2 } as LabSetup;
