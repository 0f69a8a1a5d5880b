/**
 * A setup as the query of an address: short, readable, versioned. What is not said has the value of `USUAL`, so those are part
 * of version 1 and do not change. Links come from anyone: what makes no sense is refused by name.
 *
 *     #/lab?v=1&net=c8x5vr-p2-d10&opt=adam&rate=0.003        8 filters of 5x5, valid, ReLU; a pool of 2; 10 units
 *
 * A row ends with the letter of its activation and, where it is not trained, an f: `d128tf` are 128 units, tanh, frozen.
 */
import type { LabLayer, LabSetup, OptimizerSpec } from "../worker/lab-protocol";
import { FALLS, MOST_ROWS, OPTIMIZERS, SOURCES, STARTS, USUAL, type Activation } from "./setup";

export type Query = Record<string, string>;
export type Decoded = { setup: LabSetup } | { fault: "version" } | { fault: "part"; part: string };

/** The letters of the activations: no letter is linear. */
const LETTERS: Record<string, Activation> = { "": "linear", r: "relu", g: "sigmoid", t: "tanh" };
const letterOf = (activation: Activation = "linear"): string => Object.keys(LETTERS).find((letter) => LETTERS[letter] === activation) ?? "";

export function rowToText(row: LabLayer): string {
  switch (row.type) {
    case "conv":
      return `c${row.filters}x${row.kernel}${row.padding === "same" ? "s" : "v"}${letterOf(row.activation)}${row.frozen ? "f" : ""}`;
    case "maxpool":
      return `p${row.size}`;
    case "dense":
      return `d${row.units}${letterOf(row.activation)}${row.frozen ? "f" : ""}`;
    case "batchnorm":
      return `n${letterOf(row.activation)}`;
    case "dropout":
      return `o${row.rate}`;
  }
}

const ROW = /^(?:c(\d{1,4})x(\d{1,3})([sv])([rgt]?)(f?)|p(\d{1,3})|d(\d{1,5})([rgt]?)(f?)|n([rgt]?)|o(0(?:\.\d{1,6})?|1))$/;

export function rowFromText(text: string): LabLayer | null {
  const found = ROW.exec(text);
  if (!found) return null;
  const [, filters, kernel, padding, a, still, size, units, b, stays, c, rate] = found;
  const frozen = still || stays ? { frozen: true } : {};
  if (filters && kernel) return { type: "conv", filters: Number(filters), kernel: Number(kernel), padding: padding === "s" ? "same" : "valid", activation: LETTERS[a ?? ""] ?? "linear", ...frozen };
  if (size) return { type: "maxpool", size: Number(size) };
  if (units) return { type: "dense", units: Number(units), activation: LETTERS[b ?? ""] ?? "linear", ...frozen };
  if (rate) return { type: "dropout", rate: Number(rate) };
  return { type: "batchnorm", activation: LETTERS[c ?? ""] ?? "linear" };
}

/** The query of a setup. */
export function encode(setup: LabSetup): Query {
  const { data, network, optimizer, schedule } = setup;
  const said: Record<string, string | number | boolean | null | undefined> = {
    v: 1,
    net: network.layers.map(rowToText).join("-"),
    loss: network.loss === "squared-error" ? "squared" : undefined,
    start: network.start === "usual" ? undefined : network.start,
    data: data.source,
    n: [data.train, data.validation, data.test].join("-"),
    ds: data.seed,
    only: data.classes?.join("-"),
    slant: data.hand?.slant,
    loose: data.hand?.looseness,
    size: data.hand?.size,
    noise: data.noise || undefined,
    shuffled: data.shuffled || undefined,
    shift: data.shift || undefined,
    moved: data.moved || undefined,
    augment: data.augment || undefined,
    later: data.later ? [data.later.epochs, data.later.classes.join("-"), data.later.replay].join("_") : undefined,
    opt: optimizer.type,
    rate: optimizer.learningRate,
    decay: optimizer.weightDecay || undefined,
    momentum: optimizer.type === "momentum" ? optimizer.momentum : undefined,
    nesterov: optimizer.type === "momentum" ? optimizer.nesterov || undefined : undefined,
    fall: schedule ? [schedule.fall, schedule.warmUp, schedule.floor].join("_") : undefined,
    epochs: setup.epochs,
    batch: setup.batch,
    seeds: [setup.seeds.weights, setup.seeds.order].join("-"),
    look: setup.lookEvery ?? 0,
    patience: setup.patience ?? 0,
    average: setup.average,
  };
  const query: Query = {};
  for (const [key, value] of Object.entries(said)) {
    if (value === undefined || value === null) continue;
    const text = value === true ? "1" : String(value);
    if (ASSUMED[key] !== text) query[key] = text;
  }
  return query;
}

/** Whatever way each of them came about. */
export const sameSetup = (a: LabSetup, b: LabSetup): boolean => JSON.stringify(encode(a)) === JSON.stringify(encode(b));

/** What a link of version 1 need not say. */
const ASSUMED: Query = { data: "synthetic", n: "3000-1000-1000", ds: "1", opt: "adam", rate: "0.001", epochs: "10", batch: "64", seeds: "1-1", look: "20", patience: "10" };

class Senseless extends Error {
  constructor(readonly part: string) {
    super(part);
  }
}

/** Reads one query: a number that makes no sense ends it, with the name of the part. */
class Reader {
  readonly #query: Query;

  constructor(query: Query) {
    this.#query = query;
  }

  text(key: string): string | undefined {
    const found = Object.hasOwn(this.#query, key) ? this.#query[key] : ASSUMED[key];
    return found === "" ? undefined : found;
  }

  one<T extends string>(key: string, of: readonly T[]): T | undefined {
    const text = this.text(key);
    const found = of.find((each) => each === text);
    if (text !== undefined && found === undefined) throw new Senseless(key);
    return found;
  }

  number(key: string, from: number, to: number, text = this.text(key)): number | undefined {
    if (text === undefined) return undefined;
    const value = /^-?\d{1,12}(?:\.\d{1,18})?(?:e[+-]?\d{1,2})?$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= from && value <= to)) throw new Senseless(key);
    return value;
  }

  whole(key: string, from: number, to: number, text = this.text(key)): number | undefined {
    const value = this.number(key, from, to, text);
    if (value !== undefined && !Number.isInteger(value)) throw new Senseless(key);
    return value;
  }

  /** Several whole numbers with a dash between them. */
  wholes(key: string, from: number, to: number, text = this.text(key)): number[] | undefined {
    return text?.split("-", 12).map((each) => this.whole(key, from, to, each || "x") ?? 0);
  }

  classes(key: string, text = this.text(key)): number[] | undefined {
    const classes = this.wholes(key, 0, 9, text);
    if (classes && new Set(classes).size !== classes.length) throw new Senseless(key);
    return classes;
  }
}

/** Numbers a generator of random ones can begin with. */
const SEED = 2 ** 32 - 1;
const MOST = 70_000;

/** The setup of a query, or what is wrong with it. */
export function decode(query: Query): Decoded {
  if (query["v"] !== "1") return { fault: "version" };
  try {
    return { setup: read(new Reader(query)) };
  } catch (error) {
    if (error instanceof Senseless) return { fault: "part", part: error.part };
    throw error;
  }
}

function read(from: Reader): LabSetup {
  const must = <T>(value: T | undefined, key: string): T => {
    if (value === undefined) throw new Senseless(key);
    return value;
  };
  const rows = (from.text("net") ?? "").split("-", MOST_ROWS + 1);
  if (rows.length > MOST_ROWS) throw new Senseless("net");
  const layers = rows.map((text) => must(rowFromText(text) ?? undefined, "net"));
  const [train, validation, test] = must(from.wholes("n", 0, MOST), "n");
  const [weights, order] = must(from.wholes("seeds", 0, SEED), "seeds");
  const [look, patience] = [from.whole("look", 0, 1e6), from.whole("patience", 0, 1000)];
  return defined({
    v: 1,
    data: defined({
      source: must(from.one("data", SOURCES), "data"),
      train: must(train, "n"),
      validation: must(validation, "n"),
      test: must(test, "n"),
      seed: must(from.whole("ds", 0, SEED), "ds"),
      classes: from.classes("only"),
      hand: handOf(from),
      noise: from.number("noise", 0, 1),
      shuffled: from.one("shuffled", ["1"]) && true,
      shift: from.whole("shift", 0, 8),
      moved: from.whole("moved", 0, 8),
      augment: from.number("augment", 0, 2),
      later: laterOf(from),
    }),
    network: defined({
      layers,
      loss: from.one("loss", ["squared"]) && ("squared-error" as const),
      start: from.one("start", STARTS),
    }),
    optimizer: optimizerOf(from, must(from.one("opt", OPTIMIZERS), "opt")),
    schedule: scheduleOf(from),
    epochs: must(from.whole("epochs", 1, 1000), "epochs"),
    batch: must(from.whole("batch", 2, 4096), "batch"),
    seeds: { weights: must(weights, "seeds"), order: must(order, "seeds") },
    lookEvery: look === 0 ? undefined : look,
    patience: patience === 0 ? null : patience,
    average: from.number("average", 0, 0.99999),
  });
}

function handOf(from: Reader): LabSetup["data"]["hand"] {
  const hand = defined({ slant: from.number("slant", -0.3, 0.6), looseness: from.number("loose", 0, 0.03), size: from.number("size", 0.15, 0.88) });
  return Object.keys(hand).length > 0 ? hand : undefined;
}

function laterOf(from: Reader): LabSetup["data"]["later"] {
  const text = from.text("later");
  if (text === undefined) return undefined;
  const [epochs, classes, replay, more] = text.split("_", 4);
  const later = { epochs: from.whole("later", 1, 1000, epochs), classes: from.classes("later", classes), replay: from.number("later", 0, 1, replay) };
  if (later.epochs === undefined || later.classes === undefined || later.replay === undefined || more !== undefined) throw new Senseless("later");
  return { epochs: later.epochs, classes: later.classes, replay: later.replay };
}

function optimizerOf(from: Reader, type: (typeof OPTIMIZERS)[number]): OptimizerSpec {
  // As large as it likes: what comes of it is seen.
  const learningRate = from.number("rate", 1e-12, 1e12);
  if (learningRate === undefined) throw new Senseless("rate");
  const common = defined({ learningRate, weightDecay: from.number("decay", 0, 1e3) });
  if (type !== "momentum") return { type, ...common };
  return defined({ type, ...common, momentum: from.number("momentum", 0, 0.9999), nesterov: from.one("nesterov", ["1"]) && true });
}

function scheduleOf(from: Reader): LabSetup["schedule"] {
  const text = from.text("fall");
  if (text === undefined) return undefined;
  const [name, warm, low, more] = text.split("_", 4);
  const fall = FALLS.find((each) => each === name);
  const [warmUp, floor] = [from.number("fall", 0, 1, warm), from.number("fall", 0, 1, low)];
  if (!fall || warmUp === undefined || floor === undefined || more !== undefined) throw new Senseless("fall");
  return { warmUp, fall, floor };
}

/** Without what is not said. */
function defined<T extends object>(all: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as { [K in keyof T]: Exclude<T[K], undefined> };
}

/** That `ASSUMED` is what `USUAL` says, a test holds. */
export const usualQuery = (): Query => encode(USUAL);
