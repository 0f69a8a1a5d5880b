/** What wakes a unit: of all drawings at hand those that drive it most. */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { href } from "../router";
import type { InsideTrace, InsideWaking } from "../worker/inside";
import { useAnswer } from "./asked";
import { Drawn } from "./drawn";
import { Loupe } from "./loupe";
import { spotName } from "./names";
import { four } from "./numbers";
import { loudest } from "./paint";
import { ANSWER, cellOf, isFlat, toAddress, toQuery } from "./place";
import { inside, spot } from "./store";
import { mapsOf } from "./sheets";
import { words } from "./words";

/** The unit's whole map, or its own cell. */
const wholeMap = signal(true);

export function Wakes({ told }: { told: InsideTrace }) {
  const at = spot.value;
  const layer = at && at.layer !== ANSWER ? at.layer : null;
  // Nothing is chosen, or an answer: then where the first layer is loudest, or the answer's own sum.
  useEffect(() => {
    const first = told.layers[0];
    if (layer !== null || !first) return;
    const { row, column } = loudest(told.values, mapsOf(first, first.a), 0);
    const unit = isFlat(first) ? row * mapsOf(first, first.a).columns + column : (row * first.shape[1] + column) * first.shape[2];
    const to = at ? { ...at, layer: told.layers.length - 1, path: [] } : { layer: 0, unit, cut: null, path: [] };
    toAddress({ ...toQuery(to, told), view: "wakes" }, false);
  }, [layer === null, told.model]);
  return at && layer !== null ? <Unit told={told} layer={layer} unit={at.unit} /> : null;
}

function Unit({ told, layer, unit }: { told: InsideTrace; layer: number; unit: number }) {
  const { wakes } = words.value;
  const of = told.layers[layer];
  const flat = of !== undefined && isFlat(of);
  const map = wholeMap.value && !flat;
  const { value, going } = useAnswer(() => inside.wakes(layer, unit, map), [told.model, told.version, layer, unit, map]);
  if (!of) return null;
  const picture = (waking: InsideWaking): string => {
    const { row, column } = cellOf(of, waking.unit);
    return `${wakes.picture(waking.label, four(waking.z))}${map ? `, ${wakes.at(row + 1, column + 1)}` : ""}`;
  };
  const list = (all: readonly InsideWaking[], testid: string) => (
    <ul class="drawings" data-testid={testid}>
      {all.map((waking, i) => (
        <li key={i}>
          <Drawn drawing={waking.drawing} picture={waking.picture} label={picture(waking)} />
          <p aria-hidden="true">{picture(waking)}</p>
        </li>
      ))}
    </ul>
  );
  return (
    <div class="wakes part">
      <h2>{spotName(told, { layer, unit })}</h2>
      <p>{wakes.says}</p>
      <div class="wakes-choice">
        <Loupe told={told} layer={layer} unit={unit} />
      </div>
      <div class="row">
        {flat ? null : (
          <label class="field">
            <span>{wakes.where}</span>
            <select value={String(map)} data-testid="wakes-where" onChange={(event) => (wholeMap.value = event.currentTarget.value === "true")}>
              <option value="true">{wakes.map}</option>
              <option value="false">{wakes.cell}</option>
            </select>
          </label>
        )}
        <a class="button quiet" href={href("inside", toQuery({ layer, unit, cut: null, path: [] }, told))}>
          {wakes.sum}
        </a>
      </div>
      <p role="status">{going ? wakes.going : ""}</p>
      {value ? (
        <>
          <h3>{wakes.exam}</h3>
          {list(value.exam, "wakes-exam")}
          <h3>{wakes.own}</h3>
          {value.own.length === 0 ? <p>{wakes.ownNone}</p> : list(value.own, "wakes-own")}
        </>
      ) : null}
    </div>
  );
}
