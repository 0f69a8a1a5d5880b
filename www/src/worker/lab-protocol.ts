/**
 * What the page and the Lab's workers say to each other. The page reaches them through `openLab()` in `./lab`, which is loaded on
 * demand. Everything here can be structured-cloned; a `LabSetup` is plain JSON, so that it fits in a link.
 *
 *     const lab = openLab((event) => …);
 *     const shapes = await lab.check(setup);            // as often as something is edited: no run is touched
 *     const ready = await lab.configure(setup, data);   // the data is made, the run stands before its first step, paused
 *     await lab.start();                                // events: "progress" four times a second, "look", "state"
 *     await lab.pause(); await lab.step("batch");
 *     lab.close();
 *
 * No promise is ever rejected or left hanging: each is a `Result`, as those of `./bridge` are.
 */
import type { Drawing, LayerSpec, OptimizerSpec } from "../../../crates/web/pkg/simd/trazo_web.js";
import type { EngineError, Result } from "./protocol";

export type { Drawing, LayerSpec, OptimizerSpec };

/** A row of the network; a frozen one (dense or convolution) keeps the weights that it starts with, bit for bit. */
export type LabLayer = LayerSpec & { frozen?: boolean };

/** The version of `LabSetup` that this build reads; a link from the future is refused with `lab-version`. */
export const LAB_VERSION = 1;

/** Where the digits come from; `files`, `examples` and `mnist` need the data itself beside the setup (`LabData`). */
export type LabSource = "synthetic" | "files" | "examples" | "mnist";

/**
 * All that a run's weights depend on, apart from digits that are not synthetic: the same setup, data and build give the same weights,
 * bit for bit, with one worker and with two. What is optional has the value said there.
 */
export interface LabSetup {
  v: typeof LAB_VERSION;
  data: {
    source: LabSource;
    /**
     * How many digits to train on, to look at now and then, and to keep in the sealed envelope. Less where there are not so many:
     * `LabReady.digits` says. Up to 70,000 together.
     */
    train: number;
    validation: number;
    test: number;
    /** Which digits are written, in what order they are dealt, which labels are wrong, how pixels are shuffled. */
    seed: number;
    /** The classes that there are; all ten where left out. */
    classes?: number[];
    /** The synthetic writer's hand: where left out, each digit is another hand's. Slant is the tangent (-0.3 … 0.6), looseness a share of
     *  the height (0 is a font, 0.03 careless), size a share of the pad, which only matters for how thick the line is (0.15 … 0.88). */
    hand?: { slant?: number; looseness?: number; size?: number };
    /** The share of the training digits that has a wrong label, 0 … 1; 0. */
    noise?: number;
    /** All pixels of all pictures in one and the same shuffled order; false. */
    shuffled?: boolean;
    /** Training digits are moved by up to so many pixels each way, anew each time, 0 … 8; 0. */
    shift?: number;
    /** Validation and test digits are moved by so many pixels, in one of eight directions each, 0 … 8; 0. */
    moved?: number;
    /** Strength of the augmentation of training digits (turned, slanted, bent, thicker, anew each time): 0 none, 1 full, up to 2; 0. */
    augment?: number;
    /**
     * After `epochs` other classes come, with a share of the first ones among them (`replay`, 0 … 1). Then there are two validation parts:
     * the first classes, and the later ones.
     */
    later?: { epochs: number; classes: number[]; replay: number };
  };
  network: {
    /** The input is always 28x28x1, and the last layer must have ten outputs. */
    layers: LabLayer[];
    /** `cross-entropy` where left out. */
    loss?: "cross-entropy" | "squared-error";
    /** How the weights start: `usual` is He's before a ReLU and Xavier's otherwise. `usual` where left out. */
    start?: "usual" | "he" | "xavier" | "zero" | "constant";
  };
  optimizer: OptimizerSpec;
  /** Shares of the run and of the peak rate; constant where left out. */
  schedule?: { warmUp: number; fall: "none" | "linear" | "cosine"; floor: number };
  /** 1 … 1,000. */
  epochs: number;
  /** 2 … 4,096. */
  batch: number;
  seeds: { weights: number; order: number };
  /** Batches between two looks; an epoch's where left out. */
  lookEvery?: number;
  /** The run ends after so many looks without gain; never where null or left out. */
  patience?: number | null;
  /** The network that answers has an average of the weights over about 1 / (1 - average) steps; none where left out. */
  average?: number;
}

/** Digits that are not the synthetic writer's. */
export type LabData =
  /** Two files in MNIST's format (IDX), unpacked. They are handed over: the arrays are empty afterwards. */
  | { source: "files"; images: Uint8Array; labels: Uint8Array }
  /** A person's, or many persons' (class files): `writer` numbers them, and `held` are the writers who are only for validation and test. */
  | { source: "examples"; digits: { drawing: Drawing; label: number; writer?: number }[]; held?: number[] };
// "mnist" is fetched by the worker from the site itself: see `Lab.sources`.

/** A failure that belongs to a row of the network: `row` is its place in `layers`; null where it is of the whole. */
export interface LabFault extends EngineError {
  row: number | null;
  /**
   * For a sentence of the page's own: what it is about, by `code`:
   * `lab-window` [window, height, width], `lab-kernel` [kernel], `lab-zero` [], `lab-outputs` [found], `lab-too-large` [numbers, limit],
   * `lab-activation` [], `lab-layer` [], `lab-frozen` [], `lab-setting` [] (then `about` has the setting's name).
   */
  numbers: number[];
}

/** A row of the network as it stands. */
export interface LabRow {
  /** Height, width, channels of what leaves it; null from the first faulty row on. */
  shape: [number, number, number] | null;
  parameters: number;
  /** Multiply-adds for one digit, forward. */
  multiplyAdds: number;
}

export interface LabShapes {
  rows: LabRow[];
  parameters: number;
  multiplyAdds: number;
  /** Multiply-adds of one training step a digit: forward and backward. */
  trainingMultiplyAdds: number;
  /** Bytes that a run takes in each worker, about: data, weights, optimizer, activations. */
  bytes: number;
  /** The first thing that is wrong; null where the run can begin. */
  fault: LabFault | null;
}

export interface LabReady {
  shapes: LabShapes;
  /** Digits there really are. */
  digits: { train: number; validation: number; test: number };
  /** Steps in an epoch, and in the run. */
  batches: number;
  steps: number;
  /** Workers that hold the run: 1 or 2. */
  workers: number;
  progress: LabProgress;
}

export type LabState = "ready" | "running" | "paused" | "over" | "failed";

/** Why a run is over: its epochs are done; no gain for `patience` looks; a number that is no number; stopped by a person. */
export type LabEnding = "finished" | "no-gain" | "diverged" | "stopped";

export interface LabProgress {
  state: LabState;
  ending: LabEnding | null;
  /** Steps and epochs done. */
  step: number;
  epoch: number;
  /** Digits trained on so far, counted each time they come. */
  seen: number;
  /** Multiply-adds of the training so far. */
  multiplyAdds: number;
  /** Seconds that it was running, without pauses. */
  seconds: number;
  /** Digits a second, lately; 0 while it rests. */
  digitsPerSecond: number;
  /** Mean loss of the batches since the last look (of the latest step where there is none since), null before the first step. */
  loss: number | null;
  /** Share of the training digits read right since the last look. */
  accuracy: number | null;
  /** The learning rate of the last step: peak, schedule and `setRate` together. */
  rate: number;
  /** The step of the best look, where the run has gone on from it and can go back to it; null else. */
  best: number | null;
  /** How often the sealed envelope was opened. */
  opened: number;
  /** The places of the training losses of the last steps, at most 512 since the start of the run: `[step, loss]`, thinned. */
  losses: [step: number, loss: number][];
  health: LabHealth | null;
}

/** One part of the validation digits at a look. */
export interface LabFigures {
  count: number;
  right: number;
  /** Mean `-ln` of the chance of the label. */
  loss: number;
}

export interface LabLook {
  step: number;
  epoch: number;
  /** Digits seen, multiply-adds of the training and seconds at this look. */
  seen: number;
  multiplyAdds: number;
  seconds: number;
  /** The training batches since the look before; null at the first. */
  training: { loss: number; accuracy: number } | null;
  /** All validation digits, then the two parts where the setup has `later`. */
  validation: LabFigures[];
}

/** What the health line is made of; measured at looks and while paused. */
export interface LabHealth {
  step: number;
  /** The share of ReLU units that were 0 for every digit of the latest batch part, a number a row; null where the row has none. */
  dead: (number | null)[];
  /** Euclidean norm of the gradient by each row's parameters; null where it has none. */
  gradients: (number | null)[];
  /** Norm of the last step over norm of the weights, a number a row; null where it has none. */
  updates: (number | null)[];
  /** Gradient norm of the first row with weights over that of the last. 1 where there is one such row; null before the first step. */
  firstToLast: number | null;
  /** Looks in a row at which validation loss rose. */
  rising: number;
  /** The step of the best look so far. */
  best: number;
  /** No better than chance for so many steps. */
  chance: number;
}

/** Rows are labels, columns answers. */
export interface LabConfusion {
  /** 100 numbers, `label * 10 + answer`. */
  counts: number[];
  /** Which digits: those of validation, or of the opened envelope. */
  part: "validation" | "test";
  step: number;
}

/** Digits of one cell of the table, worst first. */
export interface LabMistakes {
  total: number;
  digits: {
    /** Its place in its part. */
    place: number;
    /** 784 bytes, 255 ink. */
    pixels: Uint8Array;
    label: number;
    answer: number;
    /** The chance of the answer, and of the label. */
    chance: number;
    right: number;
    probabilities: number[];
  }[];
}

/** The weights of the first row with weights as pictures: filters of a convolution, or what each of a dense layer's units sees. */
export interface LabWeights {
  step: number;
  count: number;
  height: number;
  width: number;
  /** `[count, height, width]`. */
  values: Float32Array;
}

/** The steps at which pictures of the first weights were kept, at most 48 and evenly spaced. */
export interface LabFilm {
  steps: number[];
}

/** What a test of the sealed part says; opening is counted on the run. */
export interface LabTest extends LabFigures {
  opened: number;
  confusion: LabConfusion;
}

/** What a pupil handed in: drawings one after the other, as JSON lines or in another form that Trazo opens. */
export interface LabClassFile {
  /** Of all drawings. */
  points: Float32Array;
  /** Where each stroke ends among the points of its own drawing; `counts` says how many strokes each drawing has. */
  ends: Uint32Array;
  counts: Uint32Array;
  labels: Uint8Array;
  /** Whose hand each is, as the file names it; may be empty. */
  writers: string[];
  /** Left out: with a label that is no digit; for other reasons. */
  oddLabels: number;
  passedOver: number;
}

export type LabEvent =
  /** Four times a second while it runs, and at each change of state. */
  | { event: "progress"; progress: LabProgress }
  | { event: "look"; look: LabLook; progress: LabProgress }
  /** Making or fetching the data, 0 … 1. */
  | { event: "loading"; done: number }
  /** What the run can go on from, every ten seconds while it trains: `resume` takes it. */
  | { event: "kept"; checkpoint: Uint8Array }
  /**
   * A worker is gone. The run is paused at its last checkpoint, which `resume` goes on from; `checkpoint` is null where there is none
   * yet. The lab starts new workers by itself at the next call.
   */
  | { event: "failed"; error: EngineError; checkpoint: Uint8Array | null };

export interface LabOptions {
  /** At most so many workers; as many as pay (two, or one where there is one core) where left out. For two runs side by side: 1 each. */
  workers?: 1 | 2;
}

/** The page's door to one run. Two runs are two labs. */
export interface Lab {
  /** The sources that this site has: `mnist` only where its manifest says so. */
  sources(): Promise<Result<LabSource[]>>;
  /** Shapes, sizes and the first fault of a setup; a faulty setup is an answer here, no failure. */
  check(setup: LabSetup): Promise<Result<LabShapes>>;
  /** Makes the data and the run; the run before is gone. Fails with the code of the fault. */
  configure(setup: LabSetup, data?: LabData): Promise<Result<LabReady>>;
  /** As `configure`, and goes on from the bytes of `checkpoint()`, bit for bit. */
  resume(setup: LabSetup, checkpoint: Uint8Array, data?: LabData): Promise<Result<LabReady>>;
  /**
   * Trains until it is over, or, where `until` is given, until that many digits have been seen: then it is paused (two runs go in step
   * so). The answer comes at once; how it goes is told by events.
   */
  start(until?: number): Promise<Result<LabProgress>>;
  pause(): Promise<Result<LabProgress>>;
  /** One batch, or to the end of the epoch; answered when that is done, and then it is paused. */
  step(unit: "batch" | "epoch"): Promise<Result<LabProgress>>;
  /** Ends the run: it stays to be looked at and saved, and does not go on. */
  stop(): Promise<Result<LabProgress>>;
  /**
   * Takes the run to where its best look was made (`LabProgress.best`), weights, optimizer, curves and all; there it is paused. It goes
   * the same way again where nothing is changed. Fails with `lab-no-best` where there is none.
   */
  goBack(): Promise<Result<LabProgress>>;
  /** At most so many batches a second; null as fast as it goes. */
  pace(batchesPerSecond: number | null): Promise<Result<LabProgress>>;
  /** From now on the learning rate is `factor` times what the setup says. Part of the checkpoint. */
  setRate(factor: number): Promise<Result<LabProgress>>;
  progress(): Promise<Result<LabProgress>>;
  looks(): Promise<Result<LabLook[]>>;
  /** How the network as it is reads the validation digits. */
  confusion(): Promise<Result<LabConfusion>>;
  mistakes(part: "validation" | "test", label: number, answer: number, offset: number, limit: number): Promise<Result<LabMistakes>>;
  /** As they are, or as they were at one of the film's steps. */
  firstWeights(step?: number): Promise<Result<LabWeights>>;
  film(): Promise<Result<LabFilm>>;
  health(): Promise<Result<LabHealth>>;
  /** Training digits as the network gets them, augmentation and all: `count` pictures of 784 bytes and their labels. */
  samples(count: number): Promise<Result<{ pixels: Uint8Array; labels: Uint8Array }>>;
  /** Opens the sealed envelope. */
  openTest(): Promise<Result<LabTest>>;
  /** A `.trazo` model file of the network that answers. */
  save(name: string): Promise<Result<Uint8Array>>;
  /** All that is needed to go on, bit for bit. */
  checkpoint(): Promise<Result<Uint8Array>>;
  /** Fails with `lab-class-empty`, `lab-class-file`, or what is wrong with a packed file. Touches no run. */
  readClass(file: Uint8Array): Promise<Result<LabClassFile>>;
  /** The network that answers, as it is now, is the one that `inside` tells of from here on. */
  guest(): Promise<Result<null>>;
  /** As the engine's own `inside` (see `./inside`); 784 points without a stroke are the pixels of a picture. */
  inside(what: string, drawing: Drawing, numbers: readonly number[]): Promise<Result<unknown>>;
  /** Ends the workers; every open promise is answered. */
  close(): void;
}

/** `openLab` of `./lab` is of this type. */
export type OpenLab = (onEvent: (event: LabEvent) => void, options?: LabOptions) => Lab;
