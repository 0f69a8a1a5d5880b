/**
 * Background work in slices, so that a message never waits long.
 *
 * Between slices control goes back to the event loop through a MessageChannel: timers are clamped to 4 ms and to a second
 * in hidden tabs, animation frames stop there; messages are neither.
 *
 * While a pen moves that is not enough. Where the machine has no core to spare, work that never rests takes time from the
 * page itself, which is to draw the line and to show the answer. So it rests until the pen does, but for a short slice
 * after each answer, when the next question is some milliseconds away.
 */

/** The longest slice, in milliseconds. A press of the pen, which nothing announces, may have to wait for one. */
const SLICE = 4;
/** The slice after an answer, while a pen moves. */
const SHORT = 1;
/** Drawings that come no further apart than this are those of a pen that moves; after it, the pen rests. */
const MOVING = 60;

export class Slices {
  readonly #channel = new MessageChannel();
  readonly #step: () => boolean;
  readonly #failed: (error: unknown) => void;
  #awake = false;
  #stopped = false;
  #asked = Number.NEGATIVE_INFINITY;
  #restsUntil = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;

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

  /** A drawing is to be read: whoever draws comes first. */
  giveWay(): void {
    const now = performance.now();
    // One alone is no pen that moves: training that tells how it goes is answered with one, too.
    if (now - this.#asked <= MOVING) this.#restsUntil = now + MOVING;
    this.#asked = now;
    if (this.#timer === undefined) return;
    // A slice is due after this answer.
    this.#endRest();
    this.wake();
  }

  /** Something else is asked than to read: it need not wait until the pen has rested. */
  goOn(): void {
    this.#restsUntil = Number.NEGATIVE_INFINITY;
    if (this.#timer === undefined) return;
    this.#endRest();
    this.wake();
  }

  stop(): void {
    this.#stopped = true;
    this.#endRest();
  }

  #slice(): void {
    this.#awake = false;
    if (this.#stopped) return;
    const start = performance.now();
    const rests = start < this.#restsUntil;
    const end = start + (rests ? SHORT : SLICE);
    let more = true;
    try {
      do more = this.#step();
      while (more && performance.now() < end);
    } catch (error) {
      // What fails would fail again: it rests until something is asked.
      more = false;
      this.#failed(error);
    }
    if (!more) return;
    if (rests) this.#rest(this.#restsUntil - start);
    else this.wake();
  }

  #rest(milliseconds: number): void {
    this.#endRest();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.wake();
    }, milliseconds);
  }

  #endRest(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
