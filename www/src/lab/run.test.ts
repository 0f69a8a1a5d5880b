import { expect, it, vi } from "vitest";
import type { Lab, LabEvent, LabLook, LabProgress, LabReady, LabSetup, LabShapes } from "../worker/lab-protocol";
import { Run } from "./run";
import { USUAL } from "./setup";

const shapes: LabShapes = { rows: [], parameters: 0, multiplyAdds: 0, trainingMultiplyAdds: 0, bytes: 0, fault: null };
const fresh: LabProgress = {
  state: "ready", ending: null, step: 0, epoch: 0, seen: 0, multiplyAdds: 0, seconds: 0, digitsPerSecond: 0, loss: null, accuracy: null, rate: 0.001, best: null, opened: 0,
  losses: [], health: null,
};
const look = (step: number): LabLook => ({ step, epoch: 0, seen: step, multiplyAdds: 0, seconds: 0, training: null, validation: [] });
const ok = <T>(value: T) => Promise.resolve({ ok: true as const, value });

/** A lab whose training is a word: it notes what it was told, and says what the test has it say. */
function laboratory(keep?: ConstructorParameters<typeof Run>[1]) {
  const told: string[] = [];
  let say: (event: LabEvent) => void = () => {};
  let hold: Promise<unknown> = Promise.resolve();
  let checked: Promise<unknown> = Promise.resolve();
  const ready: LabReady = { shapes, digits: { train: 1, validation: 1, test: 1 }, batches: 2, steps: 4, workers: 1, progress: fresh };
  const made = async (name: string, setup: LabSetup) => {
    told.push(`${name} ${setup.seeds.weights}`);
    await hold;
    return { ok: true as const, value: ready };
  };
  const lab: Partial<Lab> = {
    check: () => checked.then(() => ok(shapes)),
    configure: (setup) => made("configure", setup),
    resume: (setup) => made("resume", setup),
    start: () => (told.push("start"), ok({ ...fresh, state: "running" as const })),
    pause: () => (told.push("pause"), ok({ ...fresh, state: "paused" as const })),
    stop: () => (told.push("stop"), ok({ ...fresh, state: "over" as const, ending: "stopped" as const })),
    step: (unit) => (told.push(unit), ok({ ...fresh, state: "paused" as const, step: 1 })),
    pace: (perSecond) => (told.push(`pace ${perSecond}`), ok(fresh)),
    setRate: (factor) => (told.push(`rate ${factor}`), ok(fresh)),
    looks: () => ok([]),
    checkpoint: () => ok(new Uint8Array(1)),
    close: () => void told.push("close"),
    confusion: () => Promise.resolve({ ok: false, error: { code: "x", message: "x" } }),
    firstWeights: () => Promise.resolve({ ok: false, error: { code: "x", message: "x" } }),
  };
  const run = new Run((onEvent) => {
    say = onEvent;
    return lab as Lab;
  }, keep);
  return { run, told, say: (event: LabEvent) => say(event), holdUntil: (until: Promise<unknown>) => (hold = until), checkAfter: (after: Promise<unknown>) => (checked = after) };
}

it("one button starts, holds and goes on, without a new run in between", async () => {
  const { run, told } = laboratory();
  await run.play();
  expect(run.state.value).toBe("running");
  await run.play();
  expect(run.state.value).toBe("paused");
  await run.play();
  expect(told).toEqual(["configure 1", "start", "pause", "start"]);
});

it("what kept a start from happening is still said when the answer to an earlier check comes", async () => {
  const { run, checkAfter } = laboratory();
  let started = () => {};
  checkAfter(new Promise<void>((done) => (started = done)));
  run.setup.value = { ...USUAL, data: { ...USUAL.data, source: "files" } };
  run.changed();
  await run.play();
  expect(run.failure.value?.code).toBe("lab-no-files");
  started();
  await vi.waitFor(() => expect(run.shapes.value).toEqual(shapes));
  expect(run.failure.value?.code).toBe("lab-no-files");
  // Another setup is another matter.
  run.setup.value = USUAL;
  run.changed();
  expect(run.failure.value).toBeNull();
});

it("after the end the same button begins the same run again", async () => {
  const { run, told, say } = laboratory();
  await run.play();
  say({ event: "progress", progress: { ...fresh, state: "over", ending: "finished" } });
  expect(run.going.value).toBe(false);
  await run.play();
  expect(told).toEqual(["configure 1", "start", "configure 1", "start"]);
});

it("one batch makes a run where there is none, and leaves it paused", async () => {
  const { run, told } = laboratory();
  await run.step("batch");
  expect(told).toEqual(["configure 1", "batch"]);
  expect(run.state.value).toBe("paused");
  expect(run.progress.value?.step).toBe(1);
});

it("the pace is kept for the next run, the rate begins anew", async () => {
  const { run, told } = laboratory();
  await run.setPace(10);
  expect(told).toEqual([]);
  await run.play();
  await run.setFactor(2);
  await run.stop();
  await run.play();
  expect(told).toEqual(["configure 1", "pace 10", "start", "rate 2", "stop", "configure 1", "pace 10", "start"]);
  expect(run.factor.value).toBe(1);
});

it("what changes after a run makes what is shown stale, and changing it back does not", async () => {
  const { run } = laboratory();
  await run.play();
  await run.stop();
  run.setup.value = { ...USUAL, epochs: 3 };
  expect(run.stale.value).toBe(true);
  run.setup.value = { ...USUAL };
  expect(run.stale.value).toBe(false);
});

it("another setup that comes while a run is being made ends that one: its answer is not taken", async () => {
  const { run, told, holdUntil } = laboratory();
  let go = (): void => {};
  holdUntil(new Promise<void>((resolve) => (go = resolve)));
  const first = run.play();
  await vi.waitFor(() => expect(told).toEqual(["configure 1"]));
  await run.replace({ ...USUAL, epochs: 7 });
  go();
  await first;
  expect(run.made.value).toBeNull();
  expect(told).not.toContain("start");
  expect(run.setup.value.epochs).toBe(7);
});

it("a run whose worker was lost goes on from where it was kept, unless the setup is another by then", async () => {
  for (const changed of [false, true]) {
    const { run, told, say } = laboratory();
    await run.play();
    say({ event: "failed", error: { code: "worker-failed", message: "gone" }, checkpoint: new Uint8Array(1) });
    expect(run.going.value).toBe(false);
    if (changed) run.setup.value = { ...USUAL, seeds: { weights: 2, order: 1 } };
    await run.play();
    expect(told.slice(2)).toEqual([changed ? "configure 2" : "resume 1", "start"]);
  }
});

it("a look that comes twice is there once, and none of a run that is gone", async () => {
  const { run, say } = laboratory();
  await run.play();
  for (const step of [2, 2, 4]) say({ event: "look", look: look(step), progress: { ...fresh, state: "running", step } });
  expect(run.looks.value.map(({ step }) => step)).toEqual([2, 4]);
  await run.stop();
  await run.play();
  expect(run.looks.value).toEqual([]);
});

it("what it can go on from is told while it trains and when it rests, and that there is nothing once it is over", async () => {
  const kept: (number | null)[] = [];
  const { run, say } = laboratory((_, checkpoint) => void kept.push(checkpoint && checkpoint.seen));
  await run.play();
  say({ event: "progress", progress: { ...fresh, state: "running", seen: 640 } });
  say({ event: "kept", checkpoint: new Uint8Array(1) });
  say({ event: "progress", progress: { ...fresh, state: "paused", seen: 704 } });
  await vi.waitFor(() => expect(kept).toEqual([null, 640, 704]));
  say({ event: "progress", progress: { ...fresh, state: "over", seen: 704, ending: "finished" } });
  say({ event: "kept", checkpoint: new Uint8Array(1) });
  expect(kept).toEqual([null, 640, 704, null]);
});
