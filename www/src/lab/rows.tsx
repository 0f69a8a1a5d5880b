/** The network, a row a layer: what is to be chosen, and beside it what comes of that. */
import { t } from "../i18n";
import type { LabFault, LabLayer, LabRow } from "../worker/lab-protocol";
import { ACTIVATIONS, canFreeze, freshRow, KINDS, MOST_ROWS, type Activation, type Kind } from "./setup";
import type { Run } from "./run";
import { change, runs } from "./store";
import { words } from "./words";

function setLayers(by: (layers: LabLayer[]) => LabLayer[]): void {
  change((setup) => ({ ...setup, network: { ...setup.network, layers: by([...setup.network.layers]) } }));
}

export function Rows({ run }: { run: Run }) {
  const { change: title, rows, given, add, addMore, total, memory } = words.value;
  const { layers } = run.setup.value.network;
  const shapes = run.shapes.value;
  return (
    <details class="lab-rows" data-testid="lab-rows">
      <summary>{title}</summary>
      <fieldset disabled={runs.going.value}>
        <legend class="unseen">{rows}</legend>
        <p class="faint">{given}</p>
        <ol>
          {layers.map((layer, at) => (
            <Row key={at} layer={layer} at={at} alone={layers.length === 1} told={shapes?.rows[at] ?? null} fault={shapes?.fault?.row === at ? shapes.fault : null} />
          ))}
        </ol>
        <button
          type="button"
          class="button"
          title={addMore}
          data-testid="lab-add"
          aria-disabled={layers.length >= MOST_ROWS}
          onClick={() => setLayers((all) => (all.length < MOST_ROWS ? all.toSpliced(-1, 0, freshRow("dense")) : all))}
        >
          {add}
        </button>
        {shapes ? (
          shapes.fault && shapes.fault.row === null ? (
            <p class="lab-fault" data-testid="lab-fault">
              {faultSays(shapes.fault)}
            </p>
          ) : (
            <p class="faint" data-testid="lab-total" translate={false}>
              {total(shapes.parameters, shapes.multiplyAdds)} {memory(shapes.bytes)}
            </p>
          )
        ) : null}
      </fieldset>
    </details>
  );
}

function Row({ layer, at, alone, told, fault }: { layer: LabLayer; at: number; alone: boolean; told: LabRow | null; fault: LabFault | null }) {
  const all = words.value;
  const name = all.row(at + 1);
  const set = (next: LabLayer) => setLayers((layers) => layers.with(at, next));
  return (
    <li data-testid={`lab-row-${at + 1}`} data-fault={fault?.code}>
      <span class="lab-row-number faint" translate={false}>
        {at + 1}
      </span>
      <div class="row">
        <select
          aria-label={`${name}: ${all.kind}`}
          value={layer.type}
          onChange={(event) => set(freshRow(event.currentTarget.value as Kind))}
        >
          {KINDS.map((each) => (
            <option key={each} value={each}>
              {all.kinds[each]}
            </option>
          ))}
        </select>
        <Sizes layer={layer} name={name} set={set} />
        {layer.type === "conv" ? (
          <select
            aria-label={`${name}: ${all.padding.label}`}
            value={layer.padding}
            onChange={(event) => set({ ...layer, padding: event.currentTarget.value === "same" ? "same" : "valid" })}
          >
            <option value="same">{all.padding.same}</option>
            <option value="valid">{all.padding.valid}</option>
          </select>
        ) : null}
        {layer.type === "maxpool" || layer.type === "dropout" ? null : (
          <select
            aria-label={`${name}: ${all.activation}`}
            value={layer.activation ?? "linear"}
            onChange={(event) => set({ ...layer, activation: event.currentTarget.value as Activation })}
          >
            {ACTIVATIONS.map((each) => (
              <option key={each} value={each}>
                {all.activations[each]}
              </option>
            ))}
          </select>
        )}
        {canFreeze(layer) ? (
          <label class="lab-check" title={all.frozenMore}>
            <span class="unseen">{name}: </span>
            <input
              type="checkbox"
              checked={layer.frozen ?? false}
              data-testid={`lab-frozen-${at + 1}`}
              onChange={(event) => {
                const { frozen: _, ...rest } = layer;
                set(event.currentTarget.checked ? { ...rest, frozen: true } : rest);
              }}
            />
            {all.frozen}
          </label>
        ) : null}
      </div>
      <span class="lab-row-tools">
        <button type="button" class="lab-icon" aria-label={all.up(name)} aria-disabled={at === 0} onClick={() => setLayers((layers) => (at > 0 ? moved(layers, at) : layers))}>
          ↑
        </button>
        <button type="button" class="lab-icon" aria-label={all.remove(name)} aria-disabled={alone} onClick={() => setLayers((layers) => (layers.length > 1 ? layers.toSpliced(at, 1) : layers))}>
          ×
        </button>
      </span>
      {fault ? (
        <p class="lab-fault" data-testid="lab-fault" role="status">
          {faultSays(fault)}
        </p>
      ) : (
        <p class="lab-row-says faint" data-testid={`lab-says-${at + 1}`} translate={false}>
          {told?.shape ? [all.shape(...told.shape), ...(told.parameters > 0 ? [all.weightsOf(told.parameters)] : []), ...(told.multiplyAdds > 0 ? [all.productsOf(told.multiplyAdds)] : [])].join(" · ") : "–"}
        </p>
      )}
    </li>
  );
}

function moved(layers: LabLayer[], at: number): LabLayer[] {
  const [row] = layers.splice(at, 1);
  return row ? layers.toSpliced(at - 1, 0, row) : layers;
}

function Sizes({ layer, name, set }: { layer: LabLayer; name: string; set: (next: LabLayer) => void }) {
  const { sizes } = words.value;
  const number = (key: keyof typeof sizes, value: number, most: number, next: (value: number) => LabLayer) => (
    <label class="lab-size">
      <span class="unseen">{name}: </span>
      <input
        type="number"
        min={0}
        max={most}
        step={key === "rate" ? 0.05 : key === "kernel" ? 2 : 1}
        value={value}
        onInput={(event) => {
          const wanted = event.currentTarget.valueAsNumber;
          // What is no number is no change; what is too large or too small the engine says.
          if (Number.isFinite(wanted)) set(next(key === "rate" ? Math.min(1, Math.max(0, wanted)) : Math.min(most, Math.max(0, Math.round(wanted)))));
        }}
      />
      <span>{sizes[key]}</span>
    </label>
  );
  switch (layer.type) {
    case "dense":
      return number("units", layer.units, 99_999, (units) => ({ ...layer, units }));
    case "conv":
      return (
        <>
          {number("filters", layer.filters, 9999, (filters) => ({ ...layer, filters }))}
          {number("kernel", layer.kernel, 999, (kernel) => ({ ...layer, kernel }))}
        </>
      );
    case "maxpool":
      return number("size", layer.size, 999, (size) => ({ ...layer, size }));
    case "dropout":
      return number("rate", layer.rate, 1, (rate) => ({ ...layer, rate }));
    case "batchnorm":
      return null;
  }
}

/** What is wrong, at the place where it is. */
export function faultSays({ code, numbers: [first = 0, second = 0, third = 0], about, message }: LabFault): string {
  const { faults } = words.value;
  switch (code) {
    case "lab-window":
      return faults.window(first, second, third);
    case "lab-kernel":
      return faults.kernel(first);
    case "lab-zero":
      return faults.zero;
    case "lab-outputs":
      return faults.outputs(first);
    case "lab-too-large":
      return faults.tooLarge;
    case "lab-activation":
      return faults.activation;
    case "lab-layer":
      return faults.layer;
    case "lab-frozen":
      return faults.frozen;
    case "lab-setting":
      return faults.setting(about ?? "");
    case "lab-nothing":
      return faults.nothing;
    default:
      return `${t.value.errors.general} (${message})`;
  }
}
