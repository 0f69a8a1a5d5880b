/** The reading loop, apart from the engine and the page, so that it can be tested by itself. */

/**
 * Runs `work` for the latest state only: one call in flight, `pause` between two starts, and never a stale last word: what
 * changed while a call was under way is worked on next.
 */
export function latestWins(work: () => Promise<void>, pause: (go: () => void) => void): () => void {
  let dirty = false;
  let busy = false;
  let pausing = false;

  async function run(): Promise<void> {
    if (!dirty || busy || pausing) return;
    dirty = false;
    busy = true;
    pausing = true;
    pause(() => {
      pausing = false;
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
