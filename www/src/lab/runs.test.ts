import { expect, it, vi } from "vitest";
import type { Lab, LabEvent, LabProgress, LabReady, LabShapes } from "../worker/lab-protocol";
import { Run } from "./run";
import { Runs } from "./runs";
import { USUAL } from "./setup";

const shapes: LabShapes = { rows: [], parameters: 0, multiplyAdds: 0, trainingMultiplyAdds: 0, bytes: 0, fault: null };
const fresh: LabProgress = {
  state: "ready", ending: null, step: 0, epoch: 0, seen: 0, multiplyAdds: 0, seconds: 0, digitsPerSecond: 0, loss: null, accuracy: null, rate: 0.001, opened: 0,
  losses: [], health: null, best: null,
};
const ok = <T>(value: T) => Promise.resolve({ ok: true as const, value });
const BATCH = USUAL.batch;
/** Batches of a run of these labs. */
const END = 40;

/** A lab that does a batch each so many turns of the clock, and notes how far both were whenever it rested. */
function bench(turns: readonly [number, number]) {
  const labs: { seen: number; state: LabProgress["state"]; workers: number | undefined; configured: number }[] = [];
  /** By how many digits the two were apart at each batch. */
  const apart: number[] = [];
  const runs = new Runs(
    () =>
      new Run((onEvent: (event: LabEvent) => void, options = {}) => {
        const own = { seen: 0, state: "ready" as LabProgress["state"], workers: options.workers, configured: 0 };
        const every = turns[Math.min(labs.push(own) - 1, 1)] ?? 1;
        let target = 0;
        const progress = (): LabProgress => ({ ...fresh, state: own.state, seen: own.seen, step: own.seen / BATCH });
        const tell = () => onEvent({ event: "progress", progress: progress() });
        const work = async () => {
          while (own.state === "running") {
            for (let i = 0; i < every; i += 1) await Promise.resolve();
            if (own.state !== "running") return;
            if (own.seen >= target) own.state = "paused";
            else own.seen += BATCH;
            if (own.seen >= END * BATCH) own.state = "over";
            const [a, b] = labs.slice(-2).map(({ seen }) => seen);
            if (labs.length > 1) apart.push(Math.abs((a ?? 0) - (b ?? 0)));
            tell();
          }
        };
        const ready = (): LabReady => ({ shapes, digits: { train: 1, validation: 1, test: 1 }, batches: 8, steps: END, workers: 1, progress: progress() });
        const lab: Partial<Lab> = {
          configure: () => {
            Object.assign(own, { seen: 0, state: "ready", configured: own.configured + 1 });
            return ok(ready());
          },
          start: (until = Number.POSITIVE_INFINITY) => {
            target = until;
            if (own.state !== "over") own.state = "running";
            void Promise.resolve().then(work);
            return ok(progress());
          },
          pause: () => {
            if (own.state === "running") own.state = "paused";
            tell();
            return ok(progress());
          },
          stop: () => {
            own.state = "over";
            return ok(progress());
          },
          looks: () => ok([]),
          pace: () => ok(progress()),
          checkpoint: () => ok(new Uint8Array(1)),
          confusion: () => Promise.resolve({ ok: false, error: { code: "x", message: "x" } }),
          firstWeights: () => Promise.resolve({ ok: false, error: { code: "x", message: "x" } }),
          close: () => {},
        };
        return lab as Lab;
      }),
  );
  return { runs, labs, apart, seen: () => runs.all.value.map(({ progress }) => progress.value?.seen) };
}

it("B begins as a copy, is the one to be changed, and what both share changes in both", () => {
  const { runs } = bench([1, 1]);
  runs.first.setup.value = { ...USUAL, epochs: 3 };
  runs.compare();
  const [a, b] = runs.all.value;
  expect(runs.run.value).toBe(b);
  expect(b?.setup.value).toEqual(a?.setup.value);
  runs.change((now) => ({ ...now, batch: 32, data: { ...now.data, seed: 7, noise: 0.4 }, seeds: { weights: 5, order: 6 } }));
  expect(a?.setup.value).toMatchObject({ batch: USUAL.batch, data: { seed: 7 }, seeds: { weights: 5, order: 6 } });
  expect(a?.setup.value.data.noise).toBeUndefined();
  expect(b?.setup.value).toMatchObject({ batch: 32, epochs: 3, data: { seed: 7, noise: 0.4 } });
});

it("however much faster one is, it waits for the other, and both come to their ends", async () => {
  const { runs, labs, apart, seen } = bench([1, 20]);
  runs.compare();
  await runs.play();
  expect(labs.map(({ workers }) => workers)).toEqual([1, 1]);
  expect(seen()).toEqual([END * BATCH, END * BATCH]);
  expect(runs.state.value).toBe("over");
  // Strides grow while they take no time: never by more than what is done by then, and a batch.
  expect(apart.some((each) => each > 0)).toBe(true);
  expect(Math.max(...apart)).toBeLessThan((END / 2 + 4) * BATCH);
});

it("held in the middle of a stride, both have seen the same digits", async () => {
  const { runs, seen } = bench([1, 7]);
  runs.compare();
  const on = runs.first.progress.subscribe((now) => {
    if ((now?.seen ?? 0) !== 5 * BATCH || runs.first.state.peek() !== "running") return;
    expect(runs.state.value).toBe("running");
    expect(runs.all.value.every(({ going }) => going.value)).toBe(true);
    void runs.play();
  });
  await runs.play();
  on();
  expect(runs.state.value).toBe("paused");
  const [a, b] = seen();
  expect(a).toBe(b);
  expect(a).toBeLessThan(END * BATCH);
  await runs.step("batch");
  expect(seen()).toEqual([Number(a) + BATCH, Number(a) + BATCH]);
  await runs.step("epoch");
  expect((seen()[0] ?? 0) % (8 * BATCH)).toBe(0);
  await runs.stop();
  expect(runs.state.value).toBe("over");
});

it("one that is over stays as it is while the other comes up; once both are, both begin again", async () => {
  const { runs, labs } = bench([1, 1]);
  await runs.play();
  await vi.waitFor(() => expect(runs.state.value).toBe("over"));
  runs.compare();
  runs.change((now) => ({ ...now, batch: 32 }));
  await runs.play();
  expect(labs.map(({ configured }) => configured)).toEqual([1, 1]);
  await runs.play();
  // Beside another one the first has one worker: it is opened anew.
  expect(labs.map(({ configured }) => configured)).toEqual([1, 2, 1]);
  runs.alone();
  expect(runs.all.value).toHaveLength(1);
  expect(runs.first.setup.value.batch).toBe(32);
});

it("a link to two runs keeps the one that is there already", async () => {
  const { runs } = bench([1, 1]);
  await runs.play();
  const { first } = runs;
  const other = { ...USUAL, epochs: 3 };
  await runs.arrange([{ ...USUAL }, other]);
  expect(runs.all.value[0]).toBe(first);
  expect(runs.run.value.setup.value).toBe(other);
  // On to the next: what was second is first.
  await runs.arrange([other, { ...USUAL, epochs: 4 }]);
  expect(runs.all.value.map(({ setup }) => setup.value.epochs)).toEqual([3, 4]);
  expect(runs.all.value[1]?.made.value).toBeNull();
});
