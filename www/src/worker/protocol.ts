/**
 * What the page and the engine say to each other. The engine runs in a module worker; the page reaches it only through
 * `connect()` in `./bridge`. Everything here can be structured-cloned; nothing here imports anything.
 */

/** Ten chances, one a digit, that sum to one. */
export type Probabilities = readonly number[];

/**
 * A drawing in pad units (the pad is 1000 x 1000 whatever its size on the screen, y grows downwards).
 * `points` is x0, y0, x1, y1, …; `ends[i]` is the number of points up to and including stroke `i`.
 */
export interface Drawing {
  points: Float32Array;
  ends: Uint32Array;
}

/** What the network is given: ink from 0 (paper) to 255, row by row. */
export interface NetworkInput {
  width: number;
  height: number;
  pixels: Uint8Array;
}

export interface Reading {
  /** The digit, or null while the pad is empty or the network is not sure. */
  digit: number | null;
  /** True where there is no ink at all. */
  empty: boolean;
  /** False: «not sure», show `candidates`. */
  sure: boolean;
  /** The likeliest digits, best first: one where it is sure, two or three where it is not. */
  candidates: number[];
  probabilities: Probabilities;
  input: NetworkInput | null;
}

export type ModelId = "digits" | "classic";

export interface ModelInfo {
  id: ModelId;
  /** The name in the file, for a person: "digits", "classic", or what an uploaded file calls itself. */
  name: string;
  parameters: number;
  /** Lessons since the pretrained weights (or since the file was opened). */
  lessons: number;
  /** True where the weights are the ones that ship. */
  pristine: boolean;
}

/** The exam: a fixed set of synthetic digits that is never trained on. */
export interface Exam {
  right: number;
  total: number;
}

export interface Lesson {
  label: number;
  /** True where the network already said so: it was confirmed, stored, and nothing was trained. */
  confirmed: boolean;
  before: Probabilities;
  after: Probabilities;
  /** Did the answer become the label? */
  learned: boolean;
  exampleCount: number;
  examBefore: Exam;
  examAfter: Exam;
  /** The person's other examples whose answer changed. */
  changed: { id: number; label: number; before: number; after: number }[];
  /** Optimiser steps taken and wall time in milliseconds. */
  steps: number;
  milliseconds: number;
}

/** What a lesson needs the person to say first. Nothing has been learned yet; teach again with `force`. */
export type TeachQuestion =
  /** There is nothing, or only a dot, on the pad. */
  | { question: "blank" | "dot" }
  /** The same drawing was taught as another digit. */
  | { question: "conflict"; otherLabel: number; otherId: number };

export interface Example {
  id: number;
  label: number;
  /** What the current model says, or null where it is not sure. */
  answer: number | null;
  /** What was read when the person named it, before the lesson, or null where the network was not sure. */
  firstRead: number | null;
  /** Drawn on the pad here, not imported: the network was asked before the person named it. */
  drawnHere: boolean;
  /** Milliseconds since 1970 in UTC. */
  taughtAt: number;
  /** The drawing as it was drawn, or null for a picture. */
  drawing: Drawing | null;
  /** The picture, for an example that has no strokes. */
  picture: NetworkInput | null;
}

/** A moment to which the network can be brought back. */
export interface HistoryPoint {
  serial: number;
  /** Milliseconds since 1970 in UTC; 0 where nobody knows. */
  at: number;
  event: "start" | "lesson" | "training" | "reset";
  /** What was taught, for a lesson. */
  label: number | null;
  exam: Exam;
  /** The person's own examples then: `total` 0 where there were none. */
  own: Exam;
}

export interface History {
  /** The serial of the point that holds now; 0 where there are none. */
  now: number;
  /** Oldest first. */
  points: HistoryPoint[];
}

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
  /** The save failed for another reason; `detail` is in English, for a report. */
  | { state: "failed"; detail: string }
  /** Another tab writes; this one reads along. `takeOver()` changes that. */
  | { state: "reading-along" }
  /** A newer version of Trazo wrote the database: it is left alone, this tab works in memory. */
  | { state: "newer" };

export interface Recovered {
  /**
   * What took the damaged snapshot's place: the save before it; the snapshot itself without the examples that are
   * damaged; or, where nothing could be used, the models that ship.
   */
  used: "older-snapshot" | "partial" | "pretrained";
  /** True where the damaged bytes were set aside and `downloadDamaged()` gives them. */
  damagedBytes: number;
}

export type Build = "simd128" | "relaxed";

export interface Snapshot {
  build: Build;
  model: ModelInfo;
  models: ModelInfo[];
  exampleCount: number;
  exam: Exam | null;
  /** How many moments of the selected model's history lie ahead of the one that holds now. */
  momentsAhead: number;
  storage: StorageState;
  recovered: Recovered | null;
  /** Has the browser promised to keep the data (navigator.storage.persist)? null: it cannot be asked. */
  persisted: boolean | null;
  settings: Settings;
  /** Is there a lesson, a deletion or a reset that can be taken back, and which is the latest? */
  undo: "lesson" | "delete" | "relabel" | "reset" | "upload" | "training" | "travel" | null;
}

export interface Settings {
  /** In `classic`: 5 steps at rate 0.5 on the one new sample, as the original did. */
  originalWay: boolean;
}

export interface TrainOptions {
  /** Stop after about this many seconds of training. */
  seconds: number;
}

export interface TrainProgress {
  state: "running" | "paused" | "finished" | "stopped";
  /** 0 … 1 of the time asked for. */
  done: number;
  /** Mini-batches so far. */
  steps: number;
  loss: number;
  /** Share of the person's own examples read right now, 0 … 1. */
  accuracy: number;
  /** The exam at the last look. */
  exam: Exam;
  samplesPerSecond: number;
}

/** How the two ways of learning stand after a lesson: the original's first, then Trazo's. */
export interface Mark {
  /** What was taught, or null before the first lesson. */
  label: number | null;
  exam: readonly [Exam, Exam];
  /** Of what was taught so far. */
  taught: readonly [Exam, Exam];
}

/** Two copies of `classic` as it ships, corrected alike, each in its way. Nothing of it is saved. */
export interface Experiment {
  state: "running" | "paused" | "finished" | "stopped" | "failed";
  /** How many there will be; 0 until they have been chosen. */
  lessons: number;
  /** They are the person's own drawings, not the synthetic writer's. */
  own: boolean;
  /** Before the first lesson, then after each. */
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
}

export type Result<T> = { ok: true; value: T } | { ok: false; error: EngineError };

export interface FileOut {
  name: string;
  bytes: Uint8Array;
}

/** Larger files are refused before they are read: ten thousand examples and both models are a twentieth of it. */
export const UPLOAD_LIMIT = 64 * 2 ** 20;

export interface Upload {
  /** What the file turned out to be. */
  kind: "model" | "project" | "pesos" | "examples";
  model: ModelId | null;
  examplesAdded: number;
  /** Examples of the file that were here before. */
  examplesKnown: number;
  /** Lines of a file of examples that were passed over, and why; the first 20 of them. */
  skipped: SkippedLine[];
  /** How many were passed over in all. */
  passedOver: number;
}

export interface SkippedLine {
  /** From one. */
  line: number;
  /** It is no drawing in the file's form; its label is none from 0 to 9; it has no ink; or a coordinate is absurd. */
  fault: "not-a-drawing" | "label" | "no-ink" | "coordinates";
}

/** The calls. Each answers with a `Result`; none throws. */
export interface EngineApi {
  /** Loads the wasm (again, after a failure), the pretrained blobs and what was saved. */
  start(): Result<Snapshot>;
  read(drawing: Drawing): Result<Reading>;
  teach(drawing: Drawing, label: number, force: boolean): Result<Lesson | TeachQuestion>;
  /** Takes the latest lesson (deletion, reset, upload, …) back, bit for bit. */
  undo(): Result<Snapshot>;
  selectModel(id: ModelId): Result<Snapshot>;
  /** Back to the weights that ship; examples stay. Can be undone. */
  reset(): Result<Snapshot>;
  setSettings(settings: Settings): Result<Snapshot>;
  downloadWeights(format: "trazo" | "safetensors" | "onnx" | "pesos"): Result<FileOut>;
  downloadProject(): Result<FileOut>;
  downloadExamples(): Result<FileOut>;
  downloadDamaged(): Result<FileOut>;
  upload(name: string, bytes: Uint8Array): Result<Upload>;
  examples(offset: number, limit: number): Result<{ total: number; examples: Example[] }>;
  /** Those that are no longer there are left out. */
  examplesById(ids: number[]): Result<Example[]>;
  /** Where the selected model has been. */
  history(): Result<History>;
  /** Brings the selected model to another point, bit for bit; the examples stay. Can be undone. */
  travel(serial: number): Result<Snapshot>;
  deleteExample(id: number): Result<Snapshot>;
  relabelExample(id: number, label: number): Result<Snapshot>;
  trainStart(options: TrainOptions): Result<TrainProgress>;
  trainPause(): Result<TrainProgress>;
  trainResume(): Result<TrainProgress>;
  trainStop(): Result<TrainProgress>;
  experimentStart(options: ExperimentOptions): Result<Experiment>;
  experimentPause(): Result<Experiment>;
  experimentResume(): Result<Experiment>;
  experimentStop(): Result<Experiment>;
  takeOver(): Result<Snapshot>;
}

/** What the engine says without being asked. */
export type EngineEvent =
  | { event: "snapshot"; snapshot: Snapshot }
  | { event: "storage"; storage: StorageState; persisted: boolean | null }
  | { event: "training"; progress: TrainProgress }
  | { event: "experiment"; experiment: Experiment }
  /** The bridge's: the engine is gone, though nobody had asked it anything. */
  | { event: "failed"; error: EngineError };

/** The wire: the page asks with a number, the engine answers with the same one. */
export type Call = { [K in keyof EngineApi]: { id: number; call: K; args: Parameters<EngineApi[K]> } }[keyof EngineApi];
export type Answer = { id: number; result: Result<unknown> };
/** Only a page can ask for persistent storage; it does so after the first lesson and tells the engine the answer. */
export interface PersistedNote {
  persisted: boolean | null;
}
/** The engine met a fault that it cannot go on after (a bug): the page ends the worker and offers a restart. */
export interface Fatal {
  fatal: EngineError;
}
/** The name of a worker that is to leave the relaxed build alone: its self-test failed in the worker before. */
export const AVOID_RELAXED = "trazo-engine-simd128";
export type ToEngine = Call | PersistedNote;
export type FromEngine = Answer | EngineEvent | Fatal;
