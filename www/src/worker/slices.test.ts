import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Slices } from "./slices";

/** Messages that wait for the event loop, which the test turns by hand; and a clock that only work moves. */
let messages: (() => void)[] = [];
let clock = 0;

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
  vi.stubGlobal("MessageChannel", FakeChannel);
  vi.stubGlobal("performance", { now: () => clock });
});
afterEach(() => void vi.unstubAllGlobals());

test("work gives way after eight milliseconds, and sooner while someone draws", () => {
  const slices = new Slices(
    () => {
      clock += 1;
      return true;
    },
    () => {},
  );
  slices.wake();
  turn();
  expect(clock).toBe(8);
  slices.hurry();
  turn();
  expect(clock).toBe(8 + 3);
  clock = 1000;
  turn();
  expect(clock, "the person has stopped").toBe(1008);
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
