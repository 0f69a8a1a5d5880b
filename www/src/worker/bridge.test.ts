import { describe, expect, test, vi } from "vitest";
import { connect } from "./bridge";
import type { Call, EngineEvent, FromEngine, ToEngine } from "./protocol";

/** A worker whose answers the test writes. */
class FakeWorker {
  static all: FakeWorker[] = [];
  onmessage: ((event: { data: FromEngine }) => void) | null = null;
  onerror: ((event: { message: string; preventDefault(): void }) => void) | null = null;
  onmessageerror: (() => void) | null = null;
  terminated = false;
  readonly received: ToEngine[] = [];
  constructor() {
    FakeWorker.all.push(this);
  }
  postMessage(message: ToEngine): void {
    this.received.push(message);
  }
  terminate(): void {
    this.terminated = true;
  }
  get calls(): Call[] {
    return this.received.filter((message): message is Call => "call" in message);
  }
  answer(name: Call["call"], value: unknown): void {
    const call = this.calls.findLast((it) => it.call === name);
    this.onmessage?.({ data: { id: call?.id ?? -1, result: { ok: true, value } } });
  }
}

function begin() {
  FakeWorker.all = [];
  const events: EngineEvent[] = [];
  const engine = connect((event) => events.push(event), () => new FakeWorker() as unknown as Worker);
  void engine.start();
  const [worker] = FakeWorker.all as [FakeWorker];
  return { engine, events, worker };
}

const drawing = { points: new Float32Array(), ends: new Uint32Array() };
const workerFailed = { ok: false, error: { code: "worker-failed" } };

describe("the bridge", () => {
  test("gives every answer to the call that asked for it, in whatever order they come", async () => {
    const { engine, worker } = begin();
    const read = engine.read(drawing);
    const examples = engine.examples(0, 10);
    worker.answer("examples", "the examples");
    worker.answer("read", "the reading");
    expect(await read).toEqual({ ok: true, value: "the reading" });
    expect(await examples).toEqual({ ok: true, value: "the examples" });
  });

  test("answers every call that waits when the worker dies, and every call after that", async () => {
    const { engine, worker } = begin();
    const [read, teach] = [engine.read(drawing), engine.teach(drawing, 1, false)];
    worker.onerror?.({ message: "out of memory", preventDefault: () => {} });
    expect(await read).toMatchObject(workerFailed);
    expect(await teach).toMatchObject(workerFailed);
    expect(await engine.read(drawing)).toMatchObject(workerFailed);
    expect(worker.terminated).toBe(true);
  });

  test("ends a worker whose engine met a bug, and says why", async () => {
    const { engine, worker } = begin();
    const undo = engine.undo();
    worker.onmessage?.({ data: { fatal: { code: "worker-failed", message: "unreachable" } } });
    expect(await undo).toEqual({ ok: false, error: { code: "worker-failed", message: "unreachable" } });
    expect(worker.terminated).toBe(true);
  });

  test("starts again with a new worker", async () => {
    const { engine, worker } = begin();
    worker.onmessage?.({ data: { fatal: { code: "worker-failed", message: "unreachable" } } });
    const started = engine.start();
    expect(FakeWorker.all).toHaveLength(2);
    FakeWorker.all[1]?.answer("start", "the snapshot");
    expect(await started).toEqual({ ok: true, value: "the snapshot" });
  });

  test("gives a start that failed a new worker next time: modules that failed to load stay failed", async () => {
    const { engine, worker } = begin();
    const call = worker.calls[0];
    const error = { code: "wasm-failed", message: "404" };
    worker.onmessage?.({ data: { id: call?.id ?? -1, result: { ok: false, error } } });
    await vi.waitFor(() => expect(worker.terminated).toBe(true));
    void engine.start();
    expect(FakeWorker.all).toHaveLength(2);
  });

  test("starts the other build where the relaxed one fails its self-test", async () => {
    FakeWorker.all = [];
    const engine = connect(() => {}, () => new FakeWorker() as unknown as Worker);
    const started = engine.start();
    const [relaxed] = FakeWorker.all as [FakeWorker];
    const error = { code: "relaxed-failed", message: "7 is not 7" };
    relaxed.onmessage?.({ data: { id: relaxed.calls[0]?.id ?? -1, result: { ok: false, error } } });
    await vi.waitFor(() => expect(FakeWorker.all).toHaveLength(2));
    const other = FakeWorker.all[1];
    expect(relaxed.terminated).toBe(true);
    const asked = [relaxed, other].map((worker) => worker?.calls[0]?.args[0]);
    expect(asked).toMatchObject([{ avoidRelaxed: false }, { avoidRelaxed: true }]);
    other?.answer("start", "the snapshot");
    expect(await started).toEqual({ ok: true, value: "the snapshot" });
  });

  test("answers also where no worker can be made at all", async () => {
    const engine = connect(() => {}, () => {
      throw new Error("workers are forbidden here");
    });
    expect(await engine.start()).toMatchObject(workerFailed);
  });

  test("passes events on", () => {
    const { events, worker } = begin();
    const event: EngineEvent = { event: "storage", storage: { state: "saving" }, persisted: null };
    worker.onmessage?.({ data: event });
    expect(events).toEqual([event]);
  });

  test("asks for persistent storage once, after the first lesson, and tells the engine", async () => {
    const persist = vi.fn(async () => true);
    vi.stubGlobal("navigator", { storage: { persist, persisted: async () => false } });
    const { engine, worker } = begin();
    const teach = async (value: unknown) => {
      const answer = engine.teach(drawing, 1, false);
      worker.answer("teach", value);
      await answer;
    };
    await teach({ question: "blank" });
    expect(persist).not.toHaveBeenCalled();
    await teach({ label: 1 });
    await teach({ label: 1 });
    await vi.waitFor(() => expect(worker.received).toContainEqual({ note: "persisted", persisted: true }));
    expect(persist).toHaveBeenCalledTimes(1);
    vi.unstubAllGlobals();
  });

  test("is content where the browser cannot promise anything", async () => {
    vi.stubGlobal("navigator", { storage: {} });
    const { engine, worker } = begin();
    void engine.teach(drawing, 1, false);
    worker.answer("teach", { label: 1 });
    await vi.waitFor(() => expect(worker.received).toContainEqual({ note: "persisted", persisted: null }));
    vi.unstubAllGlobals();
  });

  test("tells a script that did not come from an engine that stopped", async () => {
    const { engine, events, worker } = begin();
    const started = engine.start();
    worker.onerror?.({ message: "", preventDefault: () => {} });
    expect(await started).toMatchObject({ ok: false, error: { code: "worker-missing" } });
    expect(events).toMatchObject([{ event: "failed", error: { code: "worker-missing" } }]);
  });

  test("says that the page goes into the back-forward cache and that it is back, and nothing of a page that is over", () => {
    const listeners = new Map<string, (event: { persisted: boolean }) => void>();
    vi.stubGlobal("addEventListener", (name: string, listener: (event: { persisted: boolean }) => void) => listeners.set(name, listener));
    const { worker } = begin();
    listeners.get("pageshow")?.({ persisted: false });
    listeners.get("pagehide")?.({ persisted: true });
    listeners.get("pageshow")?.({ persisted: true });
    expect(worker.received.filter((message) => "note" in message)).toEqual([{ note: "away" }, { note: "back" }]);
    vi.unstubAllGlobals();
  });

  test("is no promise itself", async () => {
    const { engine } = begin();
    expect(await Promise.resolve(engine)).toBe(engine);
  });
});
