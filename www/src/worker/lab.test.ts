import { describe, expect, test } from "vitest";
import { setup } from "./fakes/lab";
import { openLab } from "./lab";
import type { FromLab, LabCall, ToLab } from "./lab-desk";
import type { LabEvent } from "./lab-protocol";

/** A worker whose answers the test writes. */
class FakeWorker {
  onmessage: ((event: { data: FromLab }) => void) | null = null;
  onerror: ((event: { message: string; preventDefault(): void }) => void) | null = null;
  onmessageerror: (() => void) | null = null;
  terminated = false;
  readonly received: ToLab[] = [];
  postMessage(message: ToLab): void {
    this.received.push(message);
  }
  terminate(): void {
    this.terminated = true;
  }
  get calls(): LabCall[] {
    return this.received.filter((message): message is LabCall => "call" in message);
  }
  say(data: FromLab): void {
    this.onmessage?.({ data });
  }
  answer(call: LabCall["call"], value: unknown): void {
    this.say({ id: this.calls.findLast((it) => it.call === call)?.id ?? -1, result: { ok: true, value } });
  }
}

function begin(workers: 1 | 2) {
  const all: FakeWorker[] = [];
  const events: LabEvent[] = [];
  const lab = openLab((event) => events.push(event), { workers }, () => {
    const worker = new FakeWorker();
    all.push(worker);
    return worker as unknown as Worker;
  });
  return { lab, all, events };
}

describe("the door to the Lab", () => {
  test("starts its workers with the first call, and tells them of each other", async () => {
    const { lab, all } = begin(2);
    expect(all).toHaveLength(0);
    const shapes = lab.check(setup);
    expect(all).toHaveLength(2);
    expect(all[0]?.received[0]).toMatchObject({ lead: { avoidRelaxed: false } });
    expect(all[1]?.received[0]).toMatchObject({ second: { avoidRelaxed: false } });
    all[0]?.answer("check", "the shapes");
    expect(await shapes).toEqual({ ok: true, value: "the shapes" });
    lab.close();
  });

  test("answers whoever waits when the first worker dies, and says what to go on from", async () => {
    const { lab, all, events } = begin(1);
    const ready = lab.configure(setup);
    all[0]?.answer("configure", "ready");
    await ready;
    const kept = Uint8Array.of(1, 2, 3);
    all[0]?.say({ kept });
    const step = lab.step("epoch");
    all[0]?.onerror?.({ message: "out of memory", preventDefault: () => {} });
    expect(await step).toMatchObject({ ok: false, error: { code: "worker-failed" } });
    expect(events).toMatchObject([{ event: "kept", checkpoint: kept }, { event: "failed", checkpoint: kept }]);
    // The next call starts another one.
    const again = lab.resume(setup, kept);
    expect(all).toHaveLength(2);
    expect(all[1]?.calls[0]).toMatchObject({ call: "configure", args: [setup, null, kept] });
    all[1]?.answer("configure", "ready");
    expect(await again).toMatchObject({ ok: true });
  });

  test("goes on with the first worker when the second one dies", async () => {
    const { lab, all, events } = begin(2);
    const check = lab.check(setup);
    all[1]?.say({ fatal: { code: "worker-failed", message: "It stopped." } });
    expect(all[1]?.terminated).toBe(true);
    expect(all[0]?.received.at(-1)).toEqual({ alone: true });
    all[0]?.answer("check", "the shapes");
    expect(await check).toMatchObject({ ok: true });
    expect(events).toEqual([]);
    lab.close();
  });

  test("asks again with the other build where relaxed SIMD fails", async () => {
    const { lab, all, events } = begin(1);
    const ready = lab.configure(setup);
    all[0]?.say({ fatal: { code: "relaxed-failed", message: "It computes wrong." } });
    expect(all).toHaveLength(2);
    expect(all[0]?.terminated).toBe(true);
    expect(all[1]?.received[0]).toMatchObject({ lead: { avoidRelaxed: true } });
    expect(all[1]?.calls[0]).toMatchObject({ call: "configure", args: [setup, null, null] });
    all[1]?.answer("configure", "ready");
    expect(await ready).toEqual({ ok: true, value: "ready" });
    expect(events).toEqual([]);
  });

  test("once closed it answers, and starts nothing", async () => {
    const { lab, all } = begin(1);
    const check = lab.check(setup);
    lab.close();
    expect(await check).toMatchObject({ ok: false, error: { code: "lab-closed" } });
    expect(await lab.start()).toMatchObject({ ok: false, error: { code: "lab-closed" } });
    expect(all).toHaveLength(1);
    expect(all[0]?.terminated).toBe(true);
  });
});
