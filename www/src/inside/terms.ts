/** From the engine's sum to what stands in the table and in the small grids. */
import type { InsideGroup, InsideSum, InsideTrace } from "../worker/inside";
import type { Row, Sum } from "./ladder";
import { groupName, inputName, spotName } from "./names";
import { choose, open } from "./store";
import { words } from "./words";

interface Options {
  whole: boolean;
  sorted: boolean;
  caption: string;
  /** Goes into a group, where that is not the address's to know. */
  open?: (path: readonly number[]) => void;
}

/** The rows of one level: terms first, then groups, then, of the whole sum, the bias. */
export function levelOf(trace: InsideTrace, sum: InsideSum, group: InsideGroup, path: readonly number[], options: Options): Sum {
  const { whole, sorted, caption, open: enter = open } = options;
  const quantized = whole && sum.whole !== null && sum.scale !== null ? sum.whole : null;
  const pool = trace.layers[sum.layer]?.kind === "maxpool";
  const terms = group.terms.map((term): Row => {
    const [x, w] = [sum.x[term] ?? 0, quantized?.[term] ?? sum.w[term] ?? 0];
    const input = sum.inputs[term] ?? -1;
    return {
      key: `term ${term}`,
      label: inputName(trace, sum.layer, input),
      value: x * w,
      factors: [x, w],
      note: pool && w === 1 ? "largest" : undefined,
      padding: input < 0,
      go: sum.layer > 0 && input >= 0 ? () => choose(sum.layer - 1, input, "down") : undefined,
    };
  });
  const groups = group.groups.map((each, index): Row => {
    return {
      key: `group ${index}`,
      label: groupName(trace, sum, each),
      value: quantized ? (each.whole ?? 0) : each.sum,
      note: words.value.terms(each.count),
      go: () => enter([...path, index]),
    };
  });
  const rows = [...terms, ...groups];
  if (sorted) rows.sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
  const top = path.length === 0;
  const layer = trace.layers[sum.layer];
  if (top && !quantized && layer && layer.kind !== "maxpool" && layer.kind !== "dropout") {
    rows.push({ key: "bias", label: words.value.bias, value: sum.bias });
  }
  const total = quantized ? (group.whole ?? 0) : top ? sum.sum : group.sum;
  return {
    caption,
    rows,
    total,
    totalLabel: top ? (quantized ? "Σ q·x" : "z") : words.value.total,
    whole: quantized !== null && rows.every(({ value }) => Number.isInteger(value)),
    how: quantized ? words.value.columns.whole : undefined,
  };
}

/** A small grid of numbers. */
export interface Grid {
  rows: number;
  columns: number;
  cells: (Cell | null)[];
}
export interface Cell {
  value: number;
  name: string;
  padding?: boolean;
  go?: (() => void) | undefined;
}

/** Grids of more cells are pictures, not numbers. */
const CELLS = 16;

/** All terms of a group, at all its levels. */
function termsOf(group: InsideGroup): number[] {
  return [...group.terms, ...group.groups.flatMap(termsOf)];
}

/** Window, weights and products of a group whose terms are a rectangle of one channel; null where they are not. */
export function productGrids(trace: InsideTrace, sum: InsideSum, group: InsideGroup): [Grid, Grid, Grid] | null {
  // The nine of the first convolution stand beside the plane that says what made the ink.
  const own = group.terms.length >= 4 ? group.terms : group.count <= CELLS ? termsOf(group) : [];
  if (own.length > CELLS) return null;
  const terms = own.map((term) => ({ term, at: cellOfTerm(trace, sum, term) }));
  const [first] = terms;
  if (!first || terms.some(({ at }) => at?.channel !== first.at?.channel)) return null;
  const cells = terms.flatMap(({ term, at }) => (at ? [{ term, ...at }] : []));
  const [top, left] = [Math.min(...cells.map(({ row }) => row)), Math.min(...cells.map(({ column }) => column))];
  const rows = Math.max(...cells.map(({ row }) => row)) - top + 1;
  const columns = Math.max(...cells.map(({ column }) => column)) - left + 1;
  if (rows * columns !== cells.length || rows < 2 || columns < 2) return null;
  const grid = (valueOf: (term: number) => number): Grid => {
    const filled: (Cell | null)[] = Array.from({ length: cells.length }, () => null);
    for (const { term, row, column } of cells) {
      const input = sum.inputs[term] ?? -1;
      filled[(row - top) * columns + column - left] = {
        value: valueOf(term),
        name: inputName(trace, sum.layer, input),
        padding: input < 0,
        go: sum.layer > 0 && input >= 0 ? () => choose(sum.layer - 1, input, "down") : undefined,
      };
    }
    return { rows, columns, cells: filled };
  };
  const [x, w] = [(term: number) => sum.x[term] ?? 0, (term: number) => sum.w[term] ?? 0];
  return [grid(x), grid(w), grid((term) => x(term) * w(term))];
}

/** Where a term lies: in its window, or in what enters a dense layer; null where that is no picture. */
function cellOfTerm(trace: InsideTrace, sum: InsideSum, term: number): { channel: number; row: number; column: number } | null {
  const layer = trace.layers[sum.layer];
  if (!layer) return null;
  const [rows, columns, channels] = sum.layer > 0 ? (trace.layers[sum.layer - 1]?.shape ?? [1, 1, 1]) : trace.input;
  if (layer.kind === "dense") {
    const input = sum.inputs[term] ?? -1;
    if (rows === 1 && columns === 1) return null;
    const cell = Math.floor(input / channels);
    return { channel: input % channels, row: Math.floor(cell / columns), column: cell % columns };
  }
  const { window } = layer;
  // The terms of a window come place by place, at each place channel by channel; a pool has one channel.
  const each = layer.kind === "conv" ? channels : 1;
  const place = Math.floor(term / each);
  return { channel: term % each, row: Math.floor(place / window), column: place % window };
}

/** What each place adds, where a group is cut by place; null where it is not. */
export function placeGrid(trace: InsideTrace, sum: InsideSum, group: InsideGroup, path: readonly number[]): Grid | null {
  const places = group.groups.map((each, index) => ({ each, index })).filter(({ each }) => each.kind === "place");
  if (places.length < 4 || places.length > CELLS) return null;
  const rows = Math.max(...places.map(({ each }) => each.at[0] ?? 0)) + 1;
  const columns = Math.max(...places.map(({ each }) => each.at[1] ?? 0)) + 1;
  if (rows * columns !== places.length) return null;
  const cells: (Cell | null)[] = Array.from({ length: places.length }, () => null);
  for (const { each, index } of places) {
    const [row = 0, column = 0] = each.at;
    cells[row * columns + column] = { value: each.sum, name: groupName(trace, sum, each), go: () => open([...path, index]) };
  }
  return { rows, columns, cells };
}

export const nameOfSum = (trace: InsideTrace, { layer, unit }: InsideSum): string => spotName(trace, { layer, unit });
