/** The way through: what the network is given, and layer after layer what it makes of it. */
import { useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { dark } from "../settings/preferences";
import { palette } from "../ui/palette";
import type { InsideLayer, InsideTrace } from "../worker/inside";
import { layerName } from "./names";
import { paintMap } from "./paint";
import { eachItsOwn, Sheet } from "./sheets";
import { trace } from "./store";
import { words } from "./words";
import "./way.css";

export function Way({ told }: { told: InsideTrace }) {
  const { legend, scale, scales } = words.value;
  return (
    <section class="way">
      <div class="way-bar">
        <p class="faint">{legend(dark.value)}</p>
        <label class="field">
          <span>{scale}</span>
          <select value={String(eachItsOwn.value)} onChange={(event) => (eachItsOwn.value = event.currentTarget.value === "true")}>
            <option value="false">{scales.layer}</option>
            <option value="true">{scales.map}</option>
          </select>
        </label>
      </div>
      <Given told={told} />
      {told.layers.map((layer, index) => (
        <section key={index} class="stage">
          <h2>
            {layerName(layer)} <small>{sizeOf(layer)}</small>
          </h2>
          {/* Once for each kind. */}
          {layer.number === 1 ? <p class="faint">{aboutOf(layer)}</p> : null}
          <Sheet layer={index} />
        </section>
      ))}
    </section>
  );
}

function sizeOf({ shape: [rows, columns, maps] }: InsideLayer): string {
  return words.value.size(maps, rows, columns);
}

function aboutOf({ kind, window }: InsideLayer): string {
  const { about } = words.value;
  return kind === "conv" || kind === "maxpool" ? about[kind](window) : about[kind];
}

/** The drawing as the network gets it, in the person's ink. */
function Given({ told }: { told: InsideTrace }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { input, about } = words.value;
  const [rows, columns] = told.input;
  useSignalEffect(() => {
    void palette.value;
    const now = trace.value;
    if (!canvas.current || !now) return;
    const [height, width, channels] = now.input;
    paintMap(canvas.current, now.values, { from: 0, maps: channels, rows: height, columns: width, length: height * width * channels }, 0, 1);
  });
  return (
    <section class="stage given">
      <h2>
        {input} <small>{`${rows} × ${columns}`}</small>
      </h2>
      <p class="faint">{told.marked ? about.firstPen : about.first}</p>
      <canvas ref={canvas} class="ink-maps given-picture" role="img" aria-label={`${input}, ${rows} × ${columns}`} width={1} height={1} />
    </section>
  );
}
