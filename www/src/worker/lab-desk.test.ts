import { beforeEach, expect, test, vi } from "vitest";
import { fakeEngine, type FakeRun, setup } from "./fakes/lab";
import { LabDesk, Second, type Between, type FromLab, type LabCalls } from "./lab-desk";
import type { LabProgress, LabReady } from "./lab-protocol";
import type { Result } from "./protocol";

type Event = Extract<FromLab, { event: string }>;

function begin(workers: 1 | 2, prepare: (run: FakeRun) => void = () => {}) {
  const { engine, runs } = fakeEngine(prepare);
  const said: FromLab[] = [];
  const waiting = new Map<number, (result: Result<unknown>) => void>();
  let deaf = false;
  const toSecond = { postMessage: (between: Between) => void queueMicrotask(() => deaf || second.heard(between)) };
  const desk = new LabDesk(engine, workers === 2 ? toSecond : null, (message) => {
    said.push(message);
    if ("id" in message) waiting.get(message.id)?.(message.result);
  });
  const second = new Second(engine, { postMessage: (between) => void queueMicrotask(() => deaf || desk.heard(between)) });
  let ids = 0;
  const ask = async <K extends keyof LabCalls>(call: K, ...args: Parameters<LabCalls[K]>): Promise<Result<ReturnType<LabCalls[K]>>> => {
    const id = ++ids;
    const answer = new Promise<Result<unknown>>((resolve) => waiting.set(id, resolve));
    void desk.answer({ id, call, args });
    return (await answer) as Result<ReturnType<LabCalls[K]>>;
  };
  const value = async <K extends keyof LabCalls>(call: K, ...args: Parameters<LabCalls[K]>): Promise<ReturnType<LabCalls[K]>> => {
    const result = await ask(call, ...args);
    if (!result.ok) throw new Error(result.error.code);
    return result.value;
  };
  const events = (): Event[] => said.filter((message): message is Event => "event" in message);
  const over = (): Promise<LabProgress> =>
    vi.waitFor(() => {
      const last = events().findLast(({ event }) => event === "progress");
      if (last?.event !== "progress" || last.progress.state !== "over") throw new Error("not over");
      return last.progress;
    });
  const kill = (): void => {
    deaf = true;
    desk.alone();
  };
  return { ask, value, events, over, runs, kill, said };
}

/** The weights that one worker comes to without a pause. */
let straight = 0;
beforeEach(async () => {
  const { value, over, runs } = begin(1);
  await value("configure", setup, null, null);
  await value("start", null);
  await over();
  straight = runs[0]?.weights ?? 0;
});

test("a run goes from its start to its end, and tells of each look on the way", async () => {
  for (const workers of [1, 2] as const) {
    const { value, over, runs, events } = begin(workers);
    const ready: LabReady = await value("configure", setup, null, null);
    expect(ready).toMatchObject({ workers, batches: 5, steps: 10, digits: { train: 50, validation: 30, test: 20 } });
    expect(ready.progress).toMatchObject({ state: "ready", step: 0, seconds: 0 });
    await value("start", null);
    expect(await over()).toMatchObject({ step: 10, epoch: 2, ending: "finished" });
    expect(events().filter(({ event }) => event === "look")).toHaveLength(3);
    expect(runs.map(({ weights }) => weights)).toEqual(Array(workers).fill(straight));
  }
});

test("a batch, an epoch, so many digits: then it is paused, and goes on as if it had not been", async () => {
  for (const workers of [1, 2] as const) {
    const { value, over, runs, events } = begin(workers);
    await value("configure", setup, null, null);
    expect(await value("step", "batch")).toMatchObject({ state: "paused", step: 1 });
    expect(await value("step", "batch")).toMatchObject({ step: 2 });
    // With the look that belongs to it.
    expect(await value("step", "epoch")).toMatchObject({ state: "paused", step: 5 });
    expect(runs[0]?.looked).toBe(2);
    await value("start", 70);
    await vi.waitFor(() => expect(events().at(-1)).toMatchObject({ progress: { state: "paused", step: 7 } }));
    await value("start", null);
    await over();
    expect(runs.map(({ weights }) => weights)).toEqual(Array(workers).fill(straight));
  }
});

test("a pause in the middle changes nothing, and whoever waits for a step is answered", async () => {
  const { value, over, runs } = begin(2);
  await value("configure", setup, null, null);
  const step = value("step", "epoch");
  expect(await value("pause")).toMatchObject({ state: "paused" });
  expect(await step).toMatchObject({ state: "paused" });
  await value("start", null);
  await over();
  expect(runs[0]?.weights).toBe(straight);
});

test("a rate changes for both workers between the same two steps", async () => {
  const outcomes: number[] = [];
  for (const workers of [1, 2] as const) {
    const { value, over, runs } = begin(workers);
    await value("configure", setup, null, null);
    await value("step", "batch");
    await value("step", "batch");
    await value("setRate", 0.5);
    await value("start", null);
    await over();
    if (workers === 2) await vi.waitFor(() => expect(runs[1]?.parts).toBe(0));
    outcomes.push(...runs.map(({ weights }) => weights));
  }
  expect(new Set(outcomes).size).toBe(1);
  expect(outcomes[0]).not.toBe(straight);
  expect(await begin(1).ask("setRate", Number.NaN)).toMatchObject({ ok: false, error: { code: "lab-setting" } });
});

test("it goes back to its best look, from a rest, from the end and in mid-run, and comes the same way again", async () => {
  for (const workers of [1, 2] as const) {
    for (const where of ["paused", "over", "running"] as const) {
      const { ask, value, over, runs, events } = begin(workers);
      await value("configure", setup, null, null);
      expect(await ask("goBack")).toMatchObject({ ok: false, error: { code: "lab-no-best" } });
      if (where === "paused") {
        await value("step", "epoch");
        await value("step", "batch");
        await value("step", "batch");
      } else {
        await value("start", null);
        if (where === "over") await over();
        else await vi.waitFor(() => expect(runs[0]?.step).toBeGreaterThan(6));
      }
      expect(await value("goBack"), `${workers} ${where}`).toMatchObject({ state: "paused", step: 5, best: null, ending: null });
      expect(events().at(-1)).toMatchObject({ event: "progress", progress: { step: 5 } });
      await value("start", null);
      await vi.waitFor(() => expect(runs.every(({ parts }) => parts === 0)).toBe(true));
      expect(await value("progress")).toMatchObject({ state: "over", step: 10, ending: "finished" });
      expect(runs.map(({ weights }) => weights), `${workers} ${where}`).toEqual(Array(workers).fill(straight));
    }
  }
});

test("where the second worker dies the first one goes on to the same end", async () => {
  const { value, over, runs, kill } = begin(2);
  await value("configure", setup, null, null);
  await value("step", "batch");
  kill();
  await value("start", null);
  await over();
  expect(runs[0]?.weights).toBe(straight);
});

test("where the second worker cannot hold the run there is one", async () => {
  let made = 0;
  const { value, over, runs } = begin(2, () => {
    made += 1;
    if (made === 2) throw Object.assign(new Error("There is no memory."), { code: "lab-memory" });
  });
  expect(await value("configure", setup, null, null)).toMatchObject({ workers: 1 });
  await value("start", null);
  await over();
  expect(runs[0]?.weights).toBe(straight);
});

test("a run that diverges ends with that reason, and one that is stopped with that", async () => {
  const { value, over } = begin(2, (run) => (run.divergesAt = 4));
  await value("configure", setup, null, null);
  await value("start", null);
  expect(await over()).toMatchObject({ ending: "diverged", step: 4 });
  expect(await value("start", null)).toMatchObject({ state: "over" });

  const stopped = begin(1);
  await stopped.value("configure", setup, null, null);
  await stopped.value("step", "batch");
  expect(await stopped.value("stop")).toMatchObject({ state: "over", ending: "stopped", step: 1 });
  expect(await stopped.value("start", null)).toMatchObject({ state: "over", step: 1 });
});

test("a setup that is wrong fails with its fault, and the run before stays", async () => {
  const { ask, value } = begin(1);
  expect(await ask("progress")).toMatchObject({ ok: false, error: { code: "lab-not-ready" } });
  await value("configure", setup, null, null);
  const wrong = { ...setup, network: { layers: "wrong" } } as unknown as typeof setup;
  expect(await ask("configure", wrong, null, null)).toMatchObject({ ok: false, error: { code: "lab-kernel" } });
  expect(await value("check", wrong)).toMatchObject({ fault: { row: 1 } });
  expect(await value("progress")).toMatchObject({ state: "ready" });
});

test("the latest of two setups is the one that is made", async () => {
  const { ask, runs } = begin(2);
  const [first, second] = await Promise.all([ask("configure", setup, null, null), ask("configure", setup, null, null)]);
  expect(first).toMatchObject({ ok: false, error: { code: "superseded" } });
  expect(second).toMatchObject({ ok: true });
  expect(runs.filter(({ freed }) => !freed)).toHaveLength(2);
});

test("digits that the setup speaks of and nobody gave are a failure with a code", async () => {
  const files = { ...setup, data: { ...setup.data, source: "files" as const } };
  expect(await begin(1).ask("configure", files, null, null)).toMatchObject({ ok: false, error: { code: "lab-no-data" } });
});
