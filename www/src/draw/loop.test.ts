import { expect, it } from "vitest";
import { latestWins } from "./loop";

const GAP = 4;

function bench() {
  const waits: (() => void)[] = [];
  const answers: (() => void)[] = [];
  let started = 0;
  let now = 100;
  const ask = latestWins(
    () => {
      started += 1;
      return new Promise<void>((resolve) => answers.push(resolve));
    },
    GAP,
    { now: () => now, wait: (go) => waits.push(go) },
  );
  const settle = () => new Promise((resolve) => setTimeout(resolve));
  return {
    ask,
    started: () => started,
    /** Time goes by; its timers are late unless they are let go. */
    passes: (milliseconds: number) => void (now += milliseconds),
    timers: async () => {
      for (const go of waits.splice(0)) go();
      await settle();
    },
    answer: async () => {
      answers.shift()?.();
      await settle();
    },
  };
}

it("starts at once when nothing is under way", () => {
  const b = bench();
  b.ask();
  expect(b.started()).toBe(1);
});

it("has two calls under way at most however often it is asked, and then reads the latest once", async () => {
  const b = bench();
  for (let i = 0; i < 3; i += 1) {
    b.ask();
    b.ask();
    b.passes(GAP);
    await b.timers();
  }
  expect(b.started()).toBe(2);
  await b.answer();
  expect(b.started()).toBe(3);
  b.passes(GAP);
  await b.answer();
  await b.answer();
  await b.timers();
  expect(b.started()).toBe(3);
});

it("starts no second call before the gap has passed, and then does so by itself", async () => {
  const b = bench();
  b.ask();
  await b.answer();
  b.passes(1);
  b.ask();
  b.ask();
  expect(b.started()).toBe(1);
  b.passes(3);
  await b.timers();
  expect(b.started()).toBe(2);
});

it("does not wait for a timer that is late", async () => {
  const b = bench();
  b.ask();
  b.ask();
  b.passes(GAP);
  b.ask();
  expect(b.started()).toBe(2);
  await b.timers();
  expect(b.started()).toBe(2);
});
