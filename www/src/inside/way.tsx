/** The way through: what the network is given, and layer after layer what it makes of it. */
import { useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { dark } from "../settings/preferences";
import { palette } from "../ui/palette";
import type { InsideLayer, InsideTrace } from "../worker/inside";
import { isDirected, layerName } from "./names";
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

/** The drawing as the network gets it, in the person's ink, and which way the pen went where the network is told. */
function Given({ told }: { told: InsideTrace }) {
  const { input, about, across, down } = words.value;
  const [rows, columns] = told.input;
  const directed = isDirected(told);
  const said = told.marked ? about.firstPen : about.first;
  return (
    <section class="stage given">
      <h2>
        {input} <small>{`${rows} × ${columns}`}</small>
      </h2>
      <p class="faint">{directed ? about.firstDirected : said}</p>
      <div class="given-planes">
        <Plane channel={0} name={`${input}, ${rows} × ${columns}`} />
        {directed
          ? [across, down].map((name, place) => (
              <figure key={name}>
                <Plane channel={place + 1} name={name} />
                <figcaption>{name}</figcaption>
              </figure>
            ))
          : null}
      </div>
    </section>
  );
}

/** One channel of the network's input, of the drawing that is looked at now. */
function Plane({ channel, name }: { channel: number; name: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useSignalEffect(() => {
    void palette.value;
    const now = trace.value;
    if (!canvas.current || !now) return;
    const [height, width, channels] = now.input;
    paintMap(canvas.current, now.values, { from: 0, maps: channels, rows: height, columns: width, length: height * width * channels }, channel, 1);
  });
  return <canvas ref={canvas} class={`ink-maps ${channel === 0 ? "given-picture" : "given-direction"}`} role="img" aria-label={name} width={1} height={1} />;
}
