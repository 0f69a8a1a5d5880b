/** A layer as a contact sheet: all its maps side by side on one canvas, and over each a button. */
import { signal, useSignalEffect } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { palette } from "../ui/palette";
import type { InsideLayer, InsideTrace } from "../worker/inside";
import { layerName, unitName } from "./names";
import { four, short } from "./numbers";
import { farthest, loudest, paintMap, paintSheet, shade, type Maps } from "./paint";
import { cellOf, isFlat } from "./place";
import { calm, choose, enterSum, spot, trace } from "./store";
import { words } from "./words";
import "./sheets.css";

/** One scale of ink for each layer, or each map's own. */
export const eachItsOwn = signal(false);

/** So many maps stand in a row: few on a phone, so that a finger finds one. */
export const across = signal(8);
const wide = globalThis.matchMedia?.("(min-width: 40rem)");
const setAcross = (): void => void (across.value = wide?.matches ? 16 : 8);
wide?.addEventListener("change", setAcross);
setAcross();

/** A layer of so many units that each has a button of its own. */
const BUTTONS = 128;

/** How a layer's numbers lie. Units without a picture are one map of as many columns as fit. */
export function mapsOf({ shape: [rows, columns, channels] }: Pick<InsideLayer, "shape">, from: number): Maps {
  const length = rows * columns * channels;
  if (rows > 1 || columns > 1) return { from, maps: channels, rows, columns, length };
  const most = channels <= 10 ? channels : channels <= 100 ? across.value * 1.25 : across.value * 2;
  return { from, maps: 1, rows: Math.ceil(channels / most), columns: Math.min(channels, most), length };
}

export function Sheet({ layer }: { layer: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const told = calm.value;
  const of = told?.layers[layer];
  const flat = of !== undefined && isFlat(of);
  useSignalEffect(() => {
    void palette.value;
    const now = trace.value;
    const here = now?.layers[layer];
    if (!canvas.current || !now || !here) return;
    const maps = mapsOf(here, here.a);
    const scale = eachItsOwn.value ? null : farthest(now.values, maps);
    if (isFlat(here)) paintMap(canvas.current, now.values, maps, 0, scale);
    else paintSheet(canvas.current, now.values, maps, { across: across.value, scale });
  });
  const chosen = spot.value?.layer === layer ? spot.value.unit : null;
  // The button that has the focus goes on to the map that the keyboard has chosen.
  useLayoutEffect(() => {
    const button = chosen === null ? null : box.current?.querySelector<HTMLElement>("[aria-pressed=true]");
    if (box.current?.contains(document.activeElement)) button?.focus();
    // On a phone the sum has just come to lie over the lower part of the screen.
    button?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  if (!told || !of) return null;
  if (flat && of.shape[2] <= BUTTONS) return <Units told={told} layer={layer} of={of} canvas={canvas} box={box} />;
  const maps = mapsOf(of, of.a);
  const map = chosen === null || flat ? 0 : cellOf(of, chosen).map;
  const columns = flat ? 1 : across.value;
  return (
    <div class="sheet" ref={box} style={`--columns:${columns};--rows:${Math.ceil(maps.maps / columns)}`}>
      <canvas ref={canvas} class="ink-maps" aria-hidden="true" width={1} height={1} />
      <div class="sheet-maps" role="group" aria-label={layerName(of)}>
        {Array.from({ length: maps.maps }, (_, each) => (
          <MapButton key={each} told={told} layer={layer} of={of} maps={maps} map={each} chosen={chosen !== null && each === map} first={each === map} />
        ))}
      </div>
    </div>
  );
}

/** One map of a sheet. */
function MapButton({ told, layer, of, maps, map, chosen, first }: {
  told: InsideTrace;
  layer: number;
  of: InsideLayer;
  maps: Maps;
  map: number;
  chosen: boolean;
  /** The one of its sheet that the Tab key reaches. */
  first: boolean;
}) {
  const { map: mapName, mapSays, unitsSay } = words.value;
  const flat = isFlat(of);
  const { row, column } = loudest(told.values, maps, map);
  const unitAt = (r: number, c: number): number => (r * maps.columns + c) * maps.maps + map;
  const largest = four(told.values[maps.from + unitAt(row, column)] ?? 0);
  const name = flat ? layerName(of) : `${layerName(of)}, ${mapName(map + 1)}`;
  return (
    <button
      type="button"
      class="map"
      tabIndex={first ? 0 : -1}
      aria-pressed={chosen}
      aria-label={flat ? unitsSay(name, unitName(told, layer, unitAt(row, column)), largest) : mapSays(name, largest, row + 1, column + 1)}
      onClick={(event) => {
        // The Enter key has no place: then it is where the map is loudest now.
        const now = trace.peek() ?? told;
        let to = loudest(now.values, maps, map);
        if (event.detail > 0) {
          // A sheet of maps has a dot of paper around each.
          const edge = flat ? 0 : 1;
          const { left, top, width, height } = event.currentTarget.getBoundingClientRect();
          const at = (place: number, size: number, cells: number): number =>
            Math.max(0, Math.min(cells - 1, Math.floor((place / size) * (cells + 2 * edge)) - edge));
          to = { row: at(event.clientY - top, height, maps.rows), column: at(event.clientX - left, width, maps.columns) };
        }
        const unit = unitAt(to.row, to.column);
        choose(layer, unit < maps.length ? unit : maps.length - 1, "to");
        if (event.detail === 0) enterSum.value = true;
      }}
    />
  );
}

/** Few units: each has its number, and a button. */
function Units({ told, layer, of, canvas, box }: {
  told: InsideTrace;
  layer: number;
  of: InsideLayer;
  canvas: { current: HTMLCanvasElement | null };
  box: { current: HTMLDivElement | null };
}) {
  const maps = mapsOf(of, of.a);
  const chosen = spot.value?.layer === layer ? spot.value.unit : null;
  const few = of.shape[2] <= 10;
  const full = farthest(told.values, maps);
  return (
    <div class="sheet units" ref={box} data-few={few} style={`--columns:${maps.columns};--rows:${maps.rows}`}>
      {few ? null : <canvas ref={canvas} class="ink-maps" aria-hidden="true" width={1} height={1} />}
      <div class="sheet-maps" role="group" aria-label={layerName(of)}>
        {Array.from({ length: of.shape[2] }, (_, unit) => (
          <button
            key={unit}
            type="button"
            class="map"
            tabIndex={unit === (chosen ?? 0) ? 0 : -1}
            aria-pressed={unit === chosen}
            data-below={few && (told.values[of.a + unit] ?? 0) < 0}
            style={few ? `--shade:${(shade(told.values[of.a + unit] ?? 0, full) * 45).toFixed(1)}%` : undefined}
            onClick={(event) => {
              choose(layer, unit, "to");
              if (event.detail === 0) enterSum.value = true;
            }}
          >
            <span class="unseen">{words.value.here(unitName(told, layer, unit), four(told.values[of.a + unit] ?? 0))}</span>
            {few ? (
              <>
                <strong aria-hidden="true">{unit}</strong> <span aria-hidden="true">{short(told.values[of.a + unit] ?? 0)}</span>
              </>
            ) : null}
          </button>
        ))}
      </div>
    </div>
  );
}
