import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Database, Engine } from "../../../crates/web/pkg/simd/trazo_web.js";
import { Saver } from "./saver";

vi.mock("./load", () => ({ message: (error: unknown) => (error as Error).message }));

/** An engine that is nothing but its revision, and a database whose saves the test ends. */
function begin() {
  const engine = { revision: 0, prepareSave: () => engine.revision };
  const saves: { revision: number; end: () => void; fail: (code?: string) => void }[] = [];
  const database = {
    save: (revision: number) =>
      new Promise((resolve, reject) =>
        saves.push({
          revision,
          end: () => resolve({ bytes: 7 }),
          fail: (code) => reject(Object.assign(new Error("no"), code && { code })),
        }),
      ),
  };
  const states: string[] = [];
  const events = { state: vi.fn(({ state }: { state: string }) => states.push(state)), saved: vi.fn(), conflict: vi.fn() };
  const saver = new Saver(engine as unknown as Engine, database as unknown as Database, events);
  const change = () => {
    engine.revision += 1;
    saver.request();
  };
  return { saver, saves, states, events, change };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout"] }));
afterEach(() => void vi.useRealTimers());

test("one save at a time, and the newest state wins", async () => {
  const { saves, states, change } = begin();
  for (let i = 0; i < 5; i++) change();
  expect(saves.map((save) => save.revision)).toEqual([1]);
  saves[0]?.end();
  await settled();
  expect(saves.map((save) => save.revision)).toEqual([1, 5]);
  expect(states, "not «saved» while something is not").not.toContain("saved");
  saves[1]?.end();
  await settled();
  expect(states.at(-1)).toBe("saved");
});

test("a full disk is said, and the next change tries again", async () => {
  const { saver, saves, states, change } = begin();
  change();
  saves[0]?.fail("storage-full");
  await settled();
  expect(states.at(-1)).toBe("full");
  expect(saver.dirty).toBe(true);
  change();
  saves[1]?.end();
  await settled();
  expect(states.at(-1)).toBe("saved");
});

test("what may pass is tried again by itself", async () => {
  const { saves, states, change } = begin();
  change();
  saves[0]?.fail("storage-failed");
  await settled();
  expect(states.at(-1)).toBe("failed");
  vi.advanceTimersByTime(2000);
  saves[1]?.end();
  await settled();
  expect(states.at(-1)).toBe("saved");
});

test("after another tab's save nothing more is written", async () => {
  const { saves, events, change } = begin();
  change();
  saves[0]?.fail("storage-conflict");
  await settled();
  expect(events.conflict).toHaveBeenCalledTimes(1);
  change();
  expect(saves).toHaveLength(1);
});

test("a database that was emptied is written again at once", async () => {
  const { saves, states, change } = begin();
  change();
  saves[0]?.fail("storage-vanished");
  await settled();
  saves[1]?.end();
  await settled();
  expect(states).toEqual(["saving", "saving", "saved"]);
});

test("who waits for the last save waits for the newest state", async () => {
  const { saver, saves, change } = begin();
  change();
  change();
  const flushed = vi.fn();
  void saver.flush().then(flushed);
  saves[0]?.end();
  await settled();
  expect(flushed).not.toHaveBeenCalled();
  saves[1]?.end();
  await settled();
  expect(flushed).toHaveBeenCalled();
});
