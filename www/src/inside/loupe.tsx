/** The chosen map, large enough for a finger to choose a cell of it, and steppers for those who want to count. */
import { useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { palette } from "../ui/palette";
import type { InsideLayer, InsideTrace } from "../worker/inside";
import { layerName, spotName } from "./names";
import { four } from "./numbers";
import { paintMap } from "./paint";
import { cellOf, isFlat } from "./place";
import { choose, trace, useEntry } from "./store";
import { mapsOf } from "./sheets";
import { words } from "./words";
import "./loupe.css";

export function Loupe({ told, layer, unit }: { told: InsideTrace; layer: number; unit: number }) {
  const of = told.layers[layer];
  if (!of) return null;
  const { step } = words.value;
  const [rows, columns, channels] = of.shape;
  const cell = cellOf(of, unit);
  const go = (to: { map?: number; row?: number; column?: number }): void => {
    const { map, row, column } = { ...cell, ...to };
    choose(layer, (row * columns + column) * channels + map, "beside");
  };
  return (
    <div class="loupe">
      <Picture told={told} of={of} layer={layer} unit={unit} />
      <div class="loupe-steps">
        <Stepper
          name={step.layer}
          at={layer}
          of={told.layers.length}
          text={layerName(of)}
          go={(to) => toLayer(told, layer, unit, to)}
        />
        {isFlat(of) ? (
          <Stepper name={step.unit} at={unit} of={channels} from={0} go={(to) => choose(layer, to, "beside")} />
        ) : (
          <>
            <Stepper name={step.map} at={cell.map} of={channels} go={(map) => go({ map })} />
            <Stepper name={step.row} at={cell.row} of={rows} go={(row) => go({ row })} />
            <Stepper name={step.column} at={cell.column} of={columns} go={(column) => go({ column })} />
          </>
        )}
      </div>
    </div>
  );
}

/** The same place in another layer, as far as there is one. */
export function toLayer(told: InsideTrace, layer: number, unit: number, to: number): void {
  const [from, next] = [told.layers[layer], told.layers[to]];
  if (!from || !next) return;
  const { map, row, column } = cellOf(from, unit);
  const [rows, columns, channels] = next.shape;
  const across = (at: number, of: number, there: number): number => Math.min(there - 1, Math.floor(((at + 0.5) / of) * there));
  const at = across(row, from.shape[0], rows) * columns + across(column, from.shape[1], columns);
  choose(to, at * channels + Math.min(map, channels - 1), "to");
}

function Stepper({ name, at, of, from = 1, text, go }: { name: string; at: number; of: number; from?: number; text?: string; go: (to: number) => void }) {
  const { less, more } = words.value;
  const button = (by: number, label: string, sign: string) => (
    // Not `disabled`: the focus stays where it has led to the end.
    <button type="button" class="step" aria-label={label} aria-disabled={!(at + by >= 0 && at + by < of)} onClick={() => (at + by >= 0 && at + by < of ? go(at + by) : undefined)}>
      {sign}
    </button>
  );
  return (
    <div class="stepper" role="group" aria-label={name}>
      {button(-1, less(name), "\u2212")}
      <output>
        {text ?? (
          <>
            <small>{name}</small> <span translate={false}>{at + from}</span>
          </>
        )}
      </output>
      {button(1, more(name), "+")}
    </div>
  );
}

function Picture({ told, of, layer, unit }: { told: InsideTrace; of: InsideLayer; layer: number; unit: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const box = useRef<HTMLDivElement>(null);
  useEntry(() => box.current);
  const maps = mapsOf(of, of.a);
  const flat = isFlat(of);
  const cell = cellOf(of, unit);
  const [row, column, map] = flat ? [Math.floor(unit / maps.columns), unit % maps.columns, 0] : [cell.row, cell.column, cell.map];
  useSignalEffect(() => {
    void palette.value;
    const now = trace.value;
    if (canvas.current && now && now.layers[layer]) paintMap(canvas.current, now.values, maps, map, null);
  });
  const { loupe, loupeRole } = words.value;
  const pick = (event: PointerEvent): void => {
    if (event.type === "pointermove" && event.buttons === 0) return;
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const within = (at: number, size: number, cells: number): number => Math.max(0, Math.min(cells - 1, Math.floor((at / size) * cells)));
    const to = within(event.clientY - box.top, box.height, maps.rows) * maps.columns + within(event.clientX - box.left, box.width, maps.columns);
    const next = flat ? to : to * maps.maps + map;
    if (next !== unit && next < of.shape[0] * of.shape[1] * of.shape[2]) choose(layer, next, "beside");
  };
  const value = told.values[of.a + unit] ?? 0;
  return (
    <div
      ref={box}
      class="loupe-picture"
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      // The arrows move within the map, so a screen reader must hand them over: that is what an application is.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-to-interactive-role
      role="application"
      data-testid="inside-loupe"
      aria-roledescription={loupeRole}
      aria-label={loupe(words.value.here(spotName(told, { layer, unit }), four(value)))}
      style={`aspect-ratio:${maps.columns}/${maps.rows};--cells:${maps.columns}`}
      onPointerDown={pick}
      onPointerMove={pick}
    >
      <canvas ref={canvas} class="ink-maps" aria-hidden="true" width={1} height={1} />
      <span
        class="loupe-cell"
        style={`left:${(column / maps.columns) * 100}%;top:${(row / maps.rows) * 100}%;width:${100 / maps.columns}%;height:${100 / maps.rows}%`}
      />
    </div>
  );
}
