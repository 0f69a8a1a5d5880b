/**
 * Numbers as ink: above zero in the color of the network, below zero in black, zero is paper, and the darker the farther
 * from it. What a person drew is in their ink.
 */

/** Numbers that lie as `[rows, columns, maps]`, channels last, from `from` on. The last row of a single map may be shorter. */
export interface Maps {
  from: number;
  maps: number;
  rows: number;
  columns: number;
  /** How many numbers there are in all. */
  length: number;
}

/** Where the number of a cell lies; -1 where there is none. */
export function indexOf({ from, maps, rows, columns, length }: Maps, map: number, row: number, column: number): number {
  if (map < 0 || map >= maps || row < 0 || row >= rows || column < 0 || column >= columns) return -1;
  const index = (row * columns + column) * maps + map;
  return index < length ? from + index : -1;
}

/** The farthest from zero of one map, or of all. */
export function farthest(values: ArrayLike<number>, { from, maps, length }: Maps, map?: number): number {
  let far = 0;
  for (let i = map ?? 0; i < length; i += map === undefined ? 1 : maps) {
    const size = Math.abs(values[from + i] ?? 0);
    if (size > far && size < Infinity) far = size;
  }
  return far;
}

/** The cell of a map that is farthest from zero: the first of several. */
export function loudest(values: ArrayLike<number>, layer: Maps, map: number): { row: number; column: number } {
  let [at, far] = [0, -1];
  for (let i = map; i < layer.length; i += layer.maps) {
    const size = Math.abs(values[layer.from + i] ?? 0);
    if (size > far) [at, far] = [(i - map) / layer.maps, size];
  }
  return { row: Math.floor(at / layer.columns), column: at % layer.columns };
}

export type Rgb = readonly [number, number, number];

/** Of the page, as it stands: `color` is ink, `caret-color` the network's. */
export function inks(canvas: HTMLCanvasElement): { above: Rgb; below: Rgb } {
  const style = getComputedStyle(canvas);
  const rgb = (color: string): Rgb => {
    const [r = 0, g = 0, b = 0] = color.match(/[\d.]+/g)?.map(Number) ?? [];
    return [r, g, b];
  };
  return { above: rgb(style.caretColor), below: rgb(style.color) };
}

interface How {
  /** How many maps stand in a row. */
  across: number;
  /** The number that has the full ink; null: each map's own farthest. */
  scale: number | null;
}

/** All maps of a layer side by side, a dot a number, each with a dot of paper around it. */
export function paintSheet(canvas: HTMLCanvasElement, values: ArrayLike<number>, layer: Maps, { across, scale }: How): void {
  const { maps, rows, columns } = layer;
  const pitch = { x: columns + 2, y: rows + 2 };
  size(canvas, across * pitch.x, Math.ceil(maps / across) * pitch.y);
  const context = canvas.getContext("2d");
  if (!context) return;
  const colors = inks(canvas);
  const image = context.createImageData(canvas.width, canvas.height);
  for (let map = 0; map < maps; map += 1) {
    const full = scale ?? farthest(values, layer, map);
    const left = (map % across) * pitch.x + 1;
    const top = Math.floor(map / across) * pitch.y + 1;
    for (let row = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 1) {
        const index = (row * columns + column) * maps + map;
        if (index >= layer.length) break;
        dot(image.data, ((top + row) * image.width + left + column) * 4, values[layer.from + index] ?? 0, full, colors);
      }
    }
  }
  context.putImageData(image, 0, 0);
}

/** One map alone, a dot a number. */
export function paintMap(canvas: HTMLCanvasElement, values: ArrayLike<number>, layer: Maps, map: number, scale: number | null): void {
  const { maps, rows, columns } = layer;
  size(canvas, columns, rows);
  const context = canvas.getContext("2d");
  if (!context) return;
  const colors = inks(canvas);
  const image = context.createImageData(columns, rows);
  const full = scale ?? farthest(values, layer, map);
  for (let i = 0; i < rows * columns; i += 1) {
    const index = i * maps + map;
    if (index < layer.length) dot(image.data, i * 4, values[layer.from + index] ?? 0, full, colors);
  }
  context.putImageData(image, 0, 0);
}

function dot(data: Uint8ClampedArray, at: number, value: number, full: number, { above, below }: { above: Rgb; below: Rgb }): void {
  const [r, g, b] = value < 0 ? below : above;
  data[at] = r;
  data[at + 1] = g;
  data[at + 2] = b;
  data[at + 3] = shade(value, full) * 255;
}

/** 0 … 1: how much ink a number has. */
export function shade(value: number, full: number): number {
  if (!(full > 0) || Number.isNaN(value)) return 0;
  return Math.min(1, Math.abs(value) / full);
}

function size(canvas: HTMLCanvasElement, width: number, height: number): void {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
}
