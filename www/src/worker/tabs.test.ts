import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Tabs, type TabEvents } from "./tabs";

/** Web Locks for one name, as browsers have them: a holder, a line, and theft. */
class FakeLocks {
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
class FakeChannel {
  static all: FakeChannel[] = [];
  onmessage: ((event: { data: unknown }) => void) | null = null;
  constructor() {
    FakeChannel.all.push(this);
  }
  postMessage(data: unknown): void {
    for (const other of FakeChannel.all) if (other !== this) queueMicrotask(() => other.onmessage?.({ data }));
  }
}

function tab(finish: () => Promise<void> = async () => {}) {
  const events = {
    promoted: vi.fn(),
    demoted: vi.fn(),
    finish: vi.fn(finish),
    saved: vi.fn(),
    adopt: vi.fn(async () => {}),
    adopted: vi.fn(),
  } satisfies TabEvents;
  return { tabs: new Tabs(events), events };
}

/** A second tab finds the lock taken after a moment. */
async function enter(tabs: Tabs): Promise<boolean> {
  const writes = tabs.enter();
  await vi.advanceTimersByTimeAsync(300);
  return writes;
}

beforeEach(() => {
  vi.useFakeTimers();
  FakeChannel.all = [];
  vi.stubGlobal("self", { BroadcastChannel: FakeChannel });
  vi.stubGlobal("BroadcastChannel", FakeChannel);
  vi.stubGlobal("navigator", { locks: new FakeLocks() });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("the first tab writes, the second reads along", async () => {
  const [first, second] = [tab(), tab()];
  expect(await enter(first.tabs)).toBe(true);
  expect(await enter(second.tabs)).toBe(false);
});

test("who takes over waits until the writer has finished its save", async () => {
  let finished = () => {};
  const first = tab(() => new Promise((resolve) => (finished = resolve)));
  const second = tab();
  await enter(first.tabs);
  await enter(second.tabs);
  const taken = vi.fn();
  void second.tabs.takeOver().then(taken);
  await vi.advanceTimersByTimeAsync(1000);
  expect(taken).not.toHaveBeenCalled();
  finished();
  await vi.advanceTimersByTimeAsync(10);
  expect(taken).toHaveBeenCalled();
  expect([first.tabs.writer, second.tabs.writer]).toEqual([false, true]);
  expect(first.events.demoted).toHaveBeenCalledTimes(1);
});

test("a frozen writer's lock is stolen after two seconds", async () => {
  const [first, second] = [tab(() => new Promise(() => {})), tab()];
  await enter(first.tabs);
  await enter(second.tabs);
  void second.tabs.takeOver();
  await vi.advanceTimersByTimeAsync(2000);
  expect([first.tabs.writer, second.tabs.writer]).toEqual([false, true]);
  expect(first.events.demoted).toHaveBeenCalledTimes(1);
});

test("taking over goes to and fro", async () => {
  const [first, second] = [tab(), tab()];
  await enter(first.tabs);
  await enter(second.tabs);
  for (const [taker, other] of [[second, first], [first, second], [second, first]] as const) {
    void taker.tabs.takeOver();
    await vi.advanceTimersByTimeAsync(5000);
    expect([taker.tabs.writer, other.tabs.writer]).toEqual([true, false]);
  }
});

test("examples that could not be saved go to the tab that writes, and the thanks come back", async () => {
  const [first, second, third] = [tab(), tab(), tab()];
  for (const { tabs } of [first, second, third]) await enter(tabs);
  const examples = new Uint8Array([1, 2, 3]);
  second.tabs.offer(examples);
  await vi.advanceTimersByTimeAsync(1);
  expect(first.events.adopt).toHaveBeenCalledWith(examples);
  expect(third.events.adopt).not.toHaveBeenCalled();
  expect(second.events.adopted).toHaveBeenCalledTimes(1);
  expect(third.events.adopted).not.toHaveBeenCalled();
});

test("a writer that cannot take examples does not thank for them", async () => {
  const [first, second] = [tab(), tab()];
  first.events.adopt.mockRejectedValue(new Error("not started yet"));
  for (const { tabs } of [first, second]) await enter(tabs);
  second.tabs.offer(new Uint8Array([1]));
  await vi.advanceTimersByTimeAsync(1);
  expect(second.events.adopted).not.toHaveBeenCalled();
});

test("without Web Locks every tab writes until it meets another", async () => {
  vi.stubGlobal("navigator", {});
  const [first, second] = [tab(), tab()];
  expect([await enter(first.tabs), await enter(second.tabs)]).toEqual([true, true]);
  first.tabs.stepBack();
  expect(first.tabs.writer).toBe(false);
  await first.tabs.takeOver();
  expect(first.tabs.writer).toBe(true);
});
