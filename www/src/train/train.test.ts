import { expect, it } from "vitest";
import { en } from "../i18n/en";
import type { TrainProgress } from "../worker/protocol";
import { turn } from "./train";

const progress = (state: TrainProgress["state"]): TrainProgress => ({
  state, done: 0.5, steps: 10, loss: 0.1, accuracy: 0.9, exam: { right: 490, total: 500 }, samplesPerSecond: 1000,
});

it("says when training begins, rests, goes on and ends, and how it ended", () => {
  const said = (before: TrainProgress["state"] | null, now: TrainProgress["state"]) => turn(before, progress(now))?.(en);
  expect(said(null, "running")).toBe("Training has begun.");
  expect(said("running", "paused")).toBe("Training paused.");
  expect(said("paused", "running")).toBe("Training goes on.");
  expect(said("running", "finished")).toBe("Training finished: 90% of your drawings read right.");
  expect(said("running", "stopped")).toBe("Training stopped.");
});

it("says nothing of what goes on as it was, or is forgotten", () => {
  expect(turn("running", progress("running"))).toBeNull();
  expect(turn("finished", null)).toBeNull();
});
