import type { ReadonlySignal } from "@preact/signals";

/** When something is so: at once where it is so already. */
export function until<T>(signal: ReadonlySignal<T>, holds: (now: T) => boolean): Promise<T> {
  return new Promise((resolve) => {
    const stop = signal.subscribe((now) => {
      if (!holds(now)) return;
      resolve(now);
      // The first call comes before there is anything to stop.
      queueMicrotask(() => stop());
    });
  });
}
