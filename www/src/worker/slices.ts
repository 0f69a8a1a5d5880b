/**
 * Background work in slices, so that a message never waits long.
 *
 * Between slices control goes back to the event loop through a MessageChannel: timers are clamped to 4 ms and to a second
 * in hidden tabs, animation frames stop there; messages are neither.
 */

/** The longest slice, in milliseconds. */
const SLICE = 8;
/** While drawings come in, at every frame perhaps, they must wait less. */
const SHORT = 3;
const DRAWING_LASTS = 500;

export class Slices {
  readonly #channel = new MessageChannel();
  readonly #step: () => boolean;
  readonly #failed: (error: unknown) => void;
  #awake = false;
  #stopped = false;
  #hurryUntil = 0;

  /** `step` does one unit of a millisecond or so and says whether there is more to do. */
  constructor(step: () => boolean, failed: (error: unknown) => void) {
    this.#step = step;
    this.#failed = failed;
    this.#channel.port1.onmessage = () => this.#slice();
  }

  /** There may be something to do. */
  wake(): void {
    if (this.#awake || this.#stopped) return;
    this.#awake = true;
    this.#channel.port2.postMessage(null);
  }

  /** Someone is drawing: shorter slices for a while. */
  hurry(): void {
    this.#hurryUntil = performance.now() + DRAWING_LASTS;
  }

  stop(): void {
    this.#stopped = true;
  }

  #slice(): void {
    this.#awake = false;
    if (this.#stopped) return;
    const start = performance.now();
    const end = start + (start < this.#hurryUntil ? SHORT : SLICE);
    let more = true;
    try {
      do more = this.#step();
      while (more && performance.now() < end);
    } catch (error) {
      // What fails would fail again: it rests until something is asked.
      more = false;
      this.#failed(error);
    }
    if (more) this.wake();
  }
}
