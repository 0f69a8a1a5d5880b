/**
 * The engine as the page's calls find it: answers, works in the background, has what changed saved.
 *
 * Lessons, training and caches advance in slices of a few milliseconds between messages.
 */
import type { Engine } from "../../../crates/web/pkg/simd/trazo_web.js";
import { Running } from "./experiment";
import { Failure, isPanic, message } from "./failure";
import { databaseOf, forgetFormer, nameOf } from "./former";
import { Keeping } from "./keeping";
import { fetchModels, loadWasm, type Wasm } from "./load";
import type {
  Build, Drawing, EngineEvent, Experiment, Lesson, ModelId, PageNote, Settings, Snapshot, StartOptions, TeachQuestion,
  TrainOptions,
} from "./protocol";
import { Slices } from "./slices";
import { Tabs } from "./tabs";
import { Training } from "./training";
import { Wire, type Handlers, type Post } from "./wire";

/** How long something is worked at before a drawing gets its turn. */
const SLICE_MS = 4;
/** Between two words about how far memory has come, in milliseconds. */
const TELL_MS = 200;

/** There once the engine has begun. */
interface Begun {
  wasm: Wasm;
  build: Build;
  engine: Engine;
  keeping: Keeping;
}

interface Taught {
  began: number;
  resolve: (lesson: Lesson) => void;
  reject: (error: unknown) => void;
}

export class Desk {
  readonly wire: Wire;
  #begun: Begun | null = null;
  #keeping: Keeping | null = null;
  /** Gets what the engine needs for more than beginning and reading; null where that is under way or there. */
  #loadRest: (() => Promise<void>) | null = null;
  #rest: Promise<void> = Promise.resolve();
  #persisted: boolean | null = null;
  #base = "/";
  #lesson: Taught | null = null;
  #training: Training | null = null;
  #experiment: Running | null = null;
  /** Memory was taking in drawings when the page was last told of it, and when that was. */
  #takingIn = false;
  #toldTakenIn = 0;
  /** The latest question of each kind that Inside asked. */
  readonly #looks = new Map<string, symbol>();
  readonly #slices = new Slices(() => this.#advance(), (error) => this.#failBackground(error));

  constructor(post: Post) {
    const ready = (call: keyof Handlers): Promise<void> => (call === "start" ? Promise.resolve() : this.#whole());
    this.wire = new Wire(this.#handlers(), ready, () => this.#stop(), post);
  }

  /** A message has come: whoever draws comes first, and what else is asked need not wait until the pen has rested. */
  heard(reads: boolean): void {
    if (reads) this.#slices.giveWay();
    else this.#slices.goOn();
  }

  note(note: PageNote): void {
    switch (note.note) {
      case "persisted":
        this.#persisted = note.persisted;
        this.#tellStorage();
        break;
      case "away":
        this.#keeping?.leave();
        break;
      case "back":
        void this.wire.inTurn(() => this.#keeping?.comeBack());
        break;
    }
  }

  #handlers(): Handlers {
    return {
      start: (options) => this.#start(options),
      read: ({ points, ends }) => this.#engine.read(points, ends),
      readNumber: ({ points, ends }, digits) => this.#engine.readNumber(points, ends, digits),
      readNumberAs: ({ points, ends }, labels) => this.#engine.readNumberAs(points, ends, labels),

      teach: async (drawing, label, force) => {
        await this.#keeping?.prepare();
        // Its way back would lead past this lesson.
        this.#endTraining();
        return this.#teach(drawing, label, force);
      },

      undo: () => this.#change((engine) => engine.undo()),
      reset: () => this.#change((engine) => engine.reset(Date.now())),
      keepModel: (bytes) => this.#change((engine) => engine.keepModel(bytes)),
      removeKept: () => this.#change((engine) => engine.removeKept()),
      history: () => this.#engine.history(),
      travel: (serial) => this.#change((engine) => engine.travel(serial)),
      setSettings: ({ originalWay, learnFromUncorrected }: Settings) =>
        this.#change((engine) => engine.setSettings(originalWay, learnFromUncorrected)),
      remember: (drawing) => this.#remember(drawing),
      hand: (offset, limit) => this.#engine.hand(offset, limit),
      forgetHand: () => this.#change((engine) => engine.forgetHand()),
      forgetHandDrawing: (id) => this.#change((engine) => engine.forgetHandDrawing(id)),
      writeAs: (name) => this.#change((engine) => engine.writeAs(name)),
      forgetWriter: (name) => this.#change((engine) => engine.forgetWriter(name)),
      promoteHandDrawing: (id) => this.#change((engine) => engine.promoteHandDrawing(id)),
      why: ({ points, ends }) => this.#engine.why(points, ends) ?? null,
      wipe: async () => {
        const { keeping } = this.#there;
        await keeping.wipe();
        this.#experiment?.end("stopped");
        await forgetFormer(this.#base);
        return this.#snapshot();
      },
      deleteExample: (id) => this.#change((engine) => engine.deleteExample(id)),
      relabelExample: (id, label) => this.#change((engine) => engine.relabelExample(id, label)),
      addSymbol: (name, key, drawings) =>
        this.#change((engine) => {
          const points = drawings.flatMap((each) => Array.from(each.points));
          let before = 0;
          const ends = drawings.flatMap((each) => {
            const shifted = Array.from(each.ends, (end) => end + before);
            before += each.points.length / 2;
            return shifted;
          });
          const counts = Uint32Array.from(drawings, (each) => each.ends.length);
          engine.addSymbol(name, key, Float32Array.from(points), Uint32Array.from(ends), counts, Date.now());
        }),
      changeSymbol: (label, name, key) => this.#change((engine) => engine.changeSymbol(label, name, key)),
      deleteSymbol: (label) => this.#change((engine) => engine.deleteSymbol(label)),
      openFiles: async (files, answers) => {
        await this.#keeping?.prepare();
        this.#endTraining();
        const outcomes = this.#engine.openFiles(files, answers, Date.now());
        this.#tell({ event: "snapshot", snapshot: this.#changed() });
        return outcomes;
      },

      // Reading along one may look with any model; which one was chosen is saved by the tab that writes.
      selectModel: (id: ModelId) => {
        this.#endTraining();
        this.#engine.selectModel(id);
        return this.#changed();
      },

      downloadWeights: async (format) => {
        await this.#prepareWeights();
        return this.#engine.downloadWeights(format);
      },
      downloadProject: () => this.#engine.downloadProject(),
      downloadExamples: () => this.#engine.downloadExamples(),
      downloadExamplePictures: () => this.#engine.downloadExamplePictures(),
      downloadDamaged: async () => {
        const bytes = await this.#keeping?.damaged();
        if (!bytes) throw new Failure("nothing-damaged", "There is no damaged snapshot.");
        return { name: "trazo-damaged.bin", bytes };
      },
      examples: (offset, limit) => this.#engine.examples(offset, limit),
      examplesById: (ids) => this.#engine.examplesById(Float64Array.from(ids)),

      trainStart: async (options: TrainOptions) => {
        await this.#keeping?.prepare();
        this.#endTraining();
        this.#training = new Training(this.#engine, options);
        this.#slices.wake();
        return this.#training.told;
      },
      trainPause: () => {
        this.#tickTraining();
        return this.#trained().pause();
      },
      trainResume: () => {
        const progress = this.#trained().resume();
        this.#slices.wake();
        return progress;
      },
      trainStop: () => {
        const training = this.#trained();
        this.#endTraining();
        return training.told;
      },

      experimentStart: (options) => {
        this.#experiment?.end("stopped");
        const tell = (experiment: Experiment): void => this.#tell({ event: "experiment", experiment });
        this.#experiment = new Running(this.#engine, options, tell, () => this.#slices.wake());
        this.#slices.wake();
        return this.#experiment.told;
      },
      experimentPause: () => this.#underWay().pause(),
      experimentResume: () => this.#underWay().resume(),
      experimentStop: () => this.#underWay().end("stopped"),

      takeOver: async () => {
        await this.#keeping?.takeOver();
        return this.#snapshot();
      },

      readPicture: async (file) => {
        const { decode } = await import("./picture");
        const { rgba, ...picture } = await decode(file);
        return { ...this.#engine.readPicture(picture.width, picture.height, rgba), ...picture };
      },
      teachPicture: (ink, bits, label) => this.#change((engine) => engine.teachPicture(ink, bits, label, Date.now())),

      inside: (what, { points, ends }, numbers) => {
        const asked = Symbol();
        this.#looks.set(what, asked);
        return inSlices(() => {
          if (this.#looks.get(what) !== asked) throw new Failure("superseded", "It was asked again.");
          return this.#engine.inside(what, points, ends, Float64Array.from(numbers));
        });
      },
    };
  }

  async #start({ base, avoidRelaxed }: StartOptions): Promise<Snapshot> {
    this.#base = base;
    if (!this.#begun) {
      const keeping = this.#keeping ?? this.#keep(base);
      this.#keeping = keeping;
      const [{ wasm, build, loadRest }, [digits, classic]] = await Promise.all([loadWasm(avoidRelaxed), fetchModels(), keeping.enter()]);
      this.#loadRest = loadRest;
      const engine = new wasm.Engine(digits, classic);
      await keeping.begin(engine, async () => wasm.Database.open(await databaseOf(base)));
      this.#persisted = await isPersisted();
      this.#begun = { wasm, build, engine, keeping };
    }
    this.#wake();
    return this.#snapshot();
  }

  /** There may be work in the background, which needs all of the engine. */
  #wake(): void {
    this.#whole().then(() => this.#slices.wake(), () => undefined);
  }

  #keep(base: string): Keeping {
    const around = {
      whole: () => this.#whole(),
      inTurn: <T>(work: () => T | Promise<T>) => this.wire.inTurn(work),
      settle: () => this.#endTraining(),
      told: () => this.#tellStorage(),
      restored: () => {
        if (!this.#begun) return;
        this.#tell({ event: "snapshot", snapshot: this.#snapshot() });
        // A tab that was alone all the time, and heard of it late, has nothing to take up and perhaps not all of the engine.
        this.#wake();
      },
      fatal: (error: unknown) => this.wire.fatal(error),
    };
    return new Keeping(around, (events) => new Tabs(nameOf(base), events));
  }

  get #there(): Begun {
    if (!this.#begun) throw new Failure("worker-failed", "The engine has not been started.");
    return this.#begun;
  }

  get #engine(): Engine {
    return this.#there.engine;
  }

  /** Resolves when all of the engine is there. What did not come is asked for again by the next one who needs it. */
  #whole(): Promise<void> {
    const load = this.#loadRest;
    if (load) {
      this.#loadRest = null;
      this.#rest = load().catch((error: unknown) => {
        this.#loadRest = load;
        throw new Failure("wasm-failed", `The rest of the engine did not load: ${message(error)}`);
      });
    }
    return this.#rest;
  }

  #tell(event: EngineEvent): void {
    this.wire.post(event);
  }

  #tellStorage(): void {
    if (this.#begun) this.#tell({ event: "storage", storage: this.#begun.keeping.state, persisted: this.#persisted });
  }

  #snapshot(): Snapshot {
    const { engine, build, keeping } = this.#there;
    return { ...engine.state(), build, storage: keeping.state, recovered: keeping.recovered, persisted: this.#persisted };
  }

  /** Does something that changes what is kept, has it saved, and answers with the snapshot. */
  async #change(work: (engine: Engine) => void): Promise<Snapshot> {
    await this.#keeping?.prepare();
    this.#endTraining();
    work(this.#engine);
    return this.#changed();
  }

  /** Nobody asked for it, so that nothing is ended for it, and a tab that reads along leaves it to the one that writes. */
  #remember({ points, ends }: Drawing): boolean {
    if (this.#training || this.#keeping?.state.state === "reading-along") return false;
    const remembered = this.#engine.remember(points, ends, Date.now());
    if (remembered) this.wire.afterwards = () => this.#tell({ event: "snapshot", snapshot: this.#changed() });
    return remembered;
  }

  /** After a change: there may be work in the background, and there is something to save. */
  #changed(): Snapshot {
    this.#keeping?.changed();
    this.#slices.wake();
    return this.#snapshot();
  }

  // Work in the background

  #advance(): boolean {
    const { engine, wasm } = this.#begun ?? {};
    if (!engine || !wasm) return false;
    const { Work } = wasm;
    const work = engine.advance();
    switch (work) {
      case Work.Lesson:
        this.#finishLesson();
        break;
      case Work.Training:
        this.#tickTraining();
        break;
      case Work.Warm:
        this.#tell({ event: "snapshot", snapshot: this.#snapshot() });
        break;
    }
    this.#tellTakenIn(work === Work.Idle || work === Work.Warm);
    // Whoever teaches does not wait for it.
    const more = !this.#lesson && this.#stepExperiment();
    return more || work !== Work.Idle;
  }

  /** Of many drawings that memory takes in the page is told now and then how far that has come, and when it is over. */
  #tellTakenIn(over: boolean): void {
    const now = performance.now();
    if (over ? !this.#takingIn : now - this.#toldTakenIn < TELL_MS) return;
    this.#toldTakenIn = now;
    const takenIn = this.#engine.takenIn();
    const going = takenIn.known < takenIn.total;
    if (going || this.#takingIn) this.#tell({ event: "taken-in", takenIn });
    this.#takingIn = going;
  }

  /** A unit of background work failed; the engine has taken it back. */
  #failBackground(error: unknown): void {
    if (isPanic(error)) return this.wire.fatal(error);
    if (this.#lesson) {
      this.#lesson.reject(error);
      this.#lesson = null;
      this.#slices.wake();
    } else {
      console.error("Trazo: background work failed.", error);
      this.#endTraining();
    }
  }

  #teach({ points, ends }: Drawing, label: number, force: boolean): TeachQuestion | Promise<Lesson> {
    const began = performance.now();
    const question = this.#engine.teach(points, ends, label, force, Date.now());
    if (question) return question;
    return new Promise((resolve, reject) => {
      this.#lesson = { began, resolve, reject };
      this.#slices.wake();
    });
  }

  #finishLesson(): void {
    const outcome = this.#engine.takeLesson();
    if (this.#lesson && outcome) {
      const { began, resolve } = this.#lesson;
      resolve({ ...outcome, milliseconds: performance.now() - began });
    }
    this.#lesson = null;
    this.wire.afterwards = () => this.#tell({ event: "snapshot", snapshot: this.#changed() });
  }

  #trained(): Training {
    if (!this.#training) throw new Failure("not-training", "Nothing is being trained.");
    return this.#training;
  }

  #tickTraining(): void {
    const due = this.#training?.look();
    if (due?.over) {
      this.#endTraining("finished");
      return;
    }
    if (due?.tell) this.#tell({ event: "training", progress: this.#trained().progress() });
    if (due?.save) this.#keeping?.saveAnyway();
  }

  /** Each step of training would begin it anew: then it is done in one go. */
  #prepareWeights(): Promise<boolean> {
    return inSlices(() => this.#training !== null || this.#engine.prepareWeights() || undefined);
  }

  /** Ends training where there is one, keeps what was learned, and tells the page. */
  #endTraining(state: "finished" | "stopped" = "stopped"): void {
    const training = this.#training;
    if (!training) return;
    this.#training = null;
    this.#tell({ event: "training", progress: training.end(state) });
    this.#tell({ event: "snapshot", snapshot: this.#changed() });
  }

  #underWay(): Running {
    if (!this.#experiment) throw new Failure("no-experiment", "There is no experiment.");
    return this.#experiment;
  }

  #stepExperiment(): boolean {
    try {
      return this.#experiment?.step() ?? false;
    } catch (error) {
      if (isPanic(error)) throw error;
      console.error("Trazo: the experiment failed.", error);
      this.#experiment?.end("failed");
      return false;
    }
  }

  #stop(): void {
    this.#keeping?.stop();
    this.#slices.stop();
    this.#begun = null;
  }
}

/** Works in slices, so that a drawing is answered meanwhile, until a step has the answer. */
async function inSlices<T>(step: () => T | undefined): Promise<T> {
  for (let until = performance.now() + SLICE_MS; ; ) {
    const answer = step();
    if (answer !== undefined) return answer;
    if (performance.now() < until) continue;
    await new Promise((resolve) => setTimeout(resolve));
    until = performance.now() + SLICE_MS;
  }
}

async function isPersisted(): Promise<boolean | null> {
  try {
    return (await (navigator.storage as StorageManager | undefined)?.persisted?.()) ?? null;
  } catch {
    return null;
  }
}
