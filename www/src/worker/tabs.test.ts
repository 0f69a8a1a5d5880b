import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FakeChannel, FakeLocks } from "./fakes/browser";
import { Tabs, type TabEvents } from "./tabs";

function tab(finish: () => Promise<void> = async () => {}) {
  const events = {
    promoted: vi.fn(),
    demoted: vi.fn(),
    finish: vi.fn(finish),
    saved: vi.fn(),
    adopt: vi.fn(async () => {}),
    adopted: vi.fn(),
  } satisfies TabEvents;
  return { tabs: new Tabs("trazo:/", events), events };
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

test("a writer whose last save fails lets go all the same", async () => {
  const first = tab(async () => Promise.reject(new Error("the disk is away")));
  const second = tab();
  await enter(first.tabs);
  await enter(second.tabs);
  const taken = vi.fn();
  void second.tabs.takeOver().then(taken);
  await vi.advanceTimersByTimeAsync(10);
  expect(taken).toHaveBeenCalled();
  expect([first.tabs.writer, second.tabs.writer]).toEqual([false, true]);
  expect(first.events.demoted).toHaveBeenCalledTimes(1);
});

test("who leaves makes way for the next in line, and can enter again", async () => {
  const [first, second] = [tab(), tab()];
  await enter(first.tabs);
  await enter(second.tabs);
  first.tabs.leave();
  await vi.advanceTimersByTimeAsync(1);
  expect([first.tabs.writer, second.tabs.writer]).toEqual([false, true]);
  expect(second.events.promoted).toHaveBeenCalledTimes(1);
  expect(await enter(first.tabs)).toBe(false);
  second.tabs.leave();
  await vi.advanceTimersByTimeAsync(1);
  expect(first.tabs.writer).toBe(true);
});

test("who leaves while it waits in line is not promoted", async () => {
  const [first, second] = [tab(), tab()];
  await enter(first.tabs);
  await enter(second.tabs);
  second.tabs.leave();
  first.tabs.leave();
  await vi.advanceTimersByTimeAsync(1);
  expect(second.tabs.writer).toBe(false);
  expect(second.events.promoted).not.toHaveBeenCalled();
});

test("who steps back goes to the end of the line", async () => {
  const [first, second] = [tab(), tab()];
  await enter(first.tabs);
  await enter(second.tabs);
  first.tabs.stepBack();
  await vi.advanceTimersByTimeAsync(1);
  expect([first.tabs.writer, second.tabs.writer]).toEqual([false, true]);
  second.tabs.leave();
  await vi.advanceTimersByTimeAsync(1);
  expect(first.events.promoted).toHaveBeenCalledTimes(1);
});

for (const [how, request] of [
  ["rejects", async () => Promise.reject(new DOMException("not here", "SecurityError"))],
  ["throws", () => {
    throw new DOMException("not here", "InvalidStateError");
  }],
] as const) {
  test(`where the browser's lock manager ${how}, every tab writes, and taking over does not wait for ever`, async () => {
    vi.stubGlobal("navigator", { locks: { request } });
    const { tabs } = tab();
    expect(await enter(tabs)).toBe(true);
    tabs.stepBack();
    expect(tabs.writer).toBe(false);
    await tabs.takeOver();
    expect(tabs.writer).toBe(true);
  });
}

test("a lock that is refused only when it is stolen does not hang the one who takes over", async () => {
  const locks = new FakeLocks();
  const [first, second] = [tab(() => new Promise(() => {})), tab()];
  vi.stubGlobal("navigator", {
    locks: {
      request: (name: string, options: LockOptions, held: () => Promise<void>) =>
        options.steal ? Promise.reject(new DOMException("no", "NotSupportedError")) : locks.request(name, options, held),
    },
  });
  const third = tab();
  await enter(first.tabs);
  await enter(second.tabs);
  await enter(third.tabs);
  const taken = vi.fn();
  void third.tabs.takeOver().then(taken);
  await vi.advanceTimersByTimeAsync(2000);
  expect(taken).toHaveBeenCalled();
  expect(third.tabs.writer).toBe(true);
});

test("who leaves while it takes over takes nothing, and keeps nobody waiting", async () => {
  const [first, second] = [tab(() => new Promise(() => {})), tab()];
  await enter(first.tabs);
  await enter(second.tabs);
  const over = vi.fn();
  void second.tabs.takeOver().then(over);
  await vi.advanceTimersByTimeAsync(100);
  second.tabs.leave();
  await vi.advanceTimersByTimeAsync(1);
  expect(over).toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(5000);
  expect([first.tabs.writer, second.tabs.writer]).toEqual([true, false]);
  expect(await enter(second.tabs)).toBe(false);
});
