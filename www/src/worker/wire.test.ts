import { expect, test, vi } from "vitest";
import type { Call, FromEngine } from "./protocol";
import { Wire, type Handlers } from "./wire";

const drawing = { points: new Float32Array(), ends: new Uint32Array() };
const settled = () => new Promise((resolve) => setImmediate(resolve));

function begin(handlers: Partial<Record<keyof Handlers, (...args: never[]) => unknown>>, ready = async () => {}) {
  const posted: FromEngine[] = [];
  const failed = vi.fn();
  const wire = new Wire(handlers as unknown as Handlers, ready, failed, (message) => posted.push(message));
  let calls = 0;
  const ask = <K extends Call["call"]>(call: K, ...args: Call<K>["args"]) => wire.answer({ id: ++calls, call, args });
  return { wire, posted, failed, ask };
}

test("a drawing is answered at once, also while a lesson runs; a lesson that is asked for then waits its turn", async () => {
  const lessons: ((value: string) => void)[] = [];
  const { posted, ask } = begin({
    read: () => "a reading",
    teach: () => new Promise((resolve) => lessons.push(resolve)),
  });
  void ask("teach", drawing, 4, false);
  void ask("teach", drawing, 5, false);
  void ask("read", drawing);
  await settled();
  expect(posted).toEqual([{ id: 3, result: { ok: true, value: "a reading" } }]);
  expect(lessons, "the second has not begun").toHaveLength(1);
  lessons[0]?.("the first");
  await settled();
  lessons[1]?.("the second");
  await settled();
  expect(posted.map((message) => "id" in message && message.id)).toEqual([3, 1, 2]);
});

test("what is asked of the inside waits for no lesson, but for the rest of the engine, and its numbers leave the worker", async () => {
  const values = new Float32Array([1, 2]);
  const transferred: unknown[] = [];
  let load = (): void => {};
  const whole = new Promise<void>((resolve) => (load = resolve));
  const handlers = { teach: () => new Promise(() => {}), inside: () => ({ values, layers: [] }) } as unknown as Handlers;
  const wire = new Wire(handlers, (call) => (call === "inside" ? whole : Promise.resolve()), vi.fn(), (message, transfer) =>
    transferred.push([message, transfer]),
  );
  void wire.answer({ id: 1, call: "teach", args: [drawing, 4, false] });
  void wire.answer({ id: 2, call: "inside", args: ["trace", drawing, []] });
  await settled();
  expect(transferred).toEqual([]);
  load();
  await settled();
  expect(transferred).toEqual([[{ id: 2, result: { ok: true, value: { values, layers: [] } } }, [values.buffer]]]);
});

test("a call that fails is answered with its code, and the next one goes on", async () => {
  const { posted, ask } = begin({
    undo: () => {
      throw Object.assign(new Error("Nothing."), { code: "nothing-to-undo" });
    },
    reset: async () => Promise.reject(new TypeError("a slip")),
    history: () => "the history",
  });
  await Promise.all([ask("undo"), ask("reset"), ask("history")]);
  expect(posted.map((message) => "result" in message && message.result)).toEqual([
    { ok: false, error: { code: "nothing-to-undo", message: "Nothing." } },
    { ok: false, error: { code: "failed", message: "a slip" } },
    { ok: true, value: "the history" },
  ]);
});

test("what a call needs and does not get is that call's failure, and no other's", async () => {
  let there = false;
  const { posted, ask } = begin({ read: () => "a reading", undo: () => "a snapshot" }, async () => {
    if (!there) throw Object.assign(new Error("404"), { code: "wasm-failed" });
  });
  await ask("undo");
  await ask("read", drawing);
  there = true;
  await ask("undo");
  expect(posted.map((message) => "result" in message && message.result.ok)).toEqual([false, true, true]);
});

for (const call of ["read", "undo"] as const) {
  test(`a panic in ${call} is said once for all, and answers nothing`, async () => {
    const panic = (): never => {
      throw new WebAssembly.RuntimeError("unreachable");
    };
    const { posted, failed, ask } = begin({ read: panic, undo: panic });
    await (call === "read" ? ask("read", drawing) : ask("undo"));
    expect(failed).toHaveBeenCalled();
    expect(new Set(posted.map((message) => JSON.stringify(message))).size).toBe(1);
    expect(posted[0]).toEqual({ fatal: { code: "worker-failed", message: "The engine stopped: unreachable" } });
  });
}

test("where WebAssembly is switched off, a failure is told like any other", async () => {
  vi.stubGlobal("WebAssembly", undefined);
  const { posted, ask } = begin({
    start: () => {
      throw Object.assign(new Error("It is off."), { code: "wasm-off" });
    },
  });
  await ask("start", { base: "/", avoidRelaxed: false });
  expect(posted).toEqual([{ id: 1, result: { ok: false, error: { code: "wasm-off", message: "It is off." } } }]);
  vi.unstubAllGlobals();
});

test("what is to be told after an answer comes after it", async () => {
  const begun = begin({
    teach: () => {
      begun.wire.afterwards = () => begun.wire.post({ event: "storage", storage: { state: "saving" }, persisted: null });
      return "a lesson";
    },
  });
  await begun.ask("teach", drawing, 4, false);
  expect(begun.posted.map((message) => ("event" in message ? "event" : "answer"))).toEqual(["answer", "event"]);
});
