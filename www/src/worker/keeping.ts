/**
 * What is kept, and by which tab: the database, the saves, and this tab's part among the others.
 *
 *     opening ─► writer ◄──► reader      one tab writes, the others read along
 *        │          ▲           ▲
 *        │          └─ between ─┘        what is stored is to be taken up; where that failed it has let go, and tries again
 *        ├─► memory                      no database here
 *        └─► newer                       a newer Trazo has written the database: it is left alone
 *
 * One save is under way at a time, and the newest state wins. What it says of itself (`state`) is made of what is so: «saved»
 * and «nothing to save» only where everything there is was written and read back. Whatever a tab could not save it takes
 * along when it takes up another state, and offers to the tab that writes.
 *
 * Everything here but `changed` and `leave` is called in turn: see `./wire`.
 */
import type { Database, Engine, Found } from "../../../crates/web/pkg/simd/trazo_web.js";
import { code, Failure, isPanic, message } from "./failure";
import type { Recovered, StorageState } from "./protocol";
import type { TabEvents, Tabs } from "./tabs";

/** WebKit has had versions in which a database never opens: then it is as if there were none. */
const PATIENCE = 5000;
/** After a failure that may pass: how long until it tries again by itself, in milliseconds; the last one again and again. */
const RETRY = [2000, 10_000, 60_000];

type KeptEngine = Pick<Engine, "revision" | "prepareSave" | "restore" | "examplesSince" | "adopt" | "state" | "selectModel" | "wipe">;

interface Surroundings {
  /** Resolves when all of the engine is there: reading and writing snapshots needs it. */
  whole(): Promise<void>;
  /** Does it after what is under way, and before what is asked later. */
  inTurn<T>(work: () => T | Promise<T>): Promise<T>;
  /** Ends what goes on in the background: another state is about to be taken up, or this one to be the last. */
  settle(): void;
  /** `state` has changed. */
  told(): void;
  /** Another state was taken up, or something was added to it; `state` may have changed, too. */
  restored(): void;
  /** The engine cannot be trusted any more. */
  fatal(error: unknown): void;
}

type Role = "opening" | "writer" | "reader" | "between" | "memory" | "newer" | "away";

export class Keeping implements TabEvents {
  /** Set where something stored was found damaged. */
  recovered: Recovered | null = null;
  readonly #around: Surroundings;
  readonly #tabs: Tabs;
  #engine: KeptEngine | null = null;
  #database: Database | null = null;
  #role: Role = "opening";
  /** The engine's revision before anything was done. */
  #begun = 0;
  /** The one that is in the database. */
  #kept = 0;
  /** The save that holds; null where there has been none. */
  #saved: { at: number; bytes: number } | null = null;
  /** No example of this tab's own that nobody has saved was taught before this moment. */
  #since = 0;
  /** Of those, what is to be put in again once another state has been taken up. */
  #orphans: Uint8Array[] = [];
  #saving: Promise<void> | null = null;
  /** What the last attempt came to. */
  #fault: Fault | null = null;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The page left before there was anything to leave. */
  #leftEarly = false;

  /** `tabs` is made with this object for its events. */
  constructor(around: Surroundings, tabs: (events: TabEvents) => Tabs) {
    this.#around = around;
    this.#tabs = tabs(this);
  }

  get state(): StorageState {
    switch (this.#role) {
      case "memory":
      case "newer":
        return { state: this.#role };
      case "reader":
        return { state: "reading-along" };
    }
    if (this.#fault) return this.#fault;
    if (this.#role !== "writer" || this.#saving || this.#dirty) return { state: "saving" };
    return this.#saved ? { state: "saved", ...this.#saved } : { state: "fresh" };
  }

  /**
   * Something is about to be changed. Where what is stored has not been taken up yet that is tried once more: what is
   * changed before that could not be kept as it is. Fails where another tab saves: whatever would be lost is refused.
   */
  async prepare(): Promise<void> {
    await this.#again("between");
    if (this.#role === "reader") throw new Failure("reading-along", "Another tab saves; take over first.");
  }

  /** Takes a place among the tabs; comes before `begin`, and can be done meanwhile. */
  async enter(): Promise<void> {
    await this.#tabs.enter();
  }

  /**
   * Takes up what is stored. Where there is no database it works in memory; where what is stored cannot be read for now it
   * fails: to go on as if there were nothing would hide it.
   */
  async begin(engine: KeptEngine, open: () => Promise<Database>): Promise<void> {
    this.#engine = engine;
    this.#kept = this.#begun = engine.revision;
    try {
      this.#database = await inTime(open());
      await this.#takeUp();
      this.#role = this.#leftEarly ? "away" : this.#tabs.writer ? "writer" : "reader";
      this.#left();
    } catch (error) {
      // Others can save, perhaps.
      this.#tabs.leave();
      if (isPanic(error) || code(error) === "wasm-failed") throw error;
      this.#role = code(error) === "storage-newer" ? "newer" : "memory";
      console.warn("Trazo: nothing is saved here.", error);
    }
  }

  /** Something changed: it is saved. */
  changed(): void {
    if (this.#role === "between") this.#trySoon(0);
    else if (this.#writes && this.#dirty) this.#save();
  }

  /** Saves what is there now, even if nothing that counts as a change has happened (training goes on). */
  saveAnyway(): void {
    if (!this.#writes) return;
    this.#kept = -1;
    this.#save();
  }

  /** This tab saves from now on. Fails where what is stored could not be taken up, which goes on being tried. */
  async takeOver(): Promise<void> {
    if (this.#role === "away") return;
    await this.#tabs.takeOver();
    const failed = await this.#become();
    if (failed) throw failed;
  }

  /**
   * Everything of this person goes, from the engine and from the database, whichever tab wrote it until now. The empty state
   * is saved, so that every tab takes that up, whenever it comes to look: to one that finds nothing its own is all there is.
   */
  async wipe(): Promise<void> {
    if (this.#role === "reader") await this.takeOver();
    await this.prepare();
    if (this.#role === "newer") throw new Failure("storage-newer", "A newer version's work is left alone.");
    this.#around.settle();
    clearTimeout(this.#timer);
    await this.#saving;
    await this.#around.whole();
    // First what outlives the tab: should that fail, everything is as it was.
    if (this.#role === "writer") await this.#database?.wipe();
    this.#engine?.wipe();
    this.#orphans = [];
    this.recovered = null;
    if (this.#role !== "writer") return;
    this.#saved = null;
    this.#kept = -1;
    this.#fault = null;
    await this.#write().catch((error: unknown) => this.#failed(error));
    this.#around.told();
  }

  /** The latest damaged snapshot that was set aside. */
  async damaged(): Promise<Uint8Array | undefined> {
    return this.#database?.damaged();
  }

  /** The page goes into the back-forward cache: a page that nobody sees must not hold what another one needs. */
  leave(): void {
    if (this.#role === "memory" || this.#role === "newer") return;
    this.#leftEarly = this.#role === "opening";
    if (!this.#leftEarly) this.#role = "away";
    clearTimeout(this.#timer);
    this.#tabs.leave();
    this.#left();
  }

  /** It is seen again. */
  async comeBack(): Promise<void> {
    await this.#again("away");
  }

  /** Saves no more: the engine has failed. */
  stop(): void {
    this.#role = "memory";
    clearTimeout(this.#timer);
    this.#tabs.leave();
  }

  // What the other tabs bring

  promoted(): void {
    void this.#around.inTurn(() => this.#become());
  }

  demoted(): void {
    void this.#around.inTurn(() => this.#become());
  }

  async finish(): Promise<void> {
    await this.#around.inTurn(async () => {
      this.#around.settle();
      this.changed();
      await this.#saving;
    });
  }

  saved(): void {
    void this.#around.inTurn(async () => {
      if (this.#role === "between") await this.#again("between");
      // A writer with something unsaved finds out by itself.
      else if (this.#role === "reader" || (this.#role === "writer" && !this.#dirty)) await this.#become();
    });
  }

  async adopt(examples: Uint8Array): Promise<void> {
    await this.#around.inTurn(async () => {
      await this.#around.whole();
      if (this.#role !== "writer") throw new Error("This tab does not save.");
      if (!this.#add(examples)) return;
      this.changed();
      this.#around.restored();
    });
  }

  adopted(): void {
    if (this.#role !== "reader" || !this.#engine) return;
    this.#kept = this.#engine.revision;
    this.#since = Date.now();
  }

  // One state after the other

  get #writes(): boolean {
    return this.#role === "writer" && this.#tabs.writer;
  }

  /** Is there anything here that has not been saved? */
  get #dirty(): boolean {
    return this.#engine !== null && this.#engine.revision !== this.#kept;
  }

  /** Becomes what the lock says: the writer, or a reader. What went wrong, if it did; then it tries again by itself. */
  async #become(): Promise<Failure | null> {
    if (!this.#engine || !this.#database || ["memory", "newer", "away"].includes(this.#role)) return null;
    try {
      if (!this.#tabs.writer && this.#role === "writer") this.#around.settle();
      await this.#saving;
      if (this.#role === "writer") this.#role = "between";
      if (this.#orphans.length > 0) {
        await this.#around.whole();
        this.#takeIn();
      }
      // Where nobody has saved since, what is here is the newest there is; the store refuses it otherwise.
      const newest = this.#tabs.writer && this.#dirty && (await this.#savedFirst());
      if (!newest) await this.#takeUp();
      if (this.#left()) return null;
      // Should the lock be lost meanwhile, the note of that is in the line already.
      this.#role = this.#tabs.writer ? "writer" : "reader";
      this.#failures = 0;
      this.#fault = null;
      this.changed();
      if (newest) this.#around.told();
      else this.#around.restored();
      return null;
    } catch (error) {
      this.#strand(error);
      return new Failure(code(error) ?? "storage-failed", message(error));
    }
  }

  /** Takes a place among the tabs again, where it still is in the role that has none. */
  async #again(role: "between" | "away"): Promise<void> {
    if (this.#role !== role) return;
    this.#role = "between";
    await this.#tabs.enter();
    await this.#become();
  }

  /** True where the page has left meanwhile; what was under way has opened the database again, perhaps. */
  #left(): boolean {
    if (this.#role === "away") this.#database?.close();
    return this.#role === "away";
  }

  #strand(error: unknown): void {
    if (this.#left()) return;
    this.#tabs.leave();
    if (isPanic(error)) return this.#around.fatal(error);
    if (code(error) === "storage-newer") {
      this.#role = "newer";
    } else {
      this.#role = "between";
      this.#fault = faultOf(error);
      this.#trySoon(this.#wait());
    }
    this.#around.told();
  }

  #wait(): number {
    return RETRY[Math.min(this.#failures++, RETRY.length - 1)] ?? 0;
  }

  #trySoon(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.#role === "writer") this.changed();
      else void this.#around.inTurn(() => this.#again("between"));
    }, milliseconds);
  }

  /** Takes up the newest snapshot, and puts in again what this tab has and nobody has saved. */
  async #takeUp(): Promise<void> {
    const [engine, database] = [this.#engine, this.#database];
    if (!engine || !database) return;
    const stored = await database.fetch();
    // Where nothing is stored there is nothing to make sense of, and no need to wait for the code that would.
    if (stored.empty && engine.revision === this.#begun) return this.#settle(null);
    await this.#around.whole();
    if (stored.empty) {
      // Whatever was done with it, it is nowhere any more: what is here is all there is.
      this.#kept = -1;
      if (!this.#tabs.writer) this.#tabs.offer(engine.examplesSince(0));
      return;
    }
    if (this.#dirty) this.#orphans.push(engine.examplesSince(this.#since));
    const found = database.choose(stored);
    if (this.#tabs.writer && found.recovered) await database.keepDamaged().catch(unlessPanic);
    const looking = engine.state().model.id;
    engine.restore(found);
    // A tab that reads along looks with the model that it chose itself, unless the one that writes has removed it.
    const chooses = this.#role !== "opening" && !this.#tabs.writer;
    if (chooses && engine.state().models.some(({ id }) => id === looking)) engine.selectModel(looking);
    this.#settle(found);
    // Nothing that was stored can be used: what is here is all there is.
    if (!found.saved && this.#role !== "opening") this.#kept = -1;
    const added = this.#takeIn();
    if (!this.#tabs.writer) for (const examples of added) this.#tabs.offer(examples);
  }

  /** Puts in again what nobody has saved; those of it that were not there. Where that fails it is tried again later. */
  #takeIn(): Uint8Array[] {
    const added = this.#orphans.filter((examples) => this.#add(examples));
    this.#orphans = [];
    return added;
  }

  /** Adds examples, of whatever age, that nobody has saved; false where all of them were there. */
  #add(examples: Uint8Array): boolean {
    const added = (this.#engine?.adopt(examples) ?? 0) > 0;
    if (added) this.#since = 0;
    return added;
  }

  #settle(found: Found | null): void {
    this.recovered = found?.recovered ?? this.recovered;
    const saved = found?.saved;
    this.#saved = saved ? { at: saved.at, bytes: saved.bytes } : null;
    this.#since = saved?.at ?? 0;
    this.#kept = this.#engine?.revision ?? 0;
  }

  // Saves

  /** True where what is here was saved; false where another tab has saved meanwhile. */
  async #savedFirst(): Promise<boolean> {
    try {
      await this.#write();
      return true;
    } catch (error) {
      if (code(error) === "storage-conflict") return false;
      throw error;
    }
  }

  #save(): void {
    if (this.#saving) return;
    clearTimeout(this.#timer);
    this.#fault = null;
    this.#saving = this.#run().finally(() => {
      this.#saving = null;
      this.#around.told();
    });
    this.#around.told();
  }

  async #run(): Promise<void> {
    try {
      while (this.#dirty && this.#writes) await this.#write();
      this.#failures = 0;
    } catch (error) {
      this.#failed(error);
    }
    this.#left();
  }

  /** One save, of the state as it is now. */
  async #write(vanished = false): Promise<void> {
    const [engine, database] = [this.#engine, this.#database];
    if (!engine || !database) return;
    await this.#around.whole();
    const now = Date.now();
    const revision = engine.revision;
    try {
      const { bytes } = await database.save(engine.prepareSave(database, now));
      this.#kept = revision;
      this.#saved = { at: now, bytes };
      this.#since = now;
      this.#tabs.announceSaved();
    } catch (error) {
      // Someone emptied the database: the store has forgotten what it knew, and the next try writes everything.
      if (vanished || code(error) !== "storage-vanished") throw error;
      await this.#write(true);
    }
  }

  #failed(error: unknown): void {
    if (!this.#writes) return;
    switch (code(error)) {
      case "storage-conflict":
        this.#tabs.stepBack();
        this.demoted();
        return;
      case "storage-newer":
        this.#strand(error);
        return;
    }
    // A panic, not a failure: the engine cannot be trusted with a save any more.
    if (isPanic(error)) return this.#around.fatal(error);
    this.#fault = faultOf(error);
    // Room comes back when the person makes some, which nothing tells: the next change tries again.
    if (this.#fault.state !== "full") this.#trySoon(this.#wait());
  }
}

type Fault = { state: "full" } | { state: "failed"; detail: string };

const faultOf = (error: unknown): Fault =>
  code(error) === "storage-full" ? { state: "full" } : { state: "failed", detail: message(error) };

function inTime<T>(promise: Promise<T>): Promise<T> {
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Failure("storage-unavailable", "The database did not open in time.")), PATIENCE);
  });
  return Promise.race([promise, late]);
}

/** What is set aside is a kindness: without it the bytes are offered from memory. */
function unlessPanic(error: unknown): void {
  if (isPanic(error)) throw error;
}
