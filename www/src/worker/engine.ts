/**
 * The engine's worker: answers the page, works in the background, saves.
 *
 * A drawing is answered at once, whatever else goes on; everything else is done in the order in which it was asked.
 * Lessons, training and caches advance in slices of a few milliseconds between messages.
 */
import type { Database, Engine, Found, Stored } from "../../../crates/web/pkg/simd/trazo_web.js";
import { Failure, fetchModels, loadWasm, message, type Wasm } from "./load";
import { TrainingClock } from "./clock";
import { Running } from "./experiment";
import { AVOID_RELAXED } from "./protocol";
import type {
  Build, Call, Drawing, EngineApi, EngineError, Experiment, FromEngine, Lesson, ModelId, Recovered, Result, Settings, Snapshot,
  StorageState, TeachQuestion, ToEngine, TrainOptions, TrainProgress,
} from "./protocol";
import { Saver } from "./saver";
import { Slices } from "./slices";
import { Tabs } from "./tabs";

type Value<K extends keyof EngineApi> = Extract<ReturnType<EngineApi[K]>, { ok: true }>["value"];
type Handlers = { [K in keyof EngineApi]: (...args: Parameters<EngineApi[K]>) => Value<K> | Promise<Value<K>> };

const DATABASE = "trazo";
/** WebKit has had versions in which a database never opens: then it is as if there were none. */
const DATABASE_PATIENCE = 5000;

let wasm: Wasm | null = null;
let build: Build = "simd128";
let engine: Engine | null = null;
/** Gets what the engine needs for more than beginning and reading; null where that is under way or there. */
let loadRest: (() => Promise<void>) | null = null;
let rest: Promise<void> = Promise.resolve();
let database: Database | null = null;
let saver: Saver | null = null;
let withoutSaver: StorageState = { state: "memory" };
let recovered: Recovered | null = null;
let persisted: boolean | null = null;
/** Examples of this tab that it could not save before another one took over; offered to that one until it has them. */
let orphans: Uint8Array | null = null;
/** What is to be told once the answer under way has been posted. */
let afterwards: (() => void) | null = null;
let lesson: { began: number; resolve: (lesson: Lesson) => void; reject: (error: unknown) => void } | null = null;
let training: { clock: TrainingClock; told: TrainProgress } | null = null;
let experiment: Running | null = null;

const tabs = new Tabs({
  promoted: () => void inTurn(becomeWriter),
  demoted: () => void inTurn(becomeReader),
  finish: () => inTurn(async () => {
    endTraining();
    await saver?.flush();
  }),
  saved: () => void inTurn(async () => {
    if (!tabs.writer || !saver?.dirty) await readAlong();
  }),
  adopt: (examples) => inTurn(() => {
    if (running().adopt(examples) > 0) post({ event: "snapshot", snapshot: changed() });
  }),
  adopted: () => (orphans = null),
});

const slices = new Slices(() => {
  const { Work } = loaded();
  const work = running().advance();
  switch (work) {
    case Work.Lesson:
      finishLesson();
      break;
    case Work.Training:
      tickTraining();
      break;
    case Work.Warm:
      tellSnapshot();
      break;
  }
  // Whoever teaches does not wait for it.
  const more = !lesson && stepExperiment();
  return more || work !== Work.Idle;
}, failBackground);

const handlers: Handlers = {
  async start() {
    if (!engine) {
      const [begun, [digits, classic], mayWrite] = await Promise.all([
        loadWasm(self.name === AVOID_RELAXED),
        fetchModels(),
        tabs.enter(),
      ]);
      ({ wasm, build, loadRest } = begun);
      const fresh = new wasm.Engine(digits, classic);
      await openDatabase(wasm, fresh, mayWrite);
      persisted = await isPersisted();
      engine = fresh;
    }
    whole().then(() => slices.wake(), () => undefined);
    return snapshot();
  },

  read: (drawing) => running().read(drawing.points, drawing.ends),

  teach(drawing, label, force) {
    writing();
    // Its way back would lead past this lesson.
    endTraining();
    return teach(drawing, label, force);
  },

  undo: () => change((it) => it.undo()),
  reset: () => change((it) => it.reset(Date.now())),
  history: () => running().history(),
  travel: (serial) => change((it) => it.travel(serial)),
  setSettings: ({ originalWay }: Settings) => change((it) => it.setSettings(originalWay)),
  deleteExample: (id) => change((it) => it.deleteExample(id)),
  relabelExample: (id, label) => change((it) => it.relabelExample(id, label)),
  upload: (name, bytes) => change((it) => it.upload(name, bytes, Date.now()), (_, upload) => upload),

  // Reading along one may look with either model; which one was chosen is saved by the tab that writes.
  selectModel(id: ModelId) {
    endTraining();
    running().selectModel(id);
    return changed();
  },

  downloadWeights: (format) => running().downloadWeights(format),
  downloadProject: () => running().downloadProject(),
  downloadExamples: () => running().downloadExamples(),
  async downloadDamaged() {
    const bytes = await database?.damaged();
    if (!bytes) throw new Failure("nothing-damaged", "There is no damaged snapshot.");
    return { name: "trazo-damaged.bin", bytes };
  },
  examples: (offset, limit) => running().examples(offset, limit),
  examplesById: (ids) => running().examplesById(Float64Array.from(ids)),

  trainStart({ seconds }: TrainOptions) {
    writing();
    endTraining();
    const clock = new TrainingClock(seconds);
    training = { clock, told: timed(clock, running().trainStart(Date.now())) };
    slices.wake();
    return training.told;
  },
  trainPause() {
    tickTraining();
    running().trainPause();
    return progress();
  },
  trainResume() {
    running().trainResume();
    training?.clock.resume();
    slices.wake();
    return progress();
  },
  trainStop() {
    const ended = endTraining();
    if (!ended) throw new Failure("not-training", "Nothing is being trained.");
    return ended;
  },

  experimentStart(options) {
    experiment?.end("stopped");
    const tell = (now: Experiment): void => post({ event: "experiment", experiment: now });
    experiment = new Running(running(), options, tell, () => slices.wake());
    slices.wake();
    return experiment.told;
  },
  experimentPause: () => underWay().pause(),
  experimentResume: () => underWay().resume(),
  experimentStop: () => underWay().end("stopped"),

  async takeOver() {
    await tabs.takeOver();
    await becomeWriter();
    return snapshot();
  },
};

function loaded(): Wasm {
  if (!wasm) throw new Failure("worker-failed", "The engine has not been started.");
  return wasm;
}

function running(): Engine {
  if (!engine) throw new Failure("worker-failed", "The engine has not been started.");
  return engine;
}

/** Resolves when all of the engine is there. What did not come is asked for again by the next one who needs it. */
function whole(): Promise<void> {
  const load = loadRest;
  if (load) {
    loadRest = null;
    rest = load().catch((error: unknown) => {
      loadRest = load;
      throw new Failure("wasm-failed", `The rest of the engine did not load: ${message(error)}`);
    });
  }
  return rest;
}

/** Whatever would be lost because another tab saves is refused. */
function writing(): void {
  if (saver && !tabs.writer) throw new Failure("reading-along", "Another tab saves; take over first.");
}

function storage(): StorageState {
  if (saver && !tabs.writer) return { state: "reading-along" };
  return saver?.state ?? withoutSaver;
}

function snapshot(): Snapshot {
  return { ...running().state(), build, storage: storage(), recovered, persisted };
}

/** Does something that changes what is kept, saves it, and answers with the snapshot (or what `answer` makes of it). */
function change<T>(work: (engine: Engine) => T): Snapshot;
function change<T, A>(work: (engine: Engine) => T, answer: (snapshot: Snapshot, result: T) => A): A;
function change<T>(work: (engine: Engine) => T, answer?: (snapshot: Snapshot, result: T) => unknown): unknown {
  writing();
  endTraining();
  const result = work(running());
  const now = changed();
  if (!answer) return now;
  post({ event: "snapshot", snapshot: now });
  return answer(now, result);
}

/** After a change: there may be work in the background, and there is something to save. */
function changed(): Snapshot {
  if (tabs.writer) saver?.request();
  slices.wake();
  return snapshot();
}

function tellSnapshot(): void {
  post({ event: "snapshot", snapshot: snapshot() });
}

// Lessons

function teach(drawing: Drawing, label: number, force: boolean): TeachQuestion | Promise<Lesson> {
  const began = performance.now();
  const question = running().teach(drawing.points, drawing.ends, label, force, Date.now()) as TeachQuestion | null;
  if (question) return question;
  return new Promise((resolve, reject) => {
    lesson = { began, resolve, reject };
    slices.wake();
  });
}

function finishLesson(): void {
  const outcome = running().takeLesson() as Omit<Lesson, "milliseconds">;
  lesson?.resolve({ ...outcome, milliseconds: performance.now() - lesson.began });
  lesson = null;
  afterwards = () => post({ event: "snapshot", snapshot: changed() });
}

/** A unit of background work failed; the engine has taken it back. */
function failBackground(error: unknown): void {
  if (lesson) {
    lesson.reject(error);
    lesson = null;
    slices.wake();
  } else if (isPanic(error)) {
    fatal(error);
  } else {
    console.error("Trazo: background work failed.", error);
    endTraining();
  }
}

// Training

/** The engine's figures, but for those that need a clock. */
type Figures = Omit<TrainProgress, "done" | "samplesPerSecond"> & { samples: number };

function progress(): TrainProgress {
  const figures = running().trainProgress() as Figures | null;
  if (!figures || !training) throw new Failure("not-training", "Nothing is being trained.");
  training.told = timed(training.clock, figures);
  return training.told;
}

function timed(clock: TrainingClock, { samples, ...rest }: Figures): TrainProgress {
  return { ...rest, ...clock.figures(samples) };
}

function tickTraining(): void {
  const due = training?.clock.look();
  if (due?.over) {
    endTraining("finished");
    return;
  }
  if (due?.tell) post({ event: "training", progress: progress() });
  if (due?.save && tabs.writer) saver?.saveAnyway();
}

/** Ends training, keeps what was learned, and tells the page. */
function endTraining(state: "finished" | "stopped" = "stopped"): TrainProgress | null {
  if (!training) return null;
  const { clock, told } = training;
  training = null;
  // Null where it failed: the engine has taken it back.
  const figures = running().trainStop() as Figures | null;
  const ended = { ...(figures ? timed(clock, figures) : told), state };
  post({ event: "training", progress: ended });
  post({ event: "snapshot", snapshot: changed() });
  return ended;
}

// The experiment

function underWay(): Running {
  if (!experiment) throw new Failure("no-experiment", "There is no experiment.");
  return experiment;
}

function stepExperiment(): boolean {
  try {
    return experiment?.step() ?? false;
  } catch (error) {
    if (isPanic(error)) throw error;
    console.error("Trazo: the experiment failed.", error);
    experiment?.end("failed");
    return false;
  }
}

// Storage and tabs

async function openDatabase(wasm: Wasm, engine: Engine, mayWrite: boolean): Promise<void> {
  try {
    const opened = await inTime(wasm.Database.open(DATABASE), DATABASE_PATIENCE);
    const stored = await opened.fetch();
    // Where nothing is stored there is nothing to make sense of, and no need to wait for the code that would.
    const found = stored.empty ? null : await choose(opened, stored, mayWrite);
    if (found) {
      recovered = found.recovered as Recovered | null;
      engine.restore(found);
    }
    database = opened;
    saver = new Saver(engine, opened, {
      state: () => post({ event: "storage", storage: storage(), persisted }),
      saved: () => tabs.announceSaved(),
      conflict: () => {
        tabs.stepBack();
        void inTurn(becomeReader);
      },
    });
    if (!mayWrite) saver.stop();
    settle(saver, found);
  } catch (error) {
    const code = (error as { code?: string }).code;
    // Without the rest of the engine what is stored cannot be read: to go on as if there were nothing would hide it.
    if (isPanic(error) || code === "wasm-failed") throw error;
    withoutSaver = { state: code === "storage-newer" ? "newer" : "memory" };
    console.warn("Trazo: nothing is saved here.", error);
  }
}

/** Makes sense of what is stored: the latest snapshot that is whole. */
async function choose(database: Database, stored: Stored, mayWrite: boolean): Promise<Found> {
  await whole();
  const found = database.choose(stored);
  if (mayWrite && found.recovered) await database.keepDamaged();
  return found;
}

function settle(saver: Saver, found: Found | null): void {
  const saved = (found?.saved ?? null) as { at: number; bytes: number } | null;
  saver.savedAt = saved?.at ?? 0;
  saver.settle(saved ? { state: "saved", at: saved.at, bytes: saved.bytes } : { state: "fresh" });
}

/** Takes up the newest snapshot, and whatever of this tab's own nobody has saved yet. */
async function readAlong(): Promise<void> {
  if (!engine || !database || !saver) return;
  const looking = (engine.state() as Snapshot).model.id;
  const found = await choose(database, await database.fetch(), false);
  engine.restore(found);
  if (!tabs.writer) engine.selectModel(looking);
  settle(saver, found);
  if (orphans) {
    engine.adopt(orphans);
    if (!tabs.writer) tabs.offer(orphans);
  }
  tellSnapshot();
  slices.wake();
}

async function becomeReader(): Promise<void> {
  if (!engine || !saver || tabs.writer) return;
  endTraining();
  saver.stop();
  if (saver.dirty) orphans = engine.examplesSince(saver.savedAt);
  await readAlong();
}

async function becomeWriter(): Promise<void> {
  if (!engine || !saver || !tabs.writer) return;
  await readAlong();
  orphans = null;
  saver.resume();
  post({ event: "storage", storage: storage(), persisted });
}

async function isPersisted(): Promise<boolean | null> {
  try {
    return (await (navigator.storage as StorageManager | undefined)?.persisted?.()) ?? null;
  } catch {
    return null;
  }
}

function inTime<T>(promise: Promise<T>, milliseconds: number): Promise<T> {
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Failure("storage-unavailable", "The database did not open in time.")), milliseconds);
  });
  return Promise.race([promise, late]);
}

// The wire

/** Everything but reading is done one thing after the other, and by the whole engine. */
let turn: Promise<unknown> = Promise.resolve();

function inTurn<T>(work: () => T | Promise<T>): Promise<T> {
  const done = turn.then(whole).then(work);
  turn = done.catch((error: unknown) => {
    if (isPanic(error)) fatal(error);
  });
  return done;
}

function post(message: FromEngine): void {
  self.postMessage(message);
}

async function answer({ id, call, args }: Call): Promise<void> {
  const work = handlers[call] as (...args: unknown[]) => unknown;
  let result: Result<unknown>;
  try {
    const value = call === "read" ? work(...args) : await inTurn(() => work(...args));
    result = { ok: true, value };
  } catch (error) {
    if (isPanic(error)) return fatal(error);
    result = { ok: false, error: { code: (error as EngineError).code ?? "failed", message: message(error) } };
  }
  post({ id, result });
  if (call !== "read") {
    afterwards?.();
    afterwards = null;
  }
}

/** A bug in the engine (or no memory, or no stack): its memory is in an unknown state, so it neither reads nor saves any more. */
function isPanic(error: unknown): boolean {
  return error instanceof WebAssembly.RuntimeError || error instanceof RangeError;
}

function fatal(error: unknown): void {
  saver?.stop();
  slices.stop();
  engine = null;
  post({ fatal: { code: "worker-failed", message: `The engine stopped: ${message(error)}` } });
}

self.addEventListener("unhandledrejection", (event) => fatal(event.reason));
self.onmessage = ({ data }: MessageEvent<ToEngine>) => {
  if ("persisted" in data) {
    persisted = data.persisted;
    post({ event: "storage", storage: storage(), persisted });
  } else {
    if (data.call === "read") slices.giveWay();
    else slices.goOn();
    void answer(data);
  }
};
