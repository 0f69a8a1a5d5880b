/**
 * Work that waits for the event that is being handled to be over.
 *
 * After a press or a lift that changes what is seen, Chromium runs no further task of the page, the engine's answer among
 * them, until a frame has been shown: up to 25 milliseconds. A press that only asks the engine, and is drawn in a task of
 * its own, has its answer for that same frame.
 */
const waiting: (() => void)[] = [];
const { port1, port2 } = new MessageChannel();
port1.onmessage = () => waiting.shift()?.();

/** Runs `work` in a task of its own, in the order of the calls. */
export function soon(work: () => void): void {
  waiting.push(work);
  port2.postMessage(null);
}

/** Runs at once all that still waits. */
export function settle(): void {
  for (const work of waiting.splice(0)) work();
}
