/** What the parts are called, in the language of the page. */
import type { InsideGroup, InsideLayer, InsideSum, InsideTrace } from "../worker/inside";
import { ANSWER, cellOf, isFlat, type Spot } from "./place";
import { words } from "./words";

export const layerName = ({ kind, number }: InsideLayer): string => words.value.layer(words.value.kinds[kind], number);

/** A unit within its layer. What the last layer puts out are the digits. */
export function unitName(trace: InsideTrace, layer: number, unit: number): string {
  const told = trace.layers[layer];
  if (!told) return "";
  if (isFlat(told)) return layer === trace.layers.length - 1 && told.shape[2] === 10 ? words.value.digit(unit) : words.value.unit(unit);
  const { map, row, column } = cellOf(told, unit);
  return words.value.cell(map + 1, row + 1, column + 1);
}

/** «conv 4, map 12, row 3, column 7» */
export function spotName(trace: InsideTrace, { layer, unit }: Pick<Spot, "layer" | "unit">): string {
  if (layer === ANSWER) return `${answersName(trace)}, ${words.value.digit(unit)}`;
  const told = trace.layers[layer];
  return told ? `${layerName(told)}, ${unitName(trace, layer, unit)}` : "";
}

export const answersName = ({ answer }: InsideTrace): string => (answer.softmax ? words.value.chances : words.value.answers);

/** A number that enters a layer, by its index there; -1 is a zero of the padding. */
export function inputName(trace: InsideTrace, layer: number, index: number): string {
  if (index < 0) return words.value.padding;
  if (layer > 0) return spotName(trace, { layer: layer - 1, unit: index });
  const [, columns, channels] = trace.input;
  const cell = Math.floor(index / channels);
  return `${channelName(trace, 0, index % channels)}, ${words.value.place(Math.floor(cell / columns) + 1, (cell % columns) + 1)}`;
}

/** Whether the network is told which way the pen went: by two channels between the ink and its mark. */
export const isDirected = ({ marked, input }: InsideTrace): boolean => marked && input[2] === 4;

/** A channel of what enters a layer. */
export function channelName(trace: InsideTrace, layer: number, channel: number): string {
  if (layer > 0) return words.value.map(channel + 1);
  const { ink, mark, across, down } = words.value;
  const planes = isDirected(trace) ? [ink, across, down, mark] : [ink, mark];
  return (trace.marked ? planes[channel] : undefined) ?? ink;
}

/** A part of a sum, or the whole of it. */
export function groupName(trace: InsideTrace, { layer }: Pick<InsideSum, "layer">, { kind, at, count }: InsideGroup): string {
  const { place, row, rows, block, rest, ranks, sum } = words.value;
  const [a = 0, b = 0, high = 0, wide = 0] = at;
  switch (kind) {
    case "all":
      return sum;
    case "place":
      return place(a + 1, b + 1);
    case "row":
      return row(a + 1);
    case "block": {
      const lines = high === 1 ? row(a + 1) : rows(a + 1, a + high);
      const width = layer > 0 ? (trace.layers[layer - 1]?.shape[1] ?? 0) : trace.input[1];
      return wide === width ? lines : block(lines, b + 1, b + wide);
    }
    case "map":
      return channelName(trace, layer, a);
    case "rest":
      return rest(count);
    case "ranks":
      return ranks(a, b);
  }
}
