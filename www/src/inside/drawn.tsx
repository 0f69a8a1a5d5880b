/** A drawing as it was drawn, or the picture that it came as. */
import { fitted } from "../drawing/fit";
import { pathOf } from "../drawing/picture";
import { unpack } from "../drawing/strokes";
import { Pixels } from "../ui/pixels";
import type { Drawing, NetworkInput } from "../worker/protocol";
import "./drawn.css";

export function Drawn({ drawing, picture, label }: { drawing: Drawing | null; picture: NetworkInput | null; label: string }) {
  if (!drawing) return <Pixels input={picture} label={label} />;
  return (
    <svg class="ink drawn" viewBox="0 0 1000 1000" role="img" aria-label={label}>
      <path d={pathOf(fitted(unpack(drawing)))} />
    </svg>
  );
}
