/**
 * What the screen Inside asks the engine, and what it is told. All of it is about the model that is selected, as it is now;
 * nothing changes by it. An answer's types are Rust's (`crates/web/src/inside/view.rs`).
 *
 * `no-such-unit` is the failure of what is not there. What takes longer than a few milliseconds is done in slices; asking
 * the same kind of question again ends the one before it, which fails as `superseded`.
 */
import type {
  InsideAnswer, InsideGradient, InsideLesson, InsideNeighbours, InsidePieces, InsideSum, InsideTrace, InsideWakes,
} from "../../../crates/web/pkg/simd/trazo_web.js";
import type { EngineClient } from "./bridge";
import type { Drawing, Result } from "./protocol";

export type {
  InsideAnswer, InsideCut, InsideDelta, InsideGradient, InsideGroup, InsideLayer, InsideLesson, InsideNeighbour, InsideOwn, InsidePiece,
  InsidePieces, InsidePlain, InsideSum, InsideTrace, InsideWakes, InsideWaking,
} from "../../../crates/web/pkg/simd/trazo_web.js";

/** A rectangle of the network's input, in its cells. */
export interface Patch {
  row: number;
  column: number;
  height: number;
  width: number;
}

export interface Inside {
  /** Every number on the way. It takes about a millisecond: ask at each move of the pen. */
  trace(drawing: Drawing): Promise<Result<InsideTrace>>;
  /** One number as the sum that it is; `unit` is (row * width + column) * channels + channel. */
  explain(drawing: Drawing, layer: number, unit: number): Promise<Result<InsideSum>>;
  /** By how much the logit of `digit` is above that of `other`. */
  margin(drawing: Drawing, digit: number, other: number): Promise<Result<InsideSum>>;
  /** The answer where a patch of the input is bare paper. */
  occlude(drawing: Drawing, patch: Patch): Promise<Result<InsideAnswer>>;
  /** What memory has that is nearest, nearest first, at most nine. */
  neighbours(drawing: Drawing): Promise<Result<InsideNeighbours>>;
  /** How the logit of `digit` (network alone) changes where a number of the input changes a little. In slices. */
  gradient(drawing: Drawing, digit: number): Promise<Result<InsideGradient>>;
  /** The drawing without each of its pieces. In slices; `empty` for an empty pad. */
  pieces(drawing: Drawing): Promise<Result<InsidePieces>>;
  /** The drawings that drive a unit, or any of its whole map, most. In slices. */
  wakes(layer: number, unit: number, map: boolean): Promise<Result<InsideWakes>>;
  /** What it would be to teach that this is a `label`. In slices, some tenths of a second; `empty`, `bad-label`, `busy`. */
  lesson(drawing: Drawing, label: number): Promise<Result<InsideLesson>>;
}

const NOTHING: Drawing = { points: new Float32Array(), ends: new Uint32Array() };

export function insideOf(engine: Pick<EngineClient, "inside">): Inside {
  const ask = <T>(what: keyof Inside, drawing: Drawing, ...numbers: number[]): Promise<Result<T>> =>
    engine.inside(what, drawing, numbers) as Promise<Result<T>>;
  return {
    trace: (drawing) => ask("trace", drawing),
    explain: (drawing, layer, unit) => ask("explain", drawing, layer, unit),
    margin: (drawing, digit, other) => ask("margin", drawing, digit, other),
    occlude: (drawing, { row, column, height, width }) => ask("occlude", drawing, row, column, height, width),
    neighbours: (drawing) => ask("neighbours", drawing),
    gradient: (drawing, digit) => ask("gradient", drawing, digit),
    pieces: (drawing) => ask("pieces", drawing),
    wakes: (layer, unit, map) => ask("wakes", NOTHING, layer, unit, Number(map)),
    lesson: (drawing, label) => ask("lesson", drawing, label),
  };
}
