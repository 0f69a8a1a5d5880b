import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { FakeChannel, FakeLocks } from "./fakes/browser";
import { Disk, failure, FakeDatabase, FakeEngine, METHODS } from "./fakes/store";
import { Keeping } from "./keeping";
import type { StorageState } from "./protocol";
import { Tabs } from "./tabs";

class Tab {
  readonly engine = new FakeEngine();
  readonly database: FakeDatabase;
  readonly keeping: Keeping;
  /** Where the rest of the engine does not come. */
  lacking: unknown = null;
  readonly fatal = vi.fn();
  readonly restored = vi.fn();
  /** Every state that the page was told. */
  readonly told: StorageState["state"][] = [];
  #turn: Promise<unknown> = Promise.resolve();

  constructor(disk: Disk) {
    this.database = new FakeDatabase(disk);
    const around = {
      whole: async () => {
        if (this.lacking) throw this.lacking;
      },
      inTurn: <T>(work: () => T | Promise<T>) => this.inTurn(work),
      settle: () => {},
      told: () => this.told.push(this.keeping.state.state),
      restored: () => {
        this.restored();
        this.told.push(this.keeping.state.state);
      },
      fatal: this.fatal,
    };
    this.keeping = new Keeping(around, (events) => new Tabs("trazo:/", events));
  }

  inTurn<T>(work: () => T | Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async open(): Promise<this> {
    const begun = this.inTurn(async () => {
      await this.keeping.enter();
      await this.keeping.begin(this.engine.real, async () => this.database.real);
    });
    begun.catch(() => undefined);
    await vi.advanceTimersByTimeAsync(300);
    await begun;
    return this;
  }

  async teach(name: string): Promise<void> {
    const taught = this.inTurn(async () => {
      await this.keeping.prepare();
      this.engine.teach(name);
      this.keeping.changed();
    });
    const over = taught.then(() => true, () => true);
    const aWhile = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds).then(() => false);
    await settled();
    // It waits its turn, perhaps, and that for a lock.
    while (!(await Promise.race([over, aWhile(1000)])));
    await taught;
    await settled();
  }

  get state(): StorageState["state"] {
    return this.keeping.state.state;
  }
}

const settled = () => vi.advanceTimersByTimeAsync(1);
const minutes = (many: number) => vi.advanceTimersByTimeAsync(many * 60_000);

let disk: Disk;

beforeEach(() => {
  vi.useFakeTimers({ now: 1_763_800_000_000 });
  FakeChannel.all = [];
  vi.stubGlobal("self", { BroadcastChannel: FakeChannel });
  vi.stubGlobal("BroadcastChannel", FakeChannel);
  vi.stubGlobal("navigator", { locks: new FakeLocks() });
  vi.spyOn(console, "warn").mockImplementation(() => {});
  disk = new Disk();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe("one tab", () => {
  test("has nothing to save at first, and says «saved» of what is on the disk", async () => {
    const tab = await new Tab(disk).open();
    expect(tab.state).toBe("fresh");
    await tab.teach("a");
    expect([tab.state, disk.names]).toEqual(["saved", ["a"]]);
    expect(tab.told).not.toContain("fresh");
  });

  test("saves one thing at a time, and the newest state wins", async () => {
    const tab = await new Tab(disk).open();
    tab.database.held = [];
    for (const name of ["a", "b", "c"]) await tab.teach(name);
    expect(tab.database.held).toHaveLength(1);
    tab.database.held[0]?.();
    await settled();
    expect(disk.names).toEqual(["a"]);
    expect(tab.state, "not «saved» while something is not").toBe("saving");
    tab.database.held[1]?.();
    await settled();
    expect([tab.state, disk.names]).toEqual(["saved", ["a", "b", "c"]]);
  });

  test("saves while it trains, though nothing has changed that counts", async () => {
    const tab = await new Tab(disk).open();
    tab.keeping.saveAnyway();
    await settled();
    expect([tab.state, disk.seq]).toEqual(["saved", 1]);
  });

  test("says that the disk is full, and the next change tries again", async () => {
    const tab = await new Tab(disk).open();
    tab.database.refuses.set("save", failure("storage-full"));
    await tab.teach("a");
    expect(tab.state).toBe("full");
    tab.database.refuses.clear();
    await tab.teach("b");
    expect([tab.state, disk.names]).toEqual(["saved", ["a", "b"]]);
  });

  test("tries again by itself, for as long as it takes", async () => {
    const tab = await new Tab(disk).open();
    tab.database.refuses.set("save", failure("storage-failed"));
    await tab.teach("a");
    expect(tab.keeping.state).toEqual({ state: "failed", detail: "It is storage-failed." });
    await minutes(10);
    expect(tab.state).toBe("failed");
    tab.database.refuses.clear();
    await minutes(1);
    expect([tab.state, disk.names]).toEqual(["saved", ["a"]]);
  });

  test("writes everything again at once where the database was emptied, but not for ever", async () => {
    const tab = await new Tab(disk).open();
    const save = vi.spyOn(tab.database, "save").mockRejectedValueOnce(failure("storage-vanished"));
    await tab.teach("a");
    expect([tab.state, disk.names]).toEqual(["saved", ["a"]]);
    save.mockRejectedValue(failure("storage-vanished"));
    await tab.teach("b");
    expect(tab.state).toBe("failed");
  });

  test("leaves a database of a newer version alone, and lets another tab have the lock", async () => {
    const tab = await new Tab(disk).open();
    tab.database.refuses.set("save", failure("storage-newer"));
    await tab.teach("a");
    expect(tab.state).toBe("newer");
    tab.database.refuses.clear();
    await tab.teach("b");
    await minutes(5);
    expect([tab.state, disk.seq]).toEqual(["newer", 0]);
    expect((await new Tab(disk).open()).state).toBe("fresh");
  });

  test("saves no more after a panic", async () => {
    const tab = await new Tab(disk).open();
    tab.database.refuses.set("save", new WebAssembly.RuntimeError("unreachable"));
    await tab.teach("a");
    expect(tab.fatal).toHaveBeenCalledTimes(1);
  });

  test("saves once the rest of the engine has come, and says meanwhile that it could not", async () => {
    const tab = await new Tab(disk).open();
    tab.lacking = failure("wasm-failed");
    await tab.teach("a");
    expect(tab.state).toBe("failed");
    tab.lacking = null;
    await minutes(1);
    expect([tab.state, disk.names]).toEqual(["saved", ["a"]]);
  });

  test("takes up what was saved, damage set aside, and says so", async () => {
    await (await new Tab(disk).open()).teach("a");
    vi.stubGlobal("navigator", { locks: new FakeLocks() });
    const tab = new Tab(disk);
    tab.database.damage = true;
    // What cannot be set aside is no reason not to start.
    tab.database.refuses.set("keepDamaged", failure("storage-full"));
    await tab.open();
    expect([tab.state, tab.engine.names]).toEqual(["saved", ["a"]]);
    expect(tab.keeping.recovered).toEqual({ used: "older-snapshot", damagedBytes: 7 });
  });

  test("works in memory where there is no database, or where it does not open in time", async () => {
    const refused = new Tab(disk);
    await refused.keeping.enter();
    await refused.keeping.begin(refused.engine.real, async () => Promise.reject(failure("storage-unavailable")));
    await refused.teach("a");
    expect(refused.state).toBe("memory");
    const late = new Tab(disk);
    await late.keeping.enter();
    const begun = late.keeping.begin(late.engine.real, () => new Promise(() => {}));
    await vi.advanceTimersByTimeAsync(5000);
    await begun;
    expect(late.state).toBe("memory");
    // Neither keeps the lock from a tab that can save.
    await expect((await new Tab(disk).open()).keeping.prepare()).resolves.toBeUndefined();
  });

  test("fails to begin where something is stored that cannot be read for now", async () => {
    await (await new Tab(disk).open()).teach("a");
    vi.stubGlobal("navigator", { locks: new FakeLocks() });
    const tab = new Tab(disk);
    tab.lacking = failure("wasm-failed");
    await expect(tab.open()).rejects.toThrow("wasm-failed");
  });
});

describe("several tabs", () => {
  test("the second reads along, and takes up what the first saves", async () => {
    const [first, second] = [await new Tab(disk).open(), await new Tab(disk).open()];
    expect([first.state, second.state]).toEqual(["fresh", "reading-along"]);
    second.engine.selectModel("classic");
    await first.teach("a");
    expect(second.engine.names).toEqual(["a"]);
    expect(second.engine.model, "it looks with the model that it chose").toBe("classic");
    await expect(second.teach("b")).rejects.toThrow("Another tab saves");
  });

  test("the second looks with what the first saved where the network that it looked with is removed", async () => {
    const [first, second] = [await new Tab(disk).open(), await new Tab(disk).open()];
    second.engine.models.push("own");
    second.engine.selectModel("own");
    await first.teach("a");
    expect([second.state, second.engine.model]).toEqual(["reading-along", "digits"]);
  });

  test("taking over, the newest is taken up first", async () => {
    const [first, second] = [await new Tab(disk).open(), await new Tab(disk).open()];
    await first.teach("a");
    await second.inTurn(() => second.keeping.takeOver());
    await second.teach("b");
    expect([first.state, second.state, disk.names]).toEqual(["reading-along", "saved", ["a", "b"]]);
    expect(first.engine.names).toEqual(["a", "b"]);
  });

  test("what the first could not save goes along to the one that takes over", async () => {
    const [first, second] = [await new Tab(disk).open(), await new Tab(disk).open()];
    await first.teach("a");
    first.database.refuses.set("save", failure("storage-failed"));
    await first.teach("b");
    await second.inTurn(() => second.keeping.takeOver());
    await settled();
    expect([second.state, disk.names]).toEqual(["saved", ["a", "b"]]);
  });

  test("also where nothing has ever been saved", async () => {
    const [first, second] = [await new Tab(disk).open(), await new Tab(disk).open()];
    first.database.refuses.set("save", failure("storage-failed"));
    await first.teach("a");
    await second.inTurn(() => second.keeping.takeOver());
    await settled();
    expect([second.state, disk.names]).toEqual(["saved", ["a"]]);
  });

  test("what was adopted and could not be saved goes along too, however old it is", async () => {
    const [first, second, third] = [await new Tab(disk).open(), await new Tab(disk).open(), await new Tab(disk).open()];
    for (const method of ["save", "fetch"] as const) first.database.refuses.set(method, failure("storage-failed"));
    await first.teach("a");
    await minutes(1);
    await second.inTurn(() => second.keeping.takeOver());
    await second.teach("b");
    expect(disk.names, "saved after «a» was taught, and without it").toEqual(["b"]);
    second.database.refuses.set("save", failure("storage-failed"));
    first.database.refuses.clear();
    await minutes(1);
    expect(second.engine.names.toSorted()).toEqual(["a", "b"]);
    first.keeping.leave();
    await third.inTurn(() => third.keeping.takeOver());
    await settled();
    expect(disk.names.toSorted()).toEqual(["a", "b"]);
  });

  test("what could not be put in again at once is put in later", async () => {
    const [first, second] = [await new Tab(disk).open(), await new Tab(disk).open()];
    first.database.refuses.set("save", failure("storage-failed"));
    await first.teach("a");
    second.engine.teach("b");
    second.keeping.changed();
    first.engine.busy = second.engine.busy = true;
    await second.inTurn(() => second.keeping.takeOver());
    await settled();
    expect([disk.names, first.state]).toEqual([["b"], "failed"]);
    first.engine.busy = second.engine.busy = false;
    await minutes(1);
    expect([disk.names.toSorted(), second.state]).toEqual([["a", "b"], "saved"]);
  });

  test("where there is no room when it takes over, it says so, and saves when there is", async () => {
    const [first, second] = [await new Tab(disk).open(), await new Tab(disk).open()];
    await first.teach("a");
    second.engine.teach("b");
    second.database.refuses.set("save", failure("storage-full"));
    first.keeping.leave();
    await settled();
    expect(second.state).toBe("full");
    second.database.refuses.clear();
    await minutes(1);
    expect([second.state, disk.names]).toEqual(["saved", ["a", "b"]]);
  });

  test("where nothing of what is stored can be used, what the tab has is saved in its place", async () => {
    const [first, second] = [await new Tab(disk).open(), await new Tab(disk).open()];
    await first.teach("a");
    disk.taught = [];
    second.database.ruined = true;
    first.keeping.leave();
    await settled();
    expect([second.state, disk.names]).toEqual(["saved", ["a"]]);
    expect(second.keeping.recovered?.used).toBe("pretrained");
  });

  test("a writer whose lock is stolen in the middle of a save begins no other", async () => {
    const [first, second] = [await new Tab(disk).open(), await new Tab(disk).open()];
    const save = vi.spyOn(first.database, "save");
    first.database.held = [];
    await first.teach("a");
    await first.teach("b");
    const taken = second.inTurn(() => second.keeping.takeOver());
    await vi.advanceTimersByTimeAsync(2000);
    await taken;
    first.database.held[0]?.();
    first.database.held = null;
    await minutes(1);
    expect(save).toHaveBeenCalledTimes(1);
    expect([first.state, second.state]).toEqual(["reading-along", "saved"]);
    expect(disk.names.toSorted()).toEqual(["a", "b"]);
  });

  for (const where of ["the other closes", "it takes over"] as const) {
    for (const what of ["the rest of the engine", "fetch", "choose", "save"] as const) {
      test(`where ${where} and ${what} fails, it is never called saved, the lock is let go of, and it is tried again`, async () => {
        const [first, second] = [await new Tab(disk).open(), await new Tab(disk).open()];
        await first.teach("a");
        if (what === "the rest of the engine") second.lacking = failure("wasm-failed");
        else second.database.refuses.set(what, failure("storage-failed"));
        second.told.length = 0;

        if (where === "the other closes") {
          first.keeping.leave();
          await settled();
        } else {
          await second.inTurn(() => second.keeping.takeOver()).catch(() => undefined);
        }
        await settled();
        if (what !== "save") {
          expect(second.state).toBe("failed");
          expect(second.told.filter((state) => ["saved", "fresh"].includes(state))).toEqual([]);
          // It stands in nobody's way.
          const third = await new Tab(disk).open();
          const writer = [third, first].find(({ keeping }) => keeping.state.state === "saved");
          expect(writer).toBeDefined();
          await writer?.teach("c");
          expect(disk.names).toEqual(["a", "c"]);
        }
        await second.teach("b");
        expect(second.state).toBe("failed");
        expect(disk.names).not.toContain("b");

        second.lacking = null;
        second.database.refuses.clear();
        await minutes(2);
        expect(disk.names.toSorted()).toEqual(what === "save" ? ["a", "b"] : ["a", "b", "c"]);
        expect(second.state).toBe(what === "save" ? "saved" : "reading-along");
      });
    }
  }

  test("who changes something tries again first, so that the change is one of the newest state", async () => {
    const [first, second] = [await new Tab(disk).open(), await new Tab(disk).open()];
    await first.teach("a");
    second.lacking = failure("wasm-failed");
    first.keeping.leave();
    await settled();
    expect(second.state).toBe("failed");
    second.lacking = null;
    const teach = vi.spyOn(second.engine, "teach").mockImplementationOnce(() => expect(second.engine.names).toEqual(["a"]));
    await second.teach("b");
    expect(teach).toHaveBeenCalled();
    expect(second.state).toBe("saved");
  });

  test("a reader that cannot read what was saved says so, and does when it can", async () => {
    const [first, second] = [await new Tab(disk).open(), await new Tab(disk).open()];
    second.database.refuses.set("fetch", failure("storage-failed"));
    await first.teach("a");
    expect(second.state).toBe("failed");
    second.database.refuses.clear();
    await minutes(1);
    expect([second.state, second.engine.names]).toEqual(["reading-along", ["a"]]);
  });

  test("a panic while another state is taken up ends the engine", async () => {
    const [first, second] = [await new Tab(disk).open(), await new Tab(disk).open()];
    await first.teach("a");
    second.database.refuses.set("choose", new WebAssembly.RuntimeError("unreachable"));
    first.keeping.leave();
    await settled();
    expect(second.fatal).toHaveBeenCalledTimes(1);
  });

  test("examples that come while the rest of the engine is not there are not thanked for", async () => {
    const [first, second] = [await new Tab(disk).open(), await new Tab(disk).open()];
    first.database.refuses.set("save", failure("storage-failed"));
    await first.teach("a");
    const taken = second.inTurn(() => second.keeping.takeOver());
    await taken;
    await settled();
    expect(disk.names).toEqual(["a"]);
    await expect(first.keeping.adopt(new Uint8Array())).rejects.toThrow("does not save");
  });

  test("without locks, two tabs that write meet in the database, and nothing is lost", async () => {
    vi.stubGlobal("navigator", {});
    const [first, second] = [await new Tab(disk).open(), await new Tab(disk).open()];
    second.database.held = [];
    await second.teach("b");
    await first.teach("a");
    second.database.held[0]?.();
    await settled();
    expect([first.state, second.state]).toEqual(["saved", "reading-along"]);
    expect(disk.names.toSorted()).toEqual(["a", "b"]);
  });
});

describe("the back-forward cache", () => {
  test("a page that was left holds neither the lock nor the database", async () => {
    const left = await new Tab(disk).open();
    await left.teach("a");
    left.keeping.leave();
    expect(left.database.closed).toBe(1);
    const tab = await new Tab(disk).open();
    expect([tab.state, tab.engine.names]).toEqual(["saved", ["a"]]);
    await tab.teach("b");

    void left.inTurn(() => left.keeping.comeBack());
    await minutes(1);
    expect([left.state, left.engine.names]).toEqual(["reading-along", ["a", "b"]]);
  });

  test("one that comes back alone goes on as it was, with what it had not saved", async () => {
    const tab = await new Tab(disk).open();
    await tab.teach("a");
    tab.database.held = [];
    await tab.teach("b");
    tab.keeping.leave();
    tab.database.held[0]?.();
    tab.database.held = null;
    await settled();
    expect(tab.database.closed, "closed again after the save that was under way").toBe(2);
    await tab.teach("c");
    tab.restored.mockClear();
    await tab.inTurn(() => tab.keeping.comeBack());
    await settled();
    expect([tab.state, disk.names]).toEqual(["saved", ["a", "b", "c"]]);
    expect(tab.restored, "nobody has saved since: what is here is the newest").not.toHaveBeenCalled();
  });
});

describe("the back-forward cache, in the middle of something", () => {
  test("a page that is left before it has begun holds nothing, and begins when it is back", async () => {
    const left = new Tab(disk);
    const open = left.open();
    await settled();
    left.keeping.leave();
    await open;
    expect(left.database.closed).toBe(1);
    const tab = await new Tab(disk).open();
    await tab.teach("a");
    void left.inTurn(() => left.keeping.comeBack());
    await vi.advanceTimersByTimeAsync(400);
    expect([left.state, left.engine.names]).toEqual(["reading-along", ["a"]]);
  });

  test("a page that is left while it takes up another state comes back as any other", async () => {
    const [first, second] = [await new Tab(disk).open(), await new Tab(disk).open()];
    const { fetch } = second.database;
    vi.spyOn(second.database, "fetch").mockImplementationOnce(() => {
      second.keeping.leave();
      return fetch.call(second.database);
    });
    await first.teach("a");
    expect(second.database.closed, "closed again after what was under way").toBe(2);
    void second.inTurn(() => second.keeping.comeBack());
    await vi.advanceTimersByTimeAsync(400);
    expect([second.state, second.engine.names]).toEqual(["reading-along", ["a"]]);
    first.keeping.leave();
    await settled();
    await second.teach("b");
    expect([second.state, disk.names]).toEqual(["saved", ["a", "b"]]);
  });
});

describe("wiping for the next person", () => {
  const wipe = async (tab: Tab): Promise<void> => {
    const wiped = tab.inTurn(() => tab.keeping.wipe());
    wiped.catch(() => undefined);
    await vi.advanceTimersByTimeAsync(3000);
    await wiped;
  };

  test("leaves nothing on the disk and in no tab, and no tab brings anything back", async () => {
    const tabs = [await new Tab(disk).open(), await new Tab(disk).open(), await new Tab(disk).open()] as const;
    const [writer, reader, away] = tabs;
    await writer.teach("a");
    await writer.teach("b");
    away.keeping.leave();
    expect(reader.engine.names).toEqual(["a", "b"]);
    await wipe(writer);
    expect(disk.names).toEqual([]);
    await minutes(3);
    void away.inTurn(() => away.keeping.comeBack());
    await minutes(3);
    expect(tabs.map(({ engine }) => engine.names)).toEqual([[], [], []]);
    expect(disk.names).toEqual([]);
    // The next person goes on as anyone does.
    await writer.teach("c");
    expect([writer.state, disk.names, reader.engine.names]).toEqual(["saved", ["c"], ["c"]]);
  });

  test("is done by the tab in which it was asked for, though another one saves", async () => {
    const [writer, reader] = [await new Tab(disk).open(), await new Tab(disk).open()];
    await writer.teach("a");
    await wipe(reader);
    await minutes(3);
    expect([disk.names, writer.engine.names, reader.engine.names]).toEqual([[], [], []]);
    expect([writer.state, reader.state]).toEqual(["reading-along", "saved"]);
  });

  test("takes what could not be saved, too", async () => {
    const tab = await new Tab(disk).open();
    tab.database.refuses.set("save", failure("storage-failed"));
    await tab.teach("a");
    tab.database.refuses.clear();
    await wipe(tab);
    await minutes(3);
    expect([tab.engine.names, disk.names, tab.state]).toEqual([[], [], "saved"]);
  });

  test("fails where the disk refuses it, and then everything is as it was", async () => {
    const tab = await new Tab(disk).open();
    await tab.teach("a");
    tab.database.refuses.set("wipe", failure("storage-failed"));
    await expect(wipe(tab)).rejects.toThrow("storage-failed");
    expect([tab.engine.names, disk.names]).toEqual([["a"], ["a"]]);
    tab.database.refuses.clear();
    await tab.teach("b");
    expect([tab.state, disk.names]).toEqual(["saved", ["a", "b"]]);
  });

  test("where there is no database it is the memory that is wiped", async () => {
    const tab = new Tab(disk);
    void tab.inTurn(async () => {
      await tab.keeping.enter();
      await tab.keeping.begin(tab.engine.real, () => Promise.reject(failure("storage-unavailable")));
    });
    await vi.advanceTimersByTimeAsync(300);
    await tab.teach("a");
    await wipe(tab);
    expect([tab.engine.names, tab.state]).toEqual([[], "memory"]);
  });
});

/** xorshift32 */
function random(seed: number): (below: number) => number {
  let state = seed * 2_654_435_761;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

for (let seed = 1; seed <= 60; seed++) {
  test(`whatever fails and in whatever order, nothing taught is lost and nothing is called saved that is not (${seed})`, async () => {
    const pick = random(seed);
    const tabs = [await new Tab(disk).open(), await new Tab(disk).open(), await new Tab(disk).open()];
    const away = new Set<Tab>();
    const taught: string[] = [];
    for (let step = 0; step < 40; step++) {
      const tab = tabs[pick(tabs.length)] as Tab;
      switch (pick(7)) {
        case 0:
        case 1:
          if (away.has(tab)) break;
          await tab.teach(`${step}`).then(() => taught.push(`${step}`), () => undefined);
          break;
        case 2:
          if (!away.has(tab)) void tab.inTurn(() => tab.keeping.takeOver()).catch(() => undefined);
          break;
        case 3:
          tab.database.refuses.set(METHODS[pick(METHODS.length)] ?? "save", failure(pick(2) ? "storage-failed" : "storage-full"));
          tab.engine.busy = pick(4) === 0;
          break;
        case 4:
          tab.engine.busy = false;
          tab.database.refuses.clear();
          tab.lacking = pick(3) ? null : failure("wasm-failed");
          break;
        case 5:
          if (away.delete(tab)) {
            void tab.inTurn(() => tab.keeping.comeBack());
          } else if (away.size < 2) {
            away.add(tab);
            tab.keeping.leave();
          }
          break;
        case 6:
          await vi.advanceTimersByTimeAsync(pick(5000));
          break;
      }
      await settled();
      for (const each of tabs) {
        if (!away.has(each) && ["saved", "fresh"].includes(each.state)) {
          expect(each.engine.names.filter((name) => !disk.names.includes(name)), `step ${step}`).toEqual([]);
        }
        expect(each.fatal).not.toHaveBeenCalled();
      }
    }
    for (const tab of tabs) {
      tab.database.refuses.clear();
      tab.engine.busy = false;
      tab.lacking = null;
      if (away.has(tab)) void tab.inTurn(() => tab.keeping.comeBack());
    }
    // Those that read along with something of their own offer it when the others save.
    for (let round = 0; round < 4; round++) {
      await minutes(3);
      const writer = tabs.find((tab) => tab.state !== "reading-along");
      await writer?.teach(`last ${round}`);
    }
    await minutes(3);
    expect(taught.filter((name) => !disk.names.includes(name))).toEqual([]);
    expect(tabs.map((tab) => tab.state).toSorted()).toEqual(["reading-along", "reading-along", "saved"]);
  });
}
