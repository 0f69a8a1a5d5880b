/**
 * Several tabs, one writer.
 *
 * A Web Lock says who writes: a tab holds it from its start until it closes, the others wait in line and read along. Who
 * takes over asks first; the writer finishes its save and lets go, and where it does not answer (a frozen tab) the lock is
 * stolen. Where there are no Web Locks, or they are refused, every tab may write, and the store's own guard (the number of
 * the last save) refuses whoever has not seen the last one.
 */

/** A reload meets its own former self, which lets go within a moment: long enough not to call that another tab. */
const PATIENCE = 300;
/** How long a writer may take to finish its save before its lock is stolen. */
const ASKED = 2000;

type Note =
  /** The newest snapshot is another one now. */
  | { note: "saved" }
  | { note: "ask"; from: string }
  | { note: "yours"; to: string }
  /** Examples (as a project file) that a tab could not save any more. */
  | { note: "adopt"; from: string; examples: Uint8Array }
  | { note: "adopted"; to: string };

export interface TabEvents {
  /** This tab writes from now on: another one closed, or let go. */
  promoted(): void;
  /** This tab does not write any more. */
  demoted(): void;
  /** Finish what is under way; nothing is written after that. */
  finish(): Promise<void>;
  /** Another tab saved. */
  saved(): void;
  /** Take examples that another tab could not save; fails where that cannot be done now. */
  adopt(examples: Uint8Array): Promise<void>;
  /** The writer took ours. */
  adopted(): void;
}

export class Tabs {
  writer = false;
  // Only to tell tabs apart; `randomUUID` is missing where the page is not served securely.
  readonly #me = `${Date.now()}-${Math.random()}`;
  readonly #name: string;
  readonly #events: TabEvents;
  readonly #channel: BroadcastChannel | null;
  #locks: LockManager | null;
  /** The latest of our requests for the lock; one that was granted too late is given back at once. */
  #wanted: object | null = null;
  /** There once the lock is ours. */
  #release: (() => void) | null = null;
  /** Calls off the wait in line. */
  #waiting: AbortController | null = null;
  /** True once `enter` has answered: what changes after that is told by events. */
  #entered = false;
  /** Another one after each leaving: what began before it is not to be finished. */
  #stay = {};
  #yours: (() => void) | null = null;

  /** Tabs of the same `name` are the others. */
  constructor(name: string, events: TabEvents) {
    this.#name = name;
    this.#events = events;
    // Neither is there in every browser that has WebAssembly SIMD.
    this.#locks = (navigator.locks as LockManager | undefined) ?? null;
    this.#channel = "BroadcastChannel" in self ? new BroadcastChannel(name) : null;
    if (this.#channel) this.#channel.onmessage = ({ data }: MessageEvent<Note>) => this.#receive(data);
  }

  /** Takes the lock or a place in the line for it. True where this tab writes. Never fails. */
  async enter(): Promise<boolean> {
    const stay = this.#stay;
    if (this.#locks) await Promise.race([this.#queue(), sleep(PATIENCE)]);
    else this.writer = true;
    if (stay === this.#stay) this.#entered = true;
    return this.writer;
  }

  /** Resolves once this tab writes, or has left. Never fails. */
  async takeOver(): Promise<void> {
    const stay = this.#stay;
    if (!this.#locks) {
      this.writer = true;
    } else if (!this.writer) {
      const yours = new Promise<void>((resolve) => (this.#yours = resolve));
      this.#post({ note: "ask", from: this.#me });
      await Promise.race([yours, sleep(ASKED)]);
      this.#yours = null;
      if (stay !== this.#stay) return;
      if (!this.writer) {
        this.#waiting?.abort();
        // Whoever asked for it need not be told.
        this.#entered = false;
        await this.#hold({ steal: true });
      }
    }
    // Should another one have taken it over in turn, that has been told already.
    if (stay === this.#stay) this.#entered = true;
  }

  /** Lets go of the lock, or of the place in the line: this tab has no part in it until it enters again. */
  leave(): void {
    this.#stay = {};
    this.#yours?.();
    this.#letGoOfAll();
  }

  #letGoOfAll(): void {
    this.writer = false;
    this.#entered = false;
    this.#wanted = null;
    this.#waiting?.abort();
    this.#waiting = null;
    this.#release?.();
    this.#release = null;
  }

  /** Another tab has written all the same. Lets it have the lock and goes to the end of the line; without locks, reads along. */
  stepBack(): void {
    this.#letGoOfAll();
    this.#entered = true;
    if (this.#locks) void this.#queue();
  }

  announceSaved(): void {
    this.#post({ note: "saved" });
  }

  offer(examples: Uint8Array): void {
    this.#post({ note: "adopt", from: this.#me, examples });
  }

  #post(note: Note): void {
    this.#channel?.postMessage(note);
  }

  /** Waits in line; resolves when the lock is ours, which may be never. */
  #queue(): Promise<void> {
    const waiting = new AbortController();
    this.#waiting = waiting;
    return this.#hold({ signal: waiting.signal });
  }

  /** Resolves when the lock is ours, or cannot be had by anyone; where the wait was called off, never. */
  #hold(options: LockOptions): Promise<void> {
    const hold = {};
    this.#wanted = hold;
    return new Promise((resolve) => {
      let mine = false;
      const granted = (): Promise<void> | undefined => {
        if (this.#wanted !== hold) return undefined;
        mine = true;
        this.#waiting = null;
        const released = new Promise<void>((release) => (this.#release = release));
        this.#promote();
        resolve();
        return released;
      };
      const ended = (): void => {
        // Called off, or given back, or there is a newer request: nobody asks any more.
        if (this.#wanted !== hold || options.signal?.aborted) return;
        if (mine) return this.#lost();
        // The browser refuses locks here: then it is as if it had none.
        this.#locks = null;
        this.#promote();
        resolve();
      };
      try {
        this.#locks?.request(this.#name, options, granted).catch(ended);
      } catch {
        ended();
      }
    });
  }

  #promote(): void {
    const wrote = this.writer;
    this.writer = true;
    if (this.#entered && !wrote) this.#events.promoted();
  }

  /** The lock was stolen. */
  #lost(): void {
    const wrote = this.writer;
    this.stepBack();
    if (wrote) this.#events.demoted();
  }

  #receive(note: Note): void {
    switch (note.note) {
      case "saved":
        this.#events.saved();
        break;
      case "ask":
        if (this.writer) void this.#letGo(note.from);
        break;
      case "yours":
        if (note.to === this.#me) this.#yours?.();
        break;
      case "adopt":
        if (this.writer) void this.#adopt(note.from, note.examples);
        break;
      case "adopted":
        if (note.to === this.#me) this.#events.adopted();
        break;
    }
  }

  async #adopt(from: string, examples: Uint8Array): Promise<void> {
    try {
      await this.#events.adopt(examples);
      this.#post({ note: "adopted", to: from });
    } catch {
      // Not started yet, perhaps: without thanks it is offered again after the next save.
    }
  }

  async #letGo(to: string): Promise<void> {
    try {
      await this.#events.finish();
    } catch {
      // It could not be saved, and will not be by waiting: what is unsaved is offered to whoever writes then.
    }
    if (!this.writer) return;
    this.writer = false;
    this.#events.demoted();
    this.#post({ note: "yours", to });
    const hold = this.#wanted;
    // It steals the lock now. Should it have died instead, the next in line gets it, and be it this tab.
    await sleep(ASKED);
    if (this.#wanted === hold && this.#release && !this.writer) this.stepBack();
  }
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
