/**
 * The Lab's end of the wire, in a worker of its own: answers the page's calls, and trains in slices between them.
 *
 *     page ══ calls, events ══ leader ══ parts ══ second worker (`Second`)
 */
import type { Engine, LabRun } from "../../../crates/web/pkg/simd/trazo_web.js";
import { code, Failure, isPanic, message } from "./failure";
import { fetchMnist } from "./lab-mnist";
import { LOOK, OVER, PART, Parts } from "./lab-parts";
import type {
  Drawing, LabClassFile, LabConfusion, LabData, LabEnding, LabFigures, LabFilm, LabHealth, LabLook, LabMistakes, LabProgress, LabReady, LabSetup, LabShapes, LabState,
  LabTest, LabWeights,
} from "./lab-protocol";
import type { EngineError, Result } from "./protocol";

/** What this needs of the engine's module. */
export type LabEngine = Pick<typeof import("../../../crates/web/pkg/simd/trazo_web.js"), "labShapes" | "labFiles" | "labDrawings" | "labClassFile" | "LabWriting" | "LabRun" | "Engine">;

/** What the site itself carries. */
export interface SiteData {
  source: "mnist";
  addresses: string[];
}

/** The calls, and what each answers. */
export interface LabCalls {
  check(setup: LabSetup): LabShapes;
  configure(setup: LabSetup, data: LabData | SiteData | null, checkpoint: Uint8Array | null): LabReady;
  start(until: number | null): LabProgress;
  pause(): LabProgress;
  step(unit: "batch" | "epoch"): LabProgress;
  stop(): LabProgress;
  pace(batchesPerSecond: number | null): LabProgress;
  setRate(factor: number): LabProgress;
  progress(): LabProgress;
  looks(): LabLook[];
  confusion(): LabConfusion;
  mistakes(part: "validation" | "test", label: number, answer: number, offset: number, limit: number): LabMistakes;
  firstWeights(step: number | null): LabWeights;
  film(): LabFilm;
  goBack(): LabProgress;
  health(): LabHealth;
  samples(count: number): { pixels: Uint8Array; labels: Uint8Array };
  openTest(): LabTest;
  save(name: string): Uint8Array;
  checkpoint(): Uint8Array;
  readClass(file: Uint8Array): LabClassFile;
  guest(): null;
  inside(what: string, drawing: Drawing, numbers: readonly number[]): unknown;
}

export interface LabCall<K extends keyof LabCalls = keyof LabCalls> {
  id: number;
  call: K;
  args: Parameters<LabCalls[K]>;
}
/** The page to a worker. `lead` and `second` are the first thing that it hears; `port` leads to the other one. */
export type ToLab = { lead: { port: MessagePort | null; avoidRelaxed: boolean } } | { second: { port: MessagePort; avoidRelaxed: boolean } } | { alone: true } | LabCall;
/** A worker to the page. */
export type FromLab =
  | { id: number; result: Result<unknown> }
  | { event: "progress"; progress: LabProgress }
  | { event: "look"; look: LabLook; progress: LabProgress }
  | { event: "loading"; done: number }
  /** Not for the page's own ears: what to go on from where this worker goes. */
  | { kept: Uint8Array }
  | { fatal: EngineError };

/** Between the two workers; `run` numbers the runs, so that what comes late is known. */
export type Between =
  | { run: number; hold: { setup: string; digits: Uint8Array; checkpoint: Uint8Array | null } }
  | { run: number; held: boolean }
  | { run: number; part: Float32Array }
  | { run: number; rate: number }
  /** The run goes back to its best look, and has this number from then on: what was said of it before is over. */
  | { run: number; back: number };

/** How the page is told, and another worker; what is transferred leaves this one. */
export type LabPost = (message: FromLab, transfer?: Transferable[]) => void;
export interface Port {
  postMessage(message: Between, transfer?: Transferable[]): void;
}

/** The longest slice, in milliseconds. */
const SLICE = 8;
/** How often the page is told, how often health is measured, and how often a checkpoint is kept while it trains. */
const TELL = 250;
const MEASURE = 1000;
const KEEP = 10_000;
/** The other worker has died, or sleeps, where it is silent for so long. */
const SILENCE = 10_000;
/** Digits that are written between two looks at the clock. */
const WRITE = 4;

/** A person's own pace, and the state, of a run. */
interface Current {
  run: LabRun;
  parts: Parts;
  /** The other worker holds it as well. */
  shared: boolean;
  shapes: LabShapes;
  /** Steps in an epoch. */
  batches: number;
  batch: number;
  digits: LabReady["digits"];
  steps: number;
  number: number;
}

export class LabDesk {
  readonly #engine: LabEngine;
  readonly #post: LabPost;
  /** The bytes of `classic`, without which there is no engine. */
  readonly #classic: () => Promise<Uint8Array>;
  /** The network as it was when somebody wanted to look inside, in an engine of its own. */
  #guest: Engine | null = null;
  readonly #channel = new MessageChannel();
  #port: Port | null;
  #current: Current | null = null;
  #runs = 0;
  /** Resolves when the other worker says whether it holds the run. */
  #held: ((held: boolean) => void) | null = null;

  #state: LabState = "ready";
  #ending: LabEnding | null = null;
  /** It rests when so many steps are done. */
  #target = Number.POSITIVE_INFINITY;
  #waiting: { resolve: (progress: LabProgress) => void; reject: (error: unknown) => void }[] = [];
  #rate: number | null = null;
  #health: LabHealth | null = null;
  #awake = false;
  #silent: ReturnType<typeof setTimeout> | undefined;
  #due: ReturnType<typeof setTimeout> | undefined;

  /** Milliseconds between two batches, and when the next one may begin. */
  #pause = 0;
  #next = 0;

  #seconds = 0;
  #since = 0;
  #told = 0;
  #measured = 0;
  #kept = 0;
  #speed = { at: 0, seen: 0, value: 0 };

  constructor(engine: LabEngine, port: Port | null, post: LabPost, classic: () => Promise<Uint8Array> = () => Promise.reject(new Failure("model-failed", "There is none."))) {
    this.#engine = engine;
    this.#classic = classic;
    this.#port = port;
    this.#post = post;
    this.#channel.port1.onmessage = () => {
      this.#awake = false;
      this.#slice();
    };
  }

  /** The page asks. */
  async answer({ id, call, args }: LabCall): Promise<void> {
    try {
      const handlers = this.#handlers as { [K in keyof LabCalls]: (...args: never[]) => unknown };
      const value = await handlers[call](...(args as never[]));
      this.#post({ id, result: { ok: true, value } });
    } catch (error) {
      if (isPanic(error)) return this.#fatal(error);
      this.#post({ id, result: { ok: false, error: { code: code(error) ?? "failed", message: message(error) } } });
    }
  }

  /** The other worker says something. */
  heard(between: Between): void {
    if (between.run !== this.#runs) return;
    if ("held" in between) {
      this.#held?.(between.held);
    } else if ("part" in between) {
      this.#current?.parts.receive(between.part);
      clearTimeout(this.#silent);
      this.#silent = undefined;
      // At once: a step waits for it.
      if (!this.#awake) this.#slice();
    }
  }

  /** The other worker is gone. */
  alone(): void {
    this.#port = null;
    this.#held?.(false);
    this.#current?.parts.alone();
    this.#wake();
  }

  readonly #handlers: { [K in keyof LabCalls]: (...args: Parameters<LabCalls[K]>) => LabCalls[K] extends (...args: never[]) => infer R ? R | Promise<R> : never } = {
    check: (setup) => this.#shapes(setup),
    configure: (setup, data, checkpoint) => this.#configure(setup, data, checkpoint),
    start: (until) => {
      const { batch } = this.#now;
      return this.#go(until === null ? Number.POSITIVE_INFINITY : Math.ceil(until / batch));
    },
    pause: () => this.#rest(),
    step: (unit) => {
      const { run, batches } = this.#now;
      this.#go(unit === "batch" ? run.step + 1 : (Math.floor(run.step / batches) + 1) * batches);
      if (this.#state !== "running") return this.#progress();
      return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
    },
    stop: () => {
      this.#settle();
      if (this.#state !== "over") this.#end("stopped");
      return this.#progress();
    },
    pace: (batchesPerSecond) => {
      this.#pause = batchesPerSecond === null ? 0 : 1000 / Math.max(batchesPerSecond, 0.01);
      this.#next = 0;
      this.#wake();
      return this.#progress();
    },
    setRate: (factor) => {
      // Seen now, done between two batches, by both workers.
      if (!(factor >= 0 && Number.isFinite(factor))) throw new Failure("lab-setting", "The factor of the rate must be at least 0.");
      this.#rate = factor;
      this.#changeRate();
      return this.#progress();
    },
    progress: () => this.#progress(),
    looks: () => this.#now.run.looks() as LabLook[],
    confusion: async () => {
      await this.#read(false);
      return { ...(this.#now.run.confusion(false) as Omit<LabConfusion, "part">), part: "validation" };
    },
    mistakes: async (part, label, answer, offset, limit) => {
      if (part === "validation") await this.#read(false);
      return this.#now.run.mistakes(part === "test", label, answer, offset, limit) as LabMistakes;
    },
    firstWeights: (step) => (step === null ? this.#now.run.firstWeights() : this.#now.run.firstWeightsAt(step)) as LabWeights,
    film: () => ({ steps: [...this.#now.run.film()] }),
    goBack: () => this.#goBack(),
    health: () => this.#measure(),
    samples: (count) => {
      const bytes = this.#now.run.samples(Math.min(count, 1000));
      const found = bytes.length / 785;
      return { pixels: bytes.slice(0, found * 784), labels: bytes.slice(found * 784) };
    },
    openTest: async () => {
      const { run } = this.#now;
      run.readStart(true);
      await this.#readOn(run);
      const figures = run.tested() as LabFigures;
      const confusion = { ...(run.confusion(true) as Omit<LabConfusion, "part">), part: "test" as const };
      return { ...figures, confusion, opened: this.#progress().opened };
    },
    save: (name) => this.#now.run.save(name),
    checkpoint: () => this.#checkpoint(),
    readClass: (file) => this.#engine.labClassFile(file) as LabClassFile,
    guest: async () => {
      const [bytes, classic] = [this.#now.run.save("Lab"), await this.#classic()];
      this.#guest?.free();
      this.#guest = new this.#engine.Engine(bytes, classic);
      return null;
    },
    inside: async (what, { points, ends }, numbers) => {
      let answer: unknown;
      await this.#inSlices(() => {
        if (!this.#guest) throw new Failure("lab-not-ready", "There is nothing to look into.");
        answer = this.#guest.inside(what, points, ends, Float64Array.from(numbers)) as unknown;
        return { more: answer === undefined, done: 0 };
      });
      return answer;
    },
  };

  get #now(): Current {
    if (!this.#current) throw new Failure("lab-not-ready", "There is no run yet.");
    return this.#current;
  }

  #shapes(setup: LabSetup): LabShapes {
    return this.#engine.labShapes(JSON.stringify(setup)) as LabShapes;
  }

  async #configure(setup: LabSetup, data: LabData | SiteData | null, checkpoint: Uint8Array | null): Promise<LabReady> {
    const shapes = this.#shapes(setup);
    if (shapes.fault) throw new Failure(shapes.fault.code, shapes.fault.message);
    this.#leave();
    const number = ++this.#runs;
    const json = JSON.stringify(setup);
    const digits = await this.#digits(json, setup, data);
    if (number !== this.#runs) throw new Failure("superseded", "Another run was asked for.");
    const run = new this.#engine.LabRun(json, digits, checkpoint);
    const port = this.#port;
    const shared = port !== null && (await this.#share(port, number, { setup: json, digits, checkpoint }));
    if (number !== this.#runs) {
      run.free();
      throw new Failure("superseded", "Another run was asked for.");
    }
    const [train = 0, validation = 0, test = 0, batches = 1, steps = 0] = run.counts();
    this.#current = {
      run,
      parts: this.#partsOf(run, number, shared),
      shared,
      shapes,
      batches,
      batch: Math.min(setup.batch, train),
      digits: { train, validation, test },
      steps,
      number,
    };
    this.#seconds = run.seconds;
    this.#kept = performance.now();
    this.#state = "ready";
    this.#ending = null;
    this.#rate = null;
    this.#health = null;
    this.#target = Number.POSITIVE_INFINITY;
    if (run.parts === 0) this.#end(null);
    return { shapes, digits: this.#current.digits, batches, steps, workers: shared ? 2 : 1, progress: this.#progress() };
  }

  /** The run before is gone. */
  #leave(): void {
    this.#settle();
    clearTimeout(this.#silent);
    this.#silent = undefined;
    this.#current?.run.free();
    this.#current = null;
    this.#state = "ready";
  }

  /** The digits of a setup, packed for all workers. */
  async #digits(json: string, { data: { source } }: LabSetup, data: LabData | SiteData | null): Promise<Uint8Array> {
    if (source === "synthetic") {
      const writing = new this.#engine.LabWriting(json);
      await this.#inSlices(() => {
        const done = writing.advance(WRITE);
        return { more: done < 1, done };
      });
      return writing.finish();
    }
    if (data?.source !== source) throw new Failure("lab-no-data", "The digits of this setup are not there.");
    if (data.source === "mnist") {
      const [images, labels, testImages, testLabels] = await fetchMnist(data.addresses, (done) => this.#post({ event: "loading", done }));
      if (!images || !labels) throw new Failure("lab-no-data", "The digits of this setup are not there.");
      return this.#engine.labFiles(json, images, labels, testImages, testLabels);
    }
    if (data.source === "files") return this.#engine.labFiles(json, data.images, data.labels);
    const { digits, held = [] } = data;
    const points = new Float32Array(digits.reduce((sum, { drawing }) => sum + drawing.points.length, 0));
    let at = 0;
    for (const { drawing } of digits) {
      points.set(drawing.points, at);
      at += drawing.points.length;
    }
    const ends = Uint32Array.from(digits.flatMap(({ drawing }) => [...drawing.ends]));
    const counts = Uint32Array.from(digits.map(({ drawing }) => drawing.ends.length));
    const labels = Uint8Array.from(digits.map(({ label }) => label));
    const left = Uint8Array.from(digits.map(({ writer }) => (writer !== undefined && held.includes(writer) ? 1 : 0)));
    return this.#engine.labDrawings(json, points, ends, counts, labels, left);
  }

  /** Something long, a slice at a time; the page is told how far it is. */
  async #inSlices(unit: () => { more: boolean; done: number }): Promise<void> {
    const channel = new MessageChannel();
    let told = performance.now();
    for (let more = true; more; ) {
      const end = performance.now() + SLICE;
      let done = 0;
      do ({ more, done } = unit());
      while (more && performance.now() < end);
      if (performance.now() - told >= TELL) {
        told = performance.now();
        this.#post({ event: "loading", done });
      }
      await new Promise((resolve) => {
        channel.port1.onmessage = resolve;
        channel.port2.postMessage(null);
      });
    }
    channel.port1.close();
  }

  /** Whether the other worker holds the run, too. */
  #share(port: Port, run: number, hold: { setup: string; digits: Uint8Array; checkpoint: Uint8Array | null }): Promise<boolean> {
    return new Promise((resolve) => {
      this.#held = (held) => {
        this.#held = null;
        resolve(held);
      };
      port.postMessage({ run, hold });
    });
  }

  #go(target: number): LabProgress {
    if (this.#state === "over") return this.#progress();
    this.#target = target;
    if (this.#state !== "running") {
      this.#state = "running";
      this.#since = performance.now();
      this.#told = this.#since;
      this.#speed = { at: this.#since, seen: this.#now.run.step * this.#now.batch, value: 0 };
    }
    this.#wake();
    return this.#progress();
  }

  /** It rests, where it runs. */
  #rest(): LabProgress {
    if (this.#state === "running") {
      this.#clock();
      this.#state = "paused";
      this.#speed.value = 0;
      this.#measure();
      this.#tell();
    }
    this.#settle();
    return this.#progress();
  }

  /** Both workers keep the same best look, so each can go back by itself. */
  #goBack(): LabProgress {
    const current = this.#now;
    if (this.#progress().best === null) throw new Failure("lab-no-best", "There is no best look to go back to.");
    this.#rest();
    current.run.goBack();
    const { number: before, run } = current;
    current.number = ++this.#runs;
    current.parts = this.#partsOf(run, current.number, current.shared && this.#port !== null);
    if (current.shared) this.#port?.postMessage({ run: before, back: current.number });
    clearTimeout(this.#silent);
    this.#silent = undefined;
    this.#state = "paused";
    this.#ending = null;
    this.#rate = null;
    this.#seconds = run.seconds;
    this.#measure();
    this.#tell();
    return this.#progress();
  }

  #partsOf(run: LabRun, number: number, shared: boolean): Parts {
    const send = (part: Float32Array): void => this.#port?.postMessage({ run: number, part }, [part.buffer]);
    return new Parts(run, 0, shared ? send : null);
  }

  #end(ending: LabEnding | null): void {
    this.#clock();
    this.#state = "over";
    this.#ending = ending;
    this.#speed.value = 0;
    if (this.#progress().ending !== "diverged") this.#measure();
    this.#tell();
    this.#settle();
  }

  /** Whoever waits for a step is told how far it came. */
  #settle(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    if (waiting.length === 0) return;
    const progress = this.#progress();
    for (const { resolve } of waiting) resolve(progress);
  }

  #clock(): void {
    if (this.#state !== "running") return;
    const now = performance.now();
    this.#seconds += (now - this.#since) / 1000;
    this.#since = now;
    this.#current?.run.setSeconds(this.#seconds);
  }

  #wake(): void {
    if (this.#awake || this.#state !== "running") return;
    this.#awake = true;
    this.#channel.port2.postMessage(null);
  }

  #slice(): void {
    if (this.#state !== "running" || !this.#current) return;
    try {
      if (this.#train(this.#current)) this.#wake();
    } catch (error) {
      if (isPanic(error)) return this.#fatal(error);
      this.#state = "failed";
      const failure = { code: code(error) ?? "failed", message: message(error) };
      for (const { reject } of this.#waiting) reject(new Failure(failure.code, failure.message));
      this.#waiting = [];
      this.#tell();
    }
  }

  /** Trains for a slice; whether it is to be called again without being told. */
  #train({ run, parts }: Current): boolean {
    const end = performance.now() + SLICE;
    do {
      if (parts.between) {
        // A look that is due belongs to the step before.
        if (run.step >= this.#target && !run.looking) {
          this.#rest();
          return false;
        }
        this.#changeRate();
        if (this.#tooSoon(run)) return false;
      }
      const unit = parts.work();
      if (unit === "waits") {
        this.#silent ??= setTimeout(() => this.alone(), SILENCE);
        return false;
      }
      if (unit === LOOK) this.#looked(run);
      if (unit === OVER) {
        this.#end(null);
        return false;
      }
      if (unit !== PART) this.#next = performance.now() + this.#pause;
    } while (performance.now() < end);
    this.#clock();
    if (performance.now() - this.#told >= TELL) this.#tell();
    if (performance.now() - this.#kept >= KEEP) this.#keep();
    return true;
  }

  /** At a person's pace the next batch waits. */
  #tooSoon(run: LabRun): boolean {
    const wait = this.#next - performance.now();
    if (this.#pause === 0 || run.looking || wait <= 0) return false;
    this.#clock();
    if (performance.now() - this.#told >= TELL) this.#tell();
    clearTimeout(this.#due);
    this.#due = setTimeout(() => this.#wake(), wait);
    return true;
  }

  #changeRate(): void {
    const current = this.#current;
    if (this.#rate === null || !current?.parts.between) return;
    current.run.setRate(this.#rate);
    this.#port?.postMessage({ run: current.number, rate: this.#rate });
    this.#rate = null;
  }

  #looked(run: LabRun): void {
    this.#clock();
    if (performance.now() - this.#measured >= MEASURE) this.#measure();
    const looks = run.looks() as LabLook[];
    const look = looks.at(-1);
    if (look) this.#post({ event: "look", look, progress: this.#progress() });
  }

  #measure(): LabHealth {
    this.#measured = performance.now();
    this.#health = this.#now.run.health() as LabHealth;
    return this.#health;
  }

  #tell(): void {
    this.#told = performance.now();
    this.#post({ event: "progress", progress: this.#progress() });
  }

  /** Lately: since a telling that is at least half of one ago. */
  #measureSpeed(seen: number): number {
    const now = performance.now();
    const { at, value } = this.#speed;
    if (this.#state !== "running") return 0;
    if (now - at >= TELL / 2) this.#speed = { at: now, seen, value: ((seen - this.#speed.seen) / (now - at)) * 1000 };
    return this.#speed.value || value;
  }

  #progress(): LabProgress {
    this.#clock();
    const { run } = this.#now;
    const told = run.progress() as Omit<LabProgress, "state" | "seconds" | "digitsPerSecond" | "health">;
    return {
      ...told,
      ending: told.ending ?? this.#ending,
      state: this.#state,
      seconds: this.#seconds,
      digitsPerSecond: this.#measureSpeed(told.seen),
      health: this.#health,
    };
  }

  #checkpoint(): Uint8Array {
    this.#clock();
    return this.#now.run.checkpoint();
  }

  #keep(): void {
    this.#kept = performance.now();
    const kept = this.#checkpoint();
    this.#post({ kept }, [kept.buffer]);
  }

  /** The validation digits as the network reads them: while it trains as at the last look, else as it is. */
  async #read(test: boolean): Promise<void> {
    const { run } = this.#now;
    const at = run.readAt(test);
    if (at === run.step || (at !== undefined && this.#state === "running")) return;
    run.readStart(test);
    await this.#readOn(run);
  }

  async #readOn(run: LabRun): Promise<void> {
    await this.#inSlices(() => {
      if (this.#current?.run !== run) throw new Failure("superseded", "Another run was asked for.");
      return { more: run.readAdvance(), done: 1 };
    });
  }

  #fatal(error: unknown): void {
    this.#state = "failed";
    this.#current = null;
    this.#post({ fatal: { code: "worker-failed", message: `The Lab's worker stopped: ${message(error)}` } });
  }
}

/** The second worker: it holds the run that it is given, and computes its parts as soon as it can. */
export class Second {
  readonly #engine: Pick<LabEngine, "LabRun">;
  readonly #port: Port;
  readonly #channel = new MessageChannel();
  #run: LabRun | null = null;
  #parts: Parts | null = null;
  #number = 0;
  #awake = false;

  constructor(engine: Pick<LabEngine, "LabRun">, port: Port) {
    this.#engine = engine;
    this.#port = port;
    this.#channel.port1.onmessage = () => {
      this.#awake = false;
      this.#work();
    };
  }

  heard(between: Between): void {
    if ("hold" in between) {
      this.#hold(between);
    } else if (between.run !== this.#number) {
      // Of a run that is gone.
    } else if ("back" in between) {
      this.#run?.goBack();
      this.#number = between.back;
      this.#take(between.back);
      if (!this.#awake) this.#work();
    } else if ("rate" in between || "part" in between) {
      this.#parts?.receive("rate" in between ? between.rate : between.part);
      if (!this.#awake) this.#work();
    }
  }

  #hold({ run, hold: { setup, digits, checkpoint } }: Extract<Between, { hold: unknown }>): void {
    this.#run?.free();
    this.#run = null;
    this.#parts = null;
    this.#number = run;
    try {
      const held = new this.#engine.LabRun(setup, digits, checkpoint);
      this.#run = held;
      this.#take(run);
    } catch (error) {
      if (isPanic(error)) throw error;
    }
    this.#port.postMessage({ run, held: this.#run !== null });
  }

  /** Its share of the run of that number, from where the run is. */
  #take(number: number): void {
    if (this.#run) this.#parts = new Parts(this.#run, 1, (part) => this.#port.postMessage({ run: number, part }, [part.buffer]));
  }

  /** One unit a turn, so that what the first worker says is heard in between. */
  #work(): void {
    if (!this.#parts) return;
    const unit = this.#parts.work();
    if (unit === "waits" || unit === OVER || this.#awake) return;
    this.#awake = true;
    this.#channel.port2.postMessage(null);
  }
}
