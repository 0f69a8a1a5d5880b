/** What the page asks of its workers, and when the answer comes: what the tools measure by. */

/** Is told of each call as it is asked; what it gives back is called when the answer has come. */
export type Watcher = (call: string) => () => void;

/** Runs in the page before anything else, and tells all of `globalThis.watchers`. */
export function watchCalls(): void {
  const watched = globalThis as unknown as { watchers?: Watcher[] };
  const open = new Map<number, (() => void)[]>();
  const heard = new WeakSet<Worker>();
  const post = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function (this: Worker, message: { id?: number; call?: string }, ...rest: unknown[]) {
    if (!heard.has(this)) {
      heard.add(this);
      this.addEventListener("message", ({ data }: MessageEvent<{ id?: number }>) => {
        const id = data.id ?? Number.NaN;
        const answered = open.get(id) ?? [];
        open.delete(id);
        for (const each of answered) each();
      });
    }
    const { id, call } = message;
    if (id !== undefined && call !== undefined) open.set(id, (watched.watchers ?? []).map((each) => each(call)));
    return (post as (...args: unknown[]) => void).call(this, message, ...rest);
  } as typeof post;
}
