/**
 * Several tabs, one writer.
 *
 * A Web Lock says who writes: a tab holds it from its start until it closes, the others wait in line and read along. Who
 * takes over asks first; the writer finishes its save and lets go, and where it does not answer (a frozen tab) the lock is
 * stolen. Where there are no Web Locks every tab may write, and the store's own guard (the number of the last save)
 * refuses whoever has not seen the last one.
 */

const NAME = "trazo";
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
  /** This tab writes from now on: another one closed, or it took over. */
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
  readonly #events: TabEvents;
  // Neither is there in every browser that has WebAssembly SIMD.
  readonly #locks = navigator.locks as LockManager | undefined;
  readonly #channel = "BroadcastChannel" in self ? new BroadcastChannel(NAME) : null;
  #entered = false;
  /** Which of our requests has the lock. */
  #held: object | null = null;
  #release: (() => void) | null = null;
  #waiting: AbortController | null = null;
  #yours: (() => void) | null = null;

  constructor(events: TabEvents) {
    this.#events = events;
    if (this.#channel) this.#channel.onmessage = ({ data }: MessageEvent<Note>) => this.#receive(data);
  }

  /** Takes the lock or a place in the line for it. True where this tab writes. */
  async enter(): Promise<boolean> {
    if (!this.#locks) {
      this.writer = true;
    } else {
      await Promise.race([this.#waitForPromotion(), sleep(PATIENCE)]);
    }
    this.#entered = true;
    return this.writer;
  }

  /** Resolves once this tab writes. */
  async takeOver(): Promise<void> {
    if (this.writer) return;
    if (this.#locks) {
      const yours = new Promise<void>((resolve) => (this.#yours = resolve));
      this.#post({ note: "ask", from: this.#me });
      await Promise.race([yours, sleep(ASKED)]);
      if (this.writer) return;
      this.#waiting?.abort();
      await this.#hold({ steal: true }, () => {});
    }
    this.writer = true;
  }

  /** Without locks a conflict is all that tells: another tab writes. */
  stepBack(): void {
    this.writer = false;
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
  #waitForPromotion(): Promise<void> {
    const waiting = new AbortController();
    this.#waiting = waiting;
    return this.#hold({ signal: waiting.signal }, () => {
      this.writer = true;
      if (this.#entered) this.#events.promoted();
    });
  }

  #hold(options: LockOptions, granted: () => void): Promise<void> {
    return new Promise((resolve) => {
      const hold = {};
      const holding = this.#locks?.request(NAME, options, () => {
        this.#held = hold;
        this.#waiting = null;
        granted();
        resolve();
        return new Promise<void>((release) => (this.#release = release));
      });
      holding?.catch(() => {
        // Either the wait was called off, or this hold was stolen. By ourselves: then there is a newer one.
        if (this.#held === hold) this.#lost();
      });
    });
  }

  #lost(): void {
    this.#held = null;
    this.#release = null;
    const wrote = this.writer;
    this.writer = false;
    void this.#waitForPromotion();
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
    await this.#events.finish();
    if (!this.writer) return;
    this.writer = false;
    this.#events.demoted();
    this.#post({ note: "yours", to });
    // It steals the lock now. Should it have died instead, the next in line gets it, and be it this tab.
    await sleep(ASKED);
    if (this.#release) {
      this.#release();
      this.#release = null;
      this.#held = null;
      void this.#waitForPromotion();
    }
  }
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
