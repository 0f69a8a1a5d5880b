/** What is not the same in two setups: what one has changed. */
import type { LabSetup } from "../worker/lab-protocol";
import { rowToText } from "./link";
import { templateOf } from "./setup";
import type { Words } from "./words";

/** Each thing by its name, and both ways. */
export function differences(a: LabSetup, b: LabSetup, words: Words, say: { whole: (n: number) => string; percent: (share: number) => string; rate: (n: number) => string }): [name: string, a: string, b: string][] {
  const yes = (on: boolean | undefined): string => (on ? words.yes : words.no);
  const things: [string, (setup: LabSetup) => string][] = [
    [words.network, (setup) => words.templates[templateOf(setup) ?? "own"] + (templateOf(setup) ? "" : ` (${setup.network.layers.map(rowToText).join(" ")})`)],
    [words.data, ({ data }) => words.sources[data.source]],
    [words.optimizer, ({ optimizer }) => words.optimizers[optimizer.type]],
    [words.rate, ({ optimizer }) => say.rate(optimizer.learningRate)],
    [words.schedule, ({ schedule }) => words.schedules[schedule?.fall ?? "none"]],
    [words.batch, ({ batch }) => say.whole(batch)],
    [words.epochs, ({ epochs }) => say.whole(epochs)],
    [words.begin, ({ network }) => words.begins[network.start ?? "usual"]],
    [words.lossName, ({ network }) => words.losses[network.loss ?? "cross-entropy"]],
    [words.amount, ({ data }) => say.whole(data.train)],
    [words.noise, ({ data }) => say.percent(data.noise ?? 0)],
    [words.shift, ({ data }) => words.dots(data.shift ?? 0)],
    [words.moved, ({ data }) => words.dots(data.moved ?? 0)],
    [words.augment, ({ data }) => yes((data.augment ?? 0) > 0)],
    [words.shuffled, ({ data }) => yes(data.shuffled)],
    [words.replay, ({ data }) => (data.later ? say.percent(data.later.replay) : "–")],
    [words.seeds, ({ seeds }) => `${seeds.weights}, ${seeds.order}`],
  ];
  return things.map(([name, of]): [string, string, string] => [name, of(a), of(b)]).filter(([, left, right]) => left !== right);
}
