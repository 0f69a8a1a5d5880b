/**
 * What the page and the engine say to each other. The engine runs in a module worker; the page reaches it only through
 * `connect()` in `./bridge`. Everything here can be structured-cloned.
 *
 * What the engine itself says is typed by Rust (`crates/web/src/view.rs`); here is what the worker adds to that.
 */
import type {
  Drawing, EngineState, Example, ExamplePage, ExperimentMark, FileOut, FileOutcome, HandPage, History, LessonResult, ModelId, PictureReading, Reading,
  Recovered, Settings, TakenIn, TeachQuestion, TrainFigures, WeightsFormat, WholeNumber, Why,
} from "../../../crates/web/pkg/simd/trazo_web.js";

export type {
  Drawing, Exam, Example, FileOut, FileOutcome, HandDrawing, History, HistoryPoint, ModelId, ModelInfo, NetworkInput, NumberPart, NumberSign, ReadDigit, Reading,
  Recovered, Settings, SkippedLine, Symbol, TakenIn, TeachQuestion, WeightsFormat, WholeNumber, Why,
} from "../../../crates/web/pkg/simd/trazo_web.js";

/** Numbers from 0 to 1, one a digit and one a label of a symbol: chances that sum to one, or scores (`ModelInfo.chances`). */
export type Probabilities = Reading["probabilities"];

/** What came of a lesson, and how long it took. */
export type Lesson = LessonResult & { milliseconds: number };

export type StorageState =
  /** All there is has been written and read back. */
  | { state: "saved"; at: number; bytes: number }
  | { state: "saving" }
  /** Nothing has been saved in this browser yet (first visit). */
  | { state: "fresh" }
  /** No database here (private mode): it works in memory until the tab closes. */
  | { state: "memory" }
  /** The disk or the quota is full: the state before stays; offer the download. */
  | { state: "full" }
  /** The save failed for another reason, or what is stored could not be read; `detail` is in English, for a report. */
  | { state: "failed"; detail: string }
  /** Another tab writes; this one reads along. `takeOver()` changes that. */
  | { state: "reading-along" }
  /** A newer version of Trazo wrote the database: it is left alone, this tab works in memory. */
  | { state: "newer" };

export type Build = "simd128" | "relaxed";

/** All that the page shows at once. */
export interface Snapshot extends EngineState {
  build: Build;
  storage: StorageState;
  /** Set where something that was stored is damaged. */
  recovered: Recovered | null;
  /** Has the browser promised to keep the data (navigator.storage.persist)? null: it cannot be asked. */
  persisted: boolean | null;
}

export interface TrainOptions {
  /** Stop after about this many seconds of training. */
  seconds: number;
}

export interface TrainProgress extends Omit<TrainFigures, "state" | "samples"> {
  state: TrainFigures["state"] | "finished";
  /** 0 … 1 of the time asked for. */
  done: number;
  samplesPerSecond: number;
}

/** How the two ways of learning stand after a lesson: the original's first, then Trazo's. */
export type Mark = Omit<ExperimentMark, "lessons" | "own">;

/** Two copies of `classic` as it ships, corrected alike, each in its way. Nothing of it is saved. */
export interface Experiment extends Pick<ExperimentMark, "lessons" | "own"> {
  state: "running" | "paused" | "finished" | "stopped" | "failed";
  /** Before the first lesson, then after each; `lessons` is 0 until they have been chosen. */
  marks: readonly Mark[];
}

export interface ExperimentOptions {
  /** The synthetic writer draws other lessons for each. */
  seed: number;
  /** At a pace that can be followed, not as fast as it goes. */
  slowly: boolean;
}

/** Every failure that reaches the page: a stable code to translate, and a sentence in English for a report. */
export interface EngineError {
  code: string;
  message: string;
  /** The name in the sentence, of a file or an operator, where there is one. */
  about?: string | null;
}

export type Result<T> = { ok: true; value: T } | { ok: false; error: EngineError };

export interface FileIn {
  name: string;
  bytes: Uint8Array;
}

export interface StartOptions {
  /** The path under which the site lies: other sites of the same host keep their own. */
  base: string;
  /** The relaxed build failed its self-test in the worker before. */
  avoidRelaxed: boolean;
}

/** The calls, and what each answers where it does not fail. */
export interface EngineApi {
  /** Loads the wasm (again, after a failure), the pretrained blobs and what was saved. */
  start(options: StartOptions): Snapshot;
  read(drawing: Drawing): Reading;
  /** The drawing as a number, of as many digits as `digits` says where that is not null and can be. */
  readNumber(drawing: Drawing, digits: number | null): WholeNumber;
  /** The same where the person says which digits and symbols they are, by label; no parts where it cannot be parted into so many. */
  readNumberAs(drawing: Drawing, labels: Uint8Array): WholeNumber;
  teach(drawing: Drawing, label: number, force: boolean): Lesson | TeachQuestion;
  /** Takes the latest lesson (deletion, reset, upload, …) back, bit for bit. */
  undo(): Snapshot;
  selectModel(id: ModelId): Snapshot;
  /** A network of the Lab, as a `.trazo` file, stands beside those that ship from now on, in the place of the one kept before, and reads. Can be undone. */
  keepModel(bytes: Uint8Array): Snapshot;
  /** The kept network goes, with its history; examples stay. Can be undone. */
  removeKept(): Snapshot;
  /** Back to the weights that ship, or that were kept; examples stay. Can be undone. */
  reset(): Snapshot;
  setSettings(settings: Settings): Snapshot;
  downloadWeights(format: WeightsFormat): FileOut;
  downloadProject(): FileOut;
  downloadExamples(): FileOut;
  /** As 28x28 pictures in MNIST's format, in a zip archive. */
  downloadExamplePictures(): FileOut;
  downloadDamaged(): FileOut;
  /** One outcome a file, in order. Files of one call can belong together; `answers` is what a person said to a question. */
  openFiles(files: FileIn[], answers: Record<string, string>): FileOutcome[];
  examples(offset: number, limit: number): ExamplePage;
  /** Those that are no longer there are left out. */
  examplesById(ids: number[]): Example[];
  /**
   * The drawing was cleared, or followed by another, and not corrected: where it was read surely it is remembered as the
   * person's hand. False where it was not, and nothing has changed. No step of undo.
   */
  remember(drawing: Drawing): boolean;
  /** What is remembered so, latest first. */
  hand(offset: number, limit: number): HandPage;
  /** All of it goes; can be undone. */
  forgetHand(): Snapshot;
  forgetHandDrawing(id: number): Snapshot;
  /** From now on this person writes, with a hand of their own; the empty name is the first person's. */
  writeAs(name: string): Snapshot;
  /** Someone else's hand goes, name and all; can be undone. */
  forgetWriter(name: string): Snapshot;
  /** It becomes an example, as if the person had named it. */
  promoteHandDrawing(id: number): Snapshot;
  /** Which remembered drawings helped with this one; null where none did. */
  why(drawing: Drawing): Why | null;
  /** Everything of this person goes: models as they ship, nothing taught, nothing remembered. Cannot be undone. */
  wipe(): Snapshot;
  /** Where the selected model has been. */
  history(): History;
  /** Brings the selected model to another point, bit for bit; the examples stay. Can be undone. */
  travel(serial: number): Snapshot;
  deleteExample(id: number): Snapshot;
  relabelExample(id: number, label: number): Snapshot;
  /** A class of the person’s own, drawn a few times; the key may be empty. Can be undone, as what follows. */
  addSymbol(name: string, key: string, drawings: Drawing[]): Snapshot;
  changeSymbol(label: number, name: string, key: string): Snapshot;
  /** Its examples go with it. */
  deleteSymbol(label: number): Snapshot;
  trainStart(options: TrainOptions): TrainProgress;
  trainPause(): TrainProgress;
  trainResume(): TrainProgress;
  trainStop(): TrainProgress;
  experimentStart(options: ExperimentOptions): Experiment;
  experimentPause(): Experiment;
  experimentResume(): Experiment;
  experimentStop(): Experiment;
  takeOver(): Snapshot;
  /** Reads the numbers in a picture file, scaled down; boxes are in the pixels of the picture that comes with them. */
  readPicture(file: Blob): PictureReading & { width: number; height: number; picture: ImageBitmap };
  /** A digit of a picture, as `readPicture` gave it, becomes an example. Can be undone. */
  teachPicture(ink: Uint8Array, bits: Uint8Array, label: number): Snapshot;
  /** What the screen Inside asks: `./inside` has each question, with its answer. */
  inside(what: string, drawing: Drawing, numbers: readonly number[]): unknown;
}

/** What the engine says without being asked. */
export type EngineEvent =
  | { event: "snapshot"; snapshot: Snapshot }
  | { event: "storage"; storage: StorageState; persisted: boolean | null }
  | { event: "training"; progress: TrainProgress }
  | { event: "experiment"; experiment: Experiment }
  /** Memory takes in what was imported, or opened: how far it has come. The last one says that all are known. */
  | { event: "taken-in"; takenIn: TakenIn }
  /** The bridge's: the engine is gone, though nobody had asked it anything. */
  | { event: "failed"; error: EngineError };

/** The wire: the page asks with a number, the engine answers with the same one. */
export interface Call<K extends keyof EngineApi = keyof EngineApi> {
  id: number;
  call: K;
  args: Parameters<EngineApi[K]>;
}
export interface Answer {
  id: number;
  result: Result<unknown>;
}
/** What only the page knows, and nobody asks for. */
export type PageNote =
  /** Only a page can ask for persistent storage; it does so after the first lesson. */
  | { note: "persisted"; persisted: boolean | null }
  /** The page goes into the back-forward cache, and is seen again. */
  | { note: "away" }
  | { note: "back" };
/** The engine met a fault that it cannot go on after (a bug): the page ends the worker and offers a restart. */
interface Fatal {
  fatal: EngineError;
}
export type ToEngine = Call | PageNote;
export type FromEngine = Answer | EngineEvent | Fatal;
