/** What tabs have in common, as browsers have it; for tests. */

/** Web Locks for one name, as browsers have them: a holder, a line, and theft. */
export class FakeLocks {
  #holder: { reject: (error: Error) => void } | null = null;
  #line: (() => unknown)[] = [];

  request(_: string, options: { steal?: boolean; signal?: AbortSignal }, held: () => Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      const take = async () => {
        const me = { reject };
        this.#holder = me;
        await held();
        if (this.#holder === me) this.#next();
        resolve();
      };
      options.signal?.addEventListener("abort", () => {
        this.#line = this.#line.filter((waiting) => waiting !== take);
        reject(new Error("AbortError"));
      });
      if (options.steal) {
        this.#holder?.reject(new Error("AbortError"));
        void take();
      } else if (this.#holder) {
        this.#line.push(take);
      } else {
        void take();
      }
    });
  }

  #next(): void {
    this.#holder = null;
    this.#line.shift()?.();
  }
}

/** Every tab hears the others and not itself. */
export class FakeChannel {
  static all: FakeChannel[] = [];
  onmessage: ((event: { data: unknown }) => void) | null = null;
  constructor() {
    FakeChannel.all.push(this);
  }
  postMessage(data: unknown): void {
    for (const other of FakeChannel.all) if (other !== this) queueMicrotask(() => other.onmessage?.({ data }));
  }
}
