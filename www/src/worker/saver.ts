/**
 * Saves by itself: one save under way at a time, and the newest state wins. What it says of itself (`state`) is what the
 * page shows, so it says «saved» only of what was read back.
 */
import { message } from "./load";
import type { Database, Engine } from "../../../crates/web/pkg/simd/trazo_web.js";
import type { StorageState } from "./protocol";

/** After a failure that may pass: how long until it tries again by itself, in milliseconds. */
const RETRY = [2000, 10_000, 60_000];

export interface SaverEvents {
  state(state: StorageState): void;
  /** A snapshot was written and read back. */
  saved(): void;
  /** Another tab has saved since this one last read: nothing was written. */
  conflict(): void;
}

export class Saver {
  state: StorageState = { state: "fresh" };
  /** When the state that was last saved was taken, in milliseconds since 1970. */
  savedAt = 0;
  #engine: Engine;
  #database: Database;
  #events: SaverEvents;
  #saved: number;
  #running: Promise<void> | null = null;
  #stopped = false;
  #failures = 0;

  constructor(engine: Engine, database: Database, events: SaverEvents) {
    this.#engine = engine;
    this.#database = database;
    this.#events = events;
    this.#saved = engine.revision;
  }

  /** Is there anything that has not been saved? */
  get dirty(): boolean {
    return this.#engine.revision !== this.#saved;
  }

  /** What is there now is what is in the database. */
  settle(state: StorageState): void {
    this.#saved = this.#engine.revision;
    this.#say(state);
  }

  /** Saves what is there now, even if nothing that counts as a change has happened (training goes on). */
  saveAnyway(): void {
    this.#saved = -1;
    this.request();
  }

  /** Something changed. */
  request(): void {
    if (this.dirty && !this.#running && !this.#stopped) {
      this.#running = this.#run().finally(() => (this.#running = null));
    }
  }

  /** Resolves when all is saved, or cannot be. */
  async flush(): Promise<void> {
    this.request();
    await this.#running;
  }

  /** Saves no more: this tab reads along, or the engine has failed. */
  stop(): void {
    this.#stopped = true;
  }

  resume(): void {
    this.#stopped = false;
    this.#failures = 0;
    this.request();
  }

  async #run(): Promise<void> {
    let vanished = false;
    while (this.dirty && !this.#stopped) {
      this.#say({ state: "saving" });
      const now = Date.now();
      const revision = this.#engine.revision;
      try {
        const saved = (await this.#database.save(this.#engine.prepareSave(this.#database, now))) as { bytes: number };
        this.#saved = revision;
        this.savedAt = now;
        this.#failures = 0;
        this.#events.saved();
        if (!this.dirty) this.#say({ state: "saved", at: now, bytes: saved.bytes });
      } catch (error) {
        const code = (error as { code?: string }).code;
        // Someone emptied the database: the store has forgotten what it knew, and the next try writes everything.
        if (code === "storage-vanished" && !vanished) vanished = true;
        else return this.#fail(code, error);
      }
    }
  }

  #fail(code: string | undefined, error: unknown): void {
    switch (code) {
      case "storage-conflict":
        this.#stopped = true;
        this.#events.conflict();
        return;
      case "storage-newer":
        this.#stopped = true;
        this.#say({ state: "newer" });
        return;
      case "storage-full":
        // Room comes back when the person makes some, which nothing tells: the next change tries again.
        this.#say({ state: "full" });
        return;
      case undefined:
        // A panic, not a failure: the engine cannot be trusted with a save any more.
        if (error instanceof WebAssembly.RuntimeError) {
          this.#stopped = true;
          throw error;
        }
    }
    this.#say({ state: "failed", detail: message(error) });
    const wait = RETRY[this.#failures++];
    if (wait !== undefined) setTimeout(() => this.request(), wait);
  }

  #say(state: StorageState): void {
    this.state = state;
    this.#events.state(state);
  }
}
