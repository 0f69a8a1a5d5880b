/** The Lab with the engine itself, as `scripts/build` left it: without a browser, whose workers are two objects here. */
import { existsSync, readFileSync } from "node:fs";
import { expect, test, vi } from "vitest";
import { LabDesk, Second, type FromLab, type LabCalls } from "./lab-desk";
import type { LabProgress, LabSetup } from "./lab-protocol";
import type { Result } from "./protocol";

const folder = new URL("../../../crates/web/pkg/simd/", import.meta.url);
const built = existsSync(new URL("trazo_web_bg.wasm", folder));

const setup: LabSetup = {
  v: 1,
  data: { source: "synthetic", train: 1000, validation: 200, test: 0, seed: 3 },
  network: { layers: [{ type: "dense", units: 10, activation: "softmax" }] },
  optimizer: { type: "adam", learningRate: 0.01 },
  epochs: 2,
  batch: 20,
  seeds: { weights: 1, order: 1 },
};

async function trained(workers: 1 | 2, between: (value: Value) => Promise<unknown> = async () => {}): Promise<{ file: Uint8Array; progress: LabProgress }> {
  const engine = await import("../../../crates/web/pkg/simd/trazo_web.js");
  await engine.default({ module_or_path: readFileSync(new URL("trazo_web_bg.wasm", folder)) });
  const waiting = new Map<number, (result: Result<unknown>) => void>();
  let last: LabProgress | null = null;
  const hear = (message: FromLab): void => {
    if ("id" in message) waiting.get(message.id)?.(message.result);
    else if ("event" in message && message.event === "progress") last = message.progress;
  };
  const toSecond = { postMessage: (said: Parameters<Second["heard"]>[0]) => queueMicrotask(() => second.heard(said)) };
  const desk = new LabDesk(engine, workers === 2 ? toSecond : null, hear);
  const second = new Second(engine, { postMessage: (said) => queueMicrotask(() => desk.heard(said)) });
  let ids = 0;
  const value: Value = async (call, ...args) => {
    const id = ++ids;
    const answer = new Promise<Result<unknown>>((resolve) => waiting.set(id, resolve));
    await desk.answer({ id, call, args });
    const result = await answer;
    if (!result.ok) throw new Error(result.error.message);
    return result.value as never;
  };
  expect(await value("configure", setup, null, null)).toMatchObject({ workers, steps: 100 });
  await between(value);
  await value("start", null);
  const progress = await vi.waitFor(() => {
    if (last?.state !== "over") throw new Error("not over");
    return last;
  }, 60_000);
  return { file: await value("save", "softmax"), progress };
}

type Value = <K extends keyof LabCalls>(call: K, ...args: Parameters<LabCalls[K]>) => Promise<ReturnType<LabCalls[K]>>;

test.skipIf(!built)("softmax learns a thousand synthetic digits, with one worker and with two to the same bits", { timeout: 120_000 }, async () => {
  const one = await trained(1);
  expect(one.progress).toMatchObject({ ending: "finished", step: 100, epoch: 2, seen: 2000 });
  expect(one.progress.accuracy).toBeGreaterThan(0.7);
  const two = await trained(2);
  expect(two.file).toEqual(one.file);
  const withPauses = await trained(2, async (value) => {
    await value("step", "batch");
    const { counts } = await value("confusion");
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(200);
    expect((await value("firstWeights", null)).values).toHaveLength(7840);
    expect(await value("health")).toMatchObject({ step: 1 });
    await value("step", "epoch");
  });
  expect(withPauses.file).toEqual(one.file);
});
