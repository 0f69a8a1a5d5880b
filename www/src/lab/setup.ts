/** What a run is made of, and the ones to begin with. */
import type { LabLayer, LabSetup } from "../worker/lab-protocol";

export type Activation = NonNullable<Extract<LabLayer, { type: "dense" }>["activation"]>;
export type Kind = LabLayer["type"];

export const KINDS = ["dense", "conv", "maxpool", "batchnorm", "dropout"] as const satisfies readonly Kind[];
export const ACTIVATIONS = ["linear", "relu", "sigmoid", "tanh"] as const satisfies readonly Activation[];
export const OPTIMIZERS = ["sgd", "momentum", "adam"] as const;
export const STARTS = ["usual", "he", "xavier", "zero", "constant"] as const;
export const FALLS = ["none", "linear", "cosine"] as const;
export const SOURCES = ["synthetic", "mnist", "examples", "files"] as const;
export const AMOUNTS = [100, 300, 1000, 3000, 10_000, 30_000, 60_000] as const;
/** A network of more rows is not one that a page should build. */
export const MOST_ROWS = 40;

export type Template = "adding" | "hidden" | "classic" | "lenet" | "five" | "ships";

const dense = (units: number, activation: Activation = "linear"): LabLayer => ({ type: "dense", units, activation });
const conv = (filters: number, kernel: number, padding: "same" | "valid", activation: Activation = "linear"): LabLayer => ({
  type: "conv", filters, kernel, padding, activation,
});
const pool: LabLayer = { type: "maxpool", size: 2 };
const norm: LabLayer = { type: "batchnorm", activation: "relu" };
const normed = (filters: number, kernel: number, padding: "same" | "valid"): LabLayer[] => [conv(filters, kernel, padding), norm];

/** What of a setup a template says: the network and how it is trained. The data stay as they are. */
type Part = Pick<LabSetup, "network" | "optimizer" | "schedule" | "batch" | "epochs">;

const adam = (learningRate: number) => ({ type: "adam", learningRate }) as const;
const falling = { warmUp: 0.15, fall: "linear", floor: 0 } as const;

export const TEMPLATES: Record<Template, Part> = {
  adding: { network: { layers: [dense(10)] }, optimizer: adam(0.003), batch: 64, epochs: 10 },
  hidden: { network: { layers: [dense(128, "relu"), dense(10)] }, optimizer: adam(0.001), batch: 64, epochs: 10 },
  classic: {
    network: { layers: [dense(100, "sigmoid"), dense(10, "sigmoid")], loss: "squared-error" },
    optimizer: { type: "sgd", learningRate: 1 }, batch: 16, epochs: 10,
  },
  lenet: {
    network: {
      layers: [conv(6, 5, "same", "relu"), pool, conv(16, 5, "valid", "relu"), pool, dense(120, "relu"), dense(84, "relu"), dense(10)],
    },
    optimizer: adam(0.002), batch: 64, epochs: 3,
  },
  five: {
    network: { layers: [...normed(8, 3, "valid"), pool, ...normed(32, 3, "valid"), pool, ...normed(64, 3, "valid"), dense(10)] },
    optimizer: adam(0.01), schedule: falling, batch: 64, epochs: 2,
  },
  ships: {
    network: {
      layers: [
        ...normed(12, 3, "valid"), ...normed(16, 3, "valid"), pool, ...normed(32, 3, "same"), ...normed(32, 3, "same"), pool,
        ...normed(64, 3, "same"), ...normed(64, 3, "same"), pool, dense(10),
      ],
    },
    optimizer: { type: "adam", learningRate: 0.003, weightDecay: 0.06 }, schedule: { warmUp: 0.04, fall: "cosine", floor: 0.002 },
    batch: 128, epochs: 1,
  },
};

export const USUAL: LabSetup = {
  v: 1,
  data: { source: "synthetic", train: 3000, validation: 1000, test: 1000, seed: 1 },
  ...TEMPLATES.hidden,
  seeds: { weights: 1, order: 1 },
  lookEvery: 20,
  patience: 10,
};

/** The setup with the network of a template, trained as that is. */
export function withTemplate(setup: LabSetup, template: Template): LabSetup {
  const { schedule: _, ...rest } = setup;
  return { ...rest, ...structuredClone(TEMPLATES[template]) };
}

/** The setup with a rate that goes so over time. */
export function withFall(setup: LabSetup, fall: (typeof FALLS)[number]): LabSetup {
  const { schedule: _, ...rest } = setup;
  return fall === "none" ? rest : { ...rest, schedule: { warmUp: 0.15, fall, floor: 0 } };
}

/** Which template this network is; null where it is one of its own. */
export function templateOf({ network }: LabSetup): Template | null {
  const [wanted, loss] = [JSON.stringify(network.layers.map(spelled)), network.loss ?? "cross-entropy"];
  const found = (Object.keys(TEMPLATES) as Template[]).find((each) => {
    const known = TEMPLATES[each].network;
    return JSON.stringify(known.layers.map(spelled)) === wanted && (known.loss ?? "cross-entropy") === loss;
  });
  return found ?? null;
}

/** Rows with weights of their own can be kept as they start. */
export const canFreeze = ({ type }: LabLayer): boolean => type === "dense" || type === "conv";

/** The same row, all of it said, in one order. */
function spelled(row: LabLayer): (string | number | boolean)[] {
  switch (row.type) {
    case "conv":
      return [row.type, row.filters, row.kernel, row.padding, row.activation ?? "linear", row.frozen ?? false];
    case "maxpool":
      return [row.type, row.size];
    case "dense":
      return [row.type, row.units, row.activation ?? "linear", row.frozen ?? false];
    case "batchnorm":
      return [row.type, row.activation ?? "linear"];
    case "dropout":
      return [row.type, row.rate];
  }
}

/** A row of this kind to begin with. */
export function freshRow(kind: Kind): LabLayer {
  switch (kind) {
    case "conv":
      return conv(8, 3, "same", "relu");
    case "maxpool":
      return { ...pool };
    case "dense":
      return dense(64, "relu");
    case "batchnorm":
      return { ...norm };
    case "dropout":
      return { type: "dropout", rate: 0.25 };
  }
}

/** A seed of the person's chance. */
export const chance = (): number => crypto.getRandomValues(new Uint32Array(1))[0] ?? 1;
