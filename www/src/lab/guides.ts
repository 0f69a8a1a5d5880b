/**
 * Experiments to be led through: a question, a guess, a run, and one thing to change. What came of it is read off the run
 * itself, so that nothing is said that was not seen; a journey of the end-to-end tests tries each of them.
 */
import type { LabSetup, LabLayer } from "../worker/lab-protocol";
import { TEMPLATES, USUAL } from "./setup";

export const GUIDES = ["adding", "faster", "chance", "deeper", "heart", "wrong", "forget", "convolution"] as const;
export type Guide = (typeof GUIDES)[number];

/** Which of three answers the run gives. */
export type Answer = 0 | 1 | 2;

export interface Step {
  setup: LabSetup;
  /** Of the share that is read right at the end: below the first the answer is 0, from the second on it is 2. */
  bounds: readonly [number, number];
  /** What is seen with Trazo's own seeds; a test holds it. */
  seen: Answer;
  /** Of the first classes alone, where there are later ones. */
  old?: true;
}

const hidden = TEMPLATES.hidden.network.layers;
const deep = (activation: "sigmoid" | "relu"): LabLayer[] => [
  ...Array.from({ length: 6 }, (): LabLayer => ({ type: "dense", units: 64, activation })), { type: "dense", units: 10, activation: "linear" },
];
const small: LabLayer[] = [
  { type: "conv", filters: 8, kernel: 5, padding: "valid", activation: "relu" }, { type: "maxpool", size: 2 },
  { type: "conv", filters: 16, kernel: 3, padding: "valid", activation: "relu" }, { type: "maxpool", size: 2 }, { type: "dense", units: 10, activation: "linear" },
];

const sgd = (learningRate: number) => ({ type: "sgd", learningRate }) as const;
const adam = (learningRate: number) => ({ type: "adam", learningRate }) as const;

function of(layers: LabLayer[], part: Partial<Omit<LabSetup, "data" | "network">>, data: Partial<LabSetup["data"]> = {}, start?: "zero"): LabSetup {
  return { ...USUAL, patience: null, ...part, data: { ...USUAL.data, ...data }, network: { layers, ...(start ? { start } : {}) } };
}

const later = (replay: number) => ({ classes: [0, 1, 2, 3, 4], later: { epochs: 5, classes: [5, 6, 7, 8, 9], replay } });

/** The first step is what the question is about, each other one changes one thing of it. */
export const STEPS: Record<Guide, readonly Step[]> = {
  adding: [
    { setup: of(TEMPLATES.adding.network.layers, { optimizer: adam(0.003) }), bounds: [0.5, 0.9], seen: 2 },
    { setup: of(hidden, { optimizer: adam(0.003) }), bounds: [0.5, 0.9], seen: 2 },
  ],
  faster: [
    { setup: of(hidden, { optimizer: sgd(10), epochs: 5 }), bounds: [0.2, 0.9], seen: 0 },
    { setup: of(hidden, { optimizer: sgd(0.1), epochs: 5 }), bounds: [0.2, 0.9], seen: 2 },
    { setup: of(hidden, { optimizer: sgd(0.003), epochs: 5 }), bounds: [0.2, 0.9], seen: 1 },
  ],
  chance: [
    { setup: of(hidden, { epochs: 5 }, {}, "zero"), bounds: [0.2, 0.9], seen: 0 },
    { setup: of(hidden, { epochs: 5 }), bounds: [0.2, 0.9], seen: 2 },
  ],
  deeper: [
    { setup: of(deep("sigmoid"), { optimizer: sgd(0.1) }), bounds: [0.2, 0.9], seen: 0 },
    { setup: of(deep("relu"), { optimizer: sgd(0.1) }), bounds: [0.2, 0.9], seen: 2 },
  ],
  heart: [
    { setup: of(hidden, { epochs: 60, batch: 16 }, { train: 100 }), bounds: [0.5, 0.95], seen: 1 },
    { setup: of(hidden, { epochs: 20, batch: 16 }, { train: 1000 }), bounds: [0.5, 0.95], seen: 2 },
  ],
  wrong: [
    { setup: of(hidden, { epochs: 60 }, { train: 1000, noise: 0.4 }), bounds: [0.6, 0.8], seen: 1 },
    { setup: of(hidden, { epochs: 2 }, { train: 1000, noise: 0.4 }), bounds: [0.6, 0.8], seen: 2 },
    { setup: of(hidden, { epochs: 60 }, { train: 1000 }), bounds: [0.6, 0.8], seen: 2 },
  ],
  forget: [
    { setup: of(hidden, {}, later(0)), bounds: [0.1, 0.9], seen: 0, old: true },
    { setup: of(hidden, {}, later(0.5)), bounds: [0.1, 0.9], seen: 2, old: true },
  ],
  convolution: [
    { setup: of(hidden, { optimizer: adam(0.002), epochs: 5 }, { moved: 2 }), bounds: [0.5, 0.9], seen: 0 },
    { setup: of(small, { optimizer: adam(0.002), epochs: 5 }, { moved: 2 }), bounds: [0.5, 0.9], seen: 1 },
    { setup: of(small, { optimizer: adam(0.002), epochs: 5 }, { shuffled: true }), bounds: [0.5, 0.9], seen: 2 },
  ],
};

/** The experiment and the step that an address names, as `2` or `2.1`; null where there is none. */
export function named(text: string | null): { guide: Guide; at: number; step: Step } | null {
  const [, number, at] = /^([1-9])(?:\.([1-9]))?$/.exec(text ?? "") ?? [];
  const guide = GUIDES[Number(number) - 1];
  const step = guide && STEPS[guide][Number(at ?? 0)];
  return guide && step ? { guide, at: Number(at ?? 0), step } : null;
}

export const nameOf = (guide: Guide, at: number): string => `${GUIDES.indexOf(guide) + 1}${at > 0 ? `.${at}` : ""}`;

export const answerOf = ({ bounds: [low, high] }: Step, share: number): Answer => (share < low ? 0 : share < high ? 1 : 2);
