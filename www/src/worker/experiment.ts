/** The experiment as the worker runs it: a unit at a time among other work, at a pace that the eye can follow. */
import type { Engine } from "../../../crates/web/pkg/simd/trazo_web.js";
import type { Experiment, ExperimentOptions } from "./protocol";

/** Where it is to be followed a lesson takes at least so long, in milliseconds. */
const PACE = 150;

type Units = Pick<Engine, "experimentStart" | "experimentAdvance" | "experimentEnd">;

export class Running {
  told: Experiment = { state: "running", lessons: 0, own: false, marks: [] };
  readonly #engine: Units;
  readonly #pace: number;
  readonly #tell: (experiment: Experiment) => void;
  readonly #wake: () => void;
  #due = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `tell` is told of each mark and of the end; `wake` asks for `step` to be called again. */
  constructor(engine: Units, { seed, slowly }: ExperimentOptions, tell: (experiment: Experiment) => void, wake: () => void) {
    this.#engine = engine;
    this.#pace = slowly ? PACE : 0;
    this.#tell = tell;
    this.#wake = wake;
    engine.experimentStart(seed);
  }

  /** One unit of work; false where there is none now. */
  step(): boolean {
    if (this.told.state !== "running") return false;
    const wait = this.#due - performance.now();
    if (wait > 0) {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(this.#wake, wait);
      return false;
    }
    const marked = this.#engine.experimentAdvance();
    if (!marked) return true;
    const { lessons, own, ...mark } = marked;
    const marks = [...this.told.marks, mark];
    this.told = { state: "running", lessons, own, marks };
    this.#due = performance.now() + this.#pace;
    if (marks.length > lessons) this.end("finished");
    else this.#tell(this.told);
    return true;
  }

  pause(): Experiment {
    return this.#become("running", "paused");
  }

  resume(): Experiment {
    const now = this.#become("paused", "running");
    this.#wake();
    return now;
  }

  /** Lets go of the engine's part; what was measured stays. */
  end(state: "finished" | "stopped" | "failed"): Experiment {
    if (this.told.state === "running" || this.told.state === "paused") {
      clearTimeout(this.#timer);
      this.#engine.experimentEnd();
      this.told = { ...this.told, state };
      this.#tell(this.told);
    }
    return this.told;
  }

  #become(from: Experiment["state"], to: Experiment["state"]): Experiment {
    if (this.told.state === from) this.told = { ...this.told, state: to };
    return this.told;
  }
}
