/** Training as the worker runs it: the engine's steps, and the clock that they need. */
import type { Engine, TrainFigures } from "../../../crates/web/pkg/simd/trazo_web.js";
import { TrainingClock } from "./clock";
import { Failure } from "./failure";
import type { TrainOptions, TrainProgress } from "./protocol";

type Steps = Pick<Engine, "trainStart" | "trainPause" | "trainResume" | "trainStop" | "trainProgress">;

export class Training {
  /** How it went at the last look. */
  told: TrainProgress;
  readonly #engine: Steps;
  readonly #clock: TrainingClock;

  constructor(engine: Steps, { seconds }: TrainOptions) {
    this.#engine = engine;
    this.#clock = new TrainingClock(seconds);
    this.told = this.#timed(engine.trainStart(Date.now()));
  }

  /** Counts the time since the last look, and says what is due. */
  look(): { over: boolean; tell: boolean; save: boolean } {
    return this.#clock.look();
  }

  progress(): TrainProgress {
    const figures = this.#engine.trainProgress();
    if (!figures) throw new Failure("not-training", "Nothing is being trained.");
    this.told = this.#timed(figures);
    return this.told;
  }

  pause(): TrainProgress {
    this.#engine.trainPause();
    return this.progress();
  }

  resume(): TrainProgress {
    this.#engine.trainResume();
    this.#clock.resume();
    return this.progress();
  }

  /** Keeps what was learned. */
  end(state: "finished" | "stopped"): TrainProgress {
    // Nothing where it failed: the engine has taken it back.
    const figures = this.#engine.trainStop();
    this.told = { ...(figures ? this.#timed(figures) : this.told), state };
    return this.told;
  }

  #timed({ samples, ...rest }: TrainFigures): TrainProgress {
    return { ...rest, ...this.#clock.figures(samples) };
  }
}
