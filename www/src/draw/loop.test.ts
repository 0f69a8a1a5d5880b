import { expect, it } from "vitest";
import { latestWins } from "./loop";

function bench() {
  const pauses: (() => void)[] = [];
  const answers: (() => void)[] = [];
  let started = 0;
  const ask = latestWins(
    () => {
      started += 1;
      return new Promise<void>((resolve) => answers.push(resolve));
    },
    (go) => pauses.push(go),
  );
  const settle = () => new Promise((resolve) => setTimeout(resolve));
  return {
    ask,
    started: () => started,
    passes: async () => {
      for (const go of pauses.splice(0)) go();
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

it("has one call in flight however often it is asked, and then reads the latest once", async () => {
  const b = bench();
  b.ask();
  b.ask();
  b.ask();
  await b.passes();
  expect(b.started()).toBe(1);
  await b.answer();
  expect(b.started()).toBe(2);
  await b.answer();
  await b.passes();
  expect(b.started()).toBe(2);
});

it("starts no second call before the pause has passed", async () => {
  const b = bench();
  b.ask();
  await b.answer();
  b.ask();
  expect(b.started()).toBe(1);
  await b.passes();
  expect(b.started()).toBe(2);
});
