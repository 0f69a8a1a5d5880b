import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Slices } from "./slices";

/** Messages that wait for the event loop, which the test turns by hand; and a clock that only work moves. */
let messages: (() => void)[] = [];
let clock = 0;
/** The timer that runs, if one does. */
let timer: { fire: () => void; milliseconds: number } | undefined;

class FakeChannel {
  port1: { onmessage: (() => void) | null } = { onmessage: null };
  port2 = { postMessage: () => messages.push(() => this.port1.onmessage?.()) };
}

function turn(): void {
  messages.shift()?.();
}

beforeEach(() => {
  messages = [];
  clock = 0;
  timer = undefined;
  vi.stubGlobal("setTimeout", (fire: () => void, milliseconds: number) => {
    timer = { fire, milliseconds };
    return 1;
  });
  vi.stubGlobal("clearTimeout", () => (timer = undefined));
  vi.stubGlobal("MessageChannel", FakeChannel);
  vi.stubGlobal("performance", { now: () => clock });
});
afterEach(() => void vi.unstubAllGlobals());

/** Work without an end, a millisecond a unit. */
function endless(): Slices {
  const slices = new Slices(
    () => {
      clock += 1;
      return true;
    },
    () => {},
  );
  slices.wake();
  return slices;
}

test("work gives way after four milliseconds", () => {
  const slices = endless();
  turn();
  expect(clock).toBe(4);
  slices.giveWay();
  turn();
  expect(clock, "one drawing alone is no pen that moves").toBe(8);
});

test("while a pen moves it rests, but for a millisecond after each answer", () => {
  const slices = endless();
  slices.giveWay();
  clock = 10;
  slices.giveWay();
  turn();
  expect(clock).toBe(11);
  expect(messages, "it rests").toHaveLength(0);
  clock = 20;
  slices.giveWay();
  turn();
  expect(clock).toBe(21);
  expect(messages).toHaveLength(0);
});

test("it goes on when the pen rests", () => {
  const slices = endless();
  slices.giveWay();
  slices.giveWay();
  turn();
  expect(timer?.milliseconds).toBe(60);
  clock = 60;
  timer?.fire();
  turn();
  expect(clock).toBe(64);
});

test("a lesson does not wait until the pen has rested", () => {
  const slices = endless();
  slices.giveWay();
  slices.giveWay();
  turn();
  slices.goOn();
  turn();
  expect(clock).toBe(1 + 4);
  expect(timer).toBeUndefined();
});

test("it goes on by itself while there is more to do, and no longer", () => {
  let left = 20;
  const slices = new Slices(() => {
    clock += 1;
    return --left > 0;
  }, () => {});
  slices.wake();
  slices.wake();
  expect(messages, "asked twice, woken once").toHaveLength(1);
  while (messages.length > 0) turn();
  expect(left).toBe(0);
});

test("work that fails is told once and rests until something is asked", () => {
  const failed = vi.fn();
  const step = vi.fn(() => {
    throw new Error("no");
  });
  const slices = new Slices(step, failed);
  slices.wake();
  turn();
  expect(failed).toHaveBeenCalledTimes(1);
  expect(messages).toHaveLength(0);
  slices.wake();
  turn();
  expect(step).toHaveBeenCalledTimes(2);
});

test("nothing is done after it was stopped", () => {
  const step = vi.fn(() => true);
  const slices = new Slices(step, () => {});
  slices.wake();
  slices.stop();
  turn();
  slices.wake();
  expect(step).not.toHaveBeenCalled();
  expect(messages).toHaveLength(0);
});
