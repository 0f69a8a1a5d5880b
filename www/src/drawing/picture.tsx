/** A drawing as it was drawn, as SVG: sharp at any size, in the ink of the page. */
import { strokesOf, type Drawn } from "./fit";
import type { Stroke } from "./strokes";
import { Pixels } from "../ui/pixels";
import "./picture.css";

export function pathOf(strokes: readonly Stroke[]): string {
  let path = "";
  for (const stroke of strokes) {
    path += `M${short(stroke[0])} ${short(stroke[1])}`;
    // A line of no length with round caps is a dot.
    if (stroke.length === 2) path += "h0";
    for (let i = 2; i + 1 < stroke.length; i += 2) path += `L${short(stroke[i])} ${short(stroke[i + 1])}`;
  }
  return path;
}

function short(value: number | undefined): string {
  return String(Math.round((value ?? 0) * 2) / 2);
}

export function Picture({ example, label = "" }: { example: Drawn; label?: string }) {
  const strokes = strokesOf(example);
  if (!strokes) return <Pixels input={example.picture} label={label} />;
  return (
    <svg class="ink" viewBox="0 0 1000 1000" role={label ? "img" : undefined} aria-label={label || undefined} aria-hidden={!label}>
      <path d={pathOf(strokes)} />
    </svg>
  );
}
