import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ExperimentMark } from "../../../crates/web/pkg/simd/trazo_web.js";
import { Running } from "./experiment";
import type { Experiment } from "./protocol";

const exam = [{ right: 5, total: 9 }, { right: 7, total: 9 }] as const;

/** Two lessons; every second unit completes a mark. */
function engine() {
  let units = 0;
  return {
    ended: 0,
    experimentStart: vi.fn(),
    experimentAdvance(): ExperimentMark | undefined {
      units += 1;
      return units % 2 ? undefined : { lessons: 2, own: false, label: units === 2 ? null : 4, exam, taught: exam };
    },
    experimentEnd() {
      this.ended += 1;
    },
  };
}

function begin(slowly: boolean) {
  const [fake, told, wake] = [engine(), [] as Experiment[], vi.fn()];
  return { fake, told, wake, running: new Running(fake, { seed: 3, slowly }, (now) => told.push(now), wake) };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("it tells of each mark, and lets go of the engine's part at the end", () => {
  const { fake, told, running } = begin(false);
  while (running.step());
  expect(fake.experimentStart).toHaveBeenCalledWith(3);
  expect(told.map((now) => [now.state, now.marks.length])).toEqual([["running", 1], ["running", 2], ["finished", 3]]);
  expect(running.told.marks.map((mark) => mark.label)).toEqual([null, 4, 4]);
  expect(fake.ended).toBe(1);
  running.end("stopped");
  expect(running.told.state).toBe("finished");
  expect(fake.ended).toBe(1);
});

test("where it is to be followed it rests between lessons, and asks to go on by itself", () => {
  const { told, wake, running } = begin(true);
  while (running.step());
  expect(told).toHaveLength(1);
  vi.advanceTimersByTime(100);
  expect(wake).not.toHaveBeenCalled();
  vi.advanceTimersByTime(100);
  expect(wake).toHaveBeenCalledTimes(1);
  while (running.step());
  expect(told).toHaveLength(2);
});

test("paused it does nothing until it goes on, and stopped it keeps what was measured", () => {
  const { fake, told, wake, running } = begin(false);
  running.step();
  expect(running.pause().state).toBe("paused");
  expect(running.step()).toBe(false);
  expect(told).toHaveLength(0);
  expect(running.resume().state).toBe("running");
  expect(wake).toHaveBeenCalled();
  running.step();
  expect(running.end("stopped")).toMatchObject({ state: "stopped", marks: [{ label: null }] });
  expect(fake.ended).toBe(1);
  expect(running.step()).toBe(false);
});
