import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { TrainingClock } from "./clock";

let now = 0;
beforeEach(() => {
  now = 0;
  vi.stubGlobal("performance", { now: () => now });
});
afterEach(() => void vi.unstubAllGlobals());

/** Looks every 10 ms, as training does, for so many milliseconds; counts what was due. */
function train(clock: TrainingClock, milliseconds: number) {
  const due = { over: 0, tell: 0, save: 0 };
  for (const end = now + milliseconds; now < end; ) {
    now += 10;
    const { over, tell, save } = clock.look();
    due.over += Number(over);
    due.tell += Number(tell);
    due.save += Number(save);
  }
  return due;
}

test("training is over after the time asked for, told four times a second and saved every five seconds", () => {
  const clock = new TrainingClock(12);
  expect(train(clock, 11_990)).toEqual({ over: 0, tell: 47, save: 2 });
  expect(clock.figures(1199)).toEqual({ done: 11.99 / 12, samplesPerSecond: 100 });
  expect(clock.look().over).toBe(false);
  now += 10;
  expect(clock.look().over).toBe(true);
});

test("neither a pause nor a sleeping machine counts", () => {
  const clock = new TrainingClock(1);
  train(clock, 500);
  now += 60_000;
  clock.resume();
  train(clock, 100);
  expect(clock.figures(0).done).toBeCloseTo(0.6);
  now += 3_600_000;
  clock.look();
  expect(clock.figures(0).done).toBeCloseTo(0.7);
});
