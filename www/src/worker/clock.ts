/** How long has it trained, and what is due? The engine itself has no clock. */

/** How often training says how it goes, and how often it is saved while it does, in milliseconds. */
const TELL = 250;
const SAVE = 5000;
/** Between two looks; a machine that slept has not trained meanwhile. */
const LONGEST = 100;

export class TrainingClock {
  readonly #length: number;
  #elapsed = 0;
  #last = performance.now();
  #told = this.#last;
  #saved = this.#last;

  constructor(seconds: number) {
    this.#length = Math.max(seconds, 0.1) * 1000;
  }

  /** Counts the time since the last look. */
  look(): { over: boolean; tell: boolean; save: boolean } {
    const now = performance.now();
    this.#elapsed += Math.min(now - this.#last, LONGEST);
    this.#last = now;
    const [tell, save] = [now - this.#told >= TELL, now - this.#saved >= SAVE];
    if (tell) this.#told = now;
    if (save) this.#saved = now;
    return { over: this.#elapsed >= this.#length, tell, save };
  }

  /** Time begins again after a pause. */
  resume(): void {
    this.#last = performance.now();
  }

  /** The share of the time asked for, and samples a second. */
  figures(samples: number): { done: number; samplesPerSecond: number } {
    return {
      done: Math.min(1, this.#elapsed / this.#length),
      samplesPerSecond: this.#elapsed > 0 ? samples / (this.#elapsed / 1000) : 0,
    };
  }
}
