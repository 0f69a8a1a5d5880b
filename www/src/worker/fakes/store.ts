/** An engine that only knows what it was taught, and a disk on which it is kept; for tests. */
import type { Database, Engine } from "../../../../crates/web/pkg/simd/trazo_web.js";

interface Taught {
  name: string;
  at: number;
}

export class FakeEngine {
  revision = 0;
  taught: Taught[] = [];
  model = "digits";
  models = ["digits", "classic"];
  /** Takes no examples for now. */
  busy = false;

  teach(name: string): void {
    this.taught.push({ name, at: Date.now() });
    this.revision += 1;
  }
  wipe(): void {
    this.taught = [];
    this.revision += 1;
  }
  get names(): string[] {
    return this.taught.map(({ name }) => name);
  }
  prepareSave(): Taught[] {
    return [...this.taught];
  }
  restore({ taught }: { taught: Taught[] | null }): void {
    if (taught) this.taught = [...taught];
    // What is stored has none that was kept.
    this.models = ["digits", "classic"];
    if (!this.models.includes(this.model)) this.model = "digits";
    this.revision += 1;
  }
  examplesSince(at: number): Taught[] {
    return this.taught.filter((each) => each.at >= at);
  }
  adopt(taught: Taught[]): number {
    if (this.busy) throw failure("busy");
    const fresh = taught.filter(({ name }) => !this.names.includes(name));
    this.taught.push(...fresh);
    if (fresh.length > 0) this.revision += 1;
    return fresh.length;
  }
  state(): { model: { id: string }; models: { id: string }[] } {
    return { model: { id: this.model }, models: this.models.map((id) => ({ id })) };
  }
  selectModel(id: string): void {
    if (!this.models.includes(id)) throw failure("no-kept-model");
    this.model = id;
  }
  get real(): Engine {
    return this as unknown as Engine;
  }
}

export class Disk {
  seq = 0;
  taught: Taught[] | null = null;
  at = 0;
  get names(): string[] {
    return (this.taught ?? []).map(({ name }) => name);
  }
}

export const METHODS = ["fetch", "choose", "keepDamaged", "save", "damaged", "wipe"] as const;
export type Method = (typeof METHODS)[number];

/** A connection to the disk that refuses what it is told to, and writes only over what it has seen. */
export class FakeDatabase {
  readonly refuses = new Map<Method, unknown>();
  /** Saves that wait for the test, where there is an array. */
  held: (() => void)[] | null = null;
  closed = 0;
  damage = false;
  /** Nothing that is stored can be used. */
  ruined = false;
  #seen = 0;

  constructor(readonly disk: Disk) {}

  async fetch(): Promise<{ empty: boolean; seq: number }> {
    this.#try("fetch");
    await tick();
    return { empty: this.disk.taught === null, seq: this.disk.seq };
  }
  choose({ seq }: { seq: number }): object {
    this.#try("choose");
    this.#seen = seq;
    if (this.ruined) return { taught: null, saved: null, recovered: { used: "pretrained", damagedBytes: 7 } };
    const { taught, at } = this.disk;
    const recovered = this.damage ? { used: "older-snapshot", damagedBytes: 7 } : null;
    return { taught, saved: taught && { seq, at, bytes: taught.length }, recovered };
  }
  async keepDamaged(): Promise<void> {
    this.#try("keepDamaged");
  }
  async save(taught: Taught[]): Promise<{ bytes: number }> {
    this.#try("save");
    if (this.held) await new Promise<void>((end) => this.held?.push(end));
    await tick();
    if (this.#seen !== this.disk.seq) throw failure("storage-conflict");
    Object.assign(this.disk, { taught, at: Date.now(), seq: this.disk.seq + 1 });
    this.#seen = this.disk.seq;
    return { bytes: taught.length };
  }
  async damaged(): Promise<Uint8Array> {
    this.#try("damaged");
    return Uint8Array.of(1);
  }
  async wipe(): Promise<void> {
    this.#try("wipe");
    await tick();
    Object.assign(this.disk, { taught: null, at: 0, seq: 0 });
    this.#seen = 0;
  }
  close(): void {
    this.closed += 1;
  }
  get real(): Database {
    return this as unknown as Database;
  }

  #try(method: Method): void {
    if (this.refuses.has(method)) throw this.refuses.get(method);
  }
}

export const failure = (code: string): Error => Object.assign(new Error(`It is ${code}.`), { code });

const tick = (): Promise<void> => new Promise((resolve) => queueMicrotask(resolve));
