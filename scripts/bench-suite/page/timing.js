/**
 * Calls `run(times)` until `ms` have passed. The clock is read seldom: about twenty times in all.
 * @returns {Promise<{count: number, seconds: number}>}
 */
export async function repeat(run, ms, isAsync) {
  let count = 0, times = 1, elapsed = 0;
  const start = performance.now();
  do {
    if (isAsync) await run(times); else run(times);
    count += times;
    elapsed = performance.now() - start;
    times = Math.max(1, Math.min(times * 4, Math.floor((count / Math.max(elapsed, 0.01)) * (ms / 20))));
  } while (elapsed < ms);
  return { count, seconds: elapsed / 1000 };
}
