/** The reading loop, apart from the engine and the page, so that it can be tested by itself. */

/** What tells the time and waits: the browser's own, but for tests. */
interface Clock {
  now: () => number;
  wait: (go: () => void, milliseconds: number) => void;
}

const browser: Clock = {
  now: () => performance.now(),
  wait: (go, milliseconds) => void setTimeout(go, milliseconds),
};

/**
 * Runs `work` for the latest state only: `gap` milliseconds from start to start, and never a stale last word: what changed
 * while a call was under way is worked on next. Two calls may be under way: after a press of the pen Chromium holds back
 * timers and what a worker says until the next frame, and what is drawn meanwhile should not wait for that. Answers must
 * come in the order of the questions, as a worker's do.
 */
export function latestWins(work: () => Promise<void>, gap: number, clock: Clock = browser): () => void {
  const most = 2;
  let dirty = false;
  let busy = 0;
  let started = Number.NEGATIVE_INFINITY;
  let waiting = false;

  async function run(): Promise<void> {
    if (!dirty || busy === most) return;
    const now = clock.now();
    const early = started + gap - now;
    if (early > 0) {
      if (waiting) return;
      waiting = true;
      clock.wait(() => {
        waiting = false;
        void run();
      }, early);
      return;
    }
    dirty = false;
    busy += 1;
    started = now;
    await work();
    busy -= 1;
    void run();
  }

  return () => {
    dirty = true;
    void run();
  };
}
