/** Where one is on Inside, as the address has it: a view, a number of a layer, how far its sum has been opened. */
import { computed } from "@preact/signals";
import { go, place, replace } from "../router";
import type { InsideCut, InsideTrace } from "../worker/inside";

export const VIEWS = ["way", "why", "wakes", "lesson"] as const;
export type View = (typeof VIEWS)[number];

/** The chances come after the last layer. */
export const ANSWER = "answer";

/** A number on the way, and the group of its sum that stands open: which group of each level. */
export interface Spot {
  /** The index of a layer, or the answer. */
  layer: number | typeof ANSWER;
  unit: number;
  cut: InsideCut["by"] | null;
  path: readonly number[];
}

/** What an address may say and there is not: it is said in one sentence. */
export type Missing = "layer" | "unit" | null;

export const nameOf = ({ kind, number }: InsideTrace["layers"][number]): string => `${kind}-${number}`;

/** The address of a number. A cell is told as map, row and column, counted from one; an answer and a dense unit by its number. */
export function toQuery(spot: Spot, trace: InsideTrace): Record<string, string> {
  const { layer, unit, cut, path } = spot;
  const query: Record<string, string> = { model: trace.model };
  if (layer === ANSWER) {
    query["layer"] = ANSWER;
    query["unit"] = String(unit);
  } else {
    const told = trace.layers[layer];
    if (!told) return query;
    query["layer"] = nameOf(told);
    const { map, row, column } = cellOf(told, unit);
    query["unit"] = isFlat(told) ? String(unit) : [map, row, column].map((each) => each + 1).join(".");
  }
  if (cut) query["cut"] = cut;
  if (path.length > 0) query["in"] = path.join(".");
  return query;
}

export function fromQuery(query: URLSearchParams, trace: InsideTrace): { spot: Spot | null; missing: Missing } {
  const name = query.get("layer");
  if (name === null) return { spot: null, missing: null };
  const cut = (["place", "map", "size"] as const).find((each) => each === query.get("cut")) ?? null;
  const path = (query.get("in") ?? "").split(".").filter(Boolean).map(Number).filter((each) => Number.isInteger(each) && each >= 0);
  const numbers = (query.get("unit") ?? "").split(".").map((each) => (/^\d{1,6}$/.test(each) ? Number(each) : Number.NaN));
  if (name === ANSWER) {
    const [unit = Number.NaN] = numbers;
    return numbers.length === 1 && unit < trace.answer.probabilities.length ? { spot: { layer: ANSWER, unit, cut, path }, missing: null } : { spot: null, missing: "unit" };
  }
  const layer = trace.layers.findIndex((each) => nameOf(each) === name);
  const told = trace.layers[layer];
  if (!told) return { spot: null, missing: "layer" };
  const [rows, columns, maps] = told.shape;
  const [map = Number.NaN, row = Number.NaN, column = Number.NaN] = numbers;
  if (isFlat(told) ? !(numbers.length === 1 && map < maps) : !(numbers.length === 3 && map >= 1 && map <= maps && row >= 1 && row <= rows && column >= 1 && column <= columns)) {
    return { spot: null, missing: "unit" };
  }
  const unit = isFlat(told) ? map : ((row - 1) * columns + column - 1) * maps + map - 1;
  return { spot: { layer, unit, cut, path }, missing: null };
}

/** One number a channel, and no picture: what a dense layer puts out. */
export const isFlat = ({ shape: [rows, columns] }: InsideTrace["layers"][number]): boolean => rows === 1 && columns === 1;

export function cellOf({ shape: [, columns, maps] }: InsideTrace["layers"][number], unit: number): { map: number; row: number; column: number } {
  const cell = Math.floor(unit / maps);
  return { map: unit % maps, row: Math.floor(cell / columns), column: cell % columns };
}

export const view = computed<View>(() => VIEWS.find((each) => each === place.value.query.get("view")) ?? "way");
/** What is asked for; whether there is such a thing only a trace can tell. */
export const asked = computed(() => place.value.query);

/** `push`: the back button leads back from it. */
export function toAddress(query: Record<string, string>, push: boolean): void {
  (push ? go : replace)("inside", query);
}
