/** The reading loop, apart from the engine and the page, so that it can be tested by itself. */

/**
 * Runs `work` for the latest state only: one call in flight, at most one start a frame, and never a stale last word: what
 * changed while a call was under way is worked on next.
 */
export function latestWins(work: () => Promise<void>, nextFrame: (go: () => void) => void): () => void {
  let dirty = false;
  let busy = false;
  let startedThisFrame = false;

  async function run(): Promise<void> {
    if (!dirty || busy || startedThisFrame) return;
    dirty = false;
    busy = true;
    startedThisFrame = true;
    nextFrame(() => {
      startedThisFrame = false;
      void run();
    });
    await work();
    busy = false;
    void run();
  }

  return () => {
    dirty = true;
    void run();
  };
}
