/** All examples on one picture, a band of rows for each digit: to print, or to show. */
import { pathOf } from "../drawing/picture";
import { strokesOf } from "../drawing/fit";
import type { Example, FileOut, Result } from "../worker/protocol";

/** Some browsers make no larger canvas. */
const LARGEST = 4096;
const TILE = 96;

interface Layout {
  /** The side of a tile, in pixels. */
  tile: number;
  /** In a row, beside the digit that stands before it. */
  columns: number;
  /** The first row of each digit; -1 where there are none of it. */
  first: number[];
  rows: number;
}

/** As square as the bands allow, with tiles as large as fit. */
export function layout(counts: readonly number[], largest = LARGEST): Layout {
  const all = counts.reduce((sum, count) => sum + count, 0);
  const rowsAt = (columns: number): number => counts.reduce((rows, count) => rows + Math.ceil(count / columns), 0);
  let columns = Math.max(1, Math.ceil(Math.sqrt(all)));
  while (rowsAt(columns) > columns + 1) columns += 1;
  const rows = rowsAt(columns);
  let row = 0;
  const first = counts.map((count) => {
    const at = count === 0 ? -1 : row;
    row += Math.ceil(count / columns);
    return at;
  });
  return { tile: Math.max(1, Math.min(TILE, Math.floor(largest / Math.max(columns + 1, rows)))), columns, first, rows };
}

/** A PNG, black on white whatever the page looks like. */
export async function sheet(examples: readonly Example[]): Promise<Result<FileOut>> {
  const byDigit = Array.from({ length: 10 }, (_, digit) =>
    examples.filter(({ label }) => label === digit).sort((a, b) => a.taughtAt - b.taughtAt || a.id - b.id),
  );
  const { tile, columns, first, rows } = layout(byDigit.map((some) => some.length));
  const canvas = document.createElement("canvas");
  canvas.width = (columns + 1) * tile;
  canvas.height = rows * tile;
  const context = canvas.getContext("2d");
  if (!context) return failed;
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  byDigit.forEach((some, digit) => {
    const top = first[digit] ?? -1;
    if (top >= 0) write(context, String(digit), top * tile, tile);
    some.forEach((example, i) => {
      paint(context, example, ((i % columns) + 1) * tile, (top + Math.floor(i / columns)) * tile, tile);
    });
  });
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (!blob) return failed;
  return { ok: true, value: { name: "trazo-examples.png", bytes: new Uint8Array(await blob.arrayBuffer()) } };
}

const failed: Result<FileOut> = { ok: false, error: { code: "general", message: "The browser made no picture." } };

/** Which digit the row is of, in the network's color: it is no drawing. */
function write(context: CanvasRenderingContext2D, text: string, y: number, tile: number): void {
  context.fillStyle = "#1f4fb5";
  context.font = `600 ${tile * 0.5}px system-ui, sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(text, tile / 2, y + tile / 2);
}

function paint(context: CanvasRenderingContext2D, example: Example, x: number, y: number, tile: number): void {
  const strokes = strokesOf(example);
  context.save();
  context.translate(x, y);
  if (strokes) {
    context.scale(tile / 1000, tile / 1000);
    context.strokeStyle = "#000";
    context.lineWidth = 100;
    context.lineCap = "round";
    context.lineJoin = "round";
    context.stroke(new Path2D(pathOf(strokes)));
  } else if (example.picture) {
    const { width, height, pixels } = example.picture;
    context.scale(tile / width, tile / height);
    pixels.forEach((ink, i) => {
      context.fillStyle = `rgb(0 0 0 / ${ink / 255})`;
      if (ink > 0) context.fillRect(i % width, Math.floor(i / width), 1, 1);
    });
  }
  context.restore();
}
