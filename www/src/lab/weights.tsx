/** The first weights as pictures, and the sealed envelope. */
import { useEffect, useRef } from "preact/hooks";
import { paintSheet } from "../inside/paint";
import { dark } from "../settings/preferences";
import { Live } from "../ui/live";
import { palette } from "../ui/palette";
import type { LabWeights } from "../worker/lab-protocol";
import type { Run } from "./run";
import { words } from "./words";

/** More than that are not looked at one by one. */
const MOST = 40;
const ACROSS = 10;

export function Weights({ run }: { run: Run }) {
  const { weights: title, weightsSay, weightsMost, weightsLabel } = words.value;
  const told = run.weights.value;
  if (!told || told.count === 0) return null;
  const shown = Math.min(MOST, told.count);
  return (
    <section class="lab-weights" aria-labelledby="lab-weights">
      <h2 id="lab-weights">{title}</h2>
      <p class="faint">
        {weightsSay(told.count, dark.value)} {shown < told.count ? weightsMost(shown, told.count) : ""}
      </p>
      <Sheet told={told} shown={shown} label={weightsLabel(shown, told.height, told.width)} />
    </section>
  );
}

function Sheet({ told, shown, label }: { told: LabWeights; shown: number; label: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const colors = palette.value;
  useEffect(() => {
    if (canvas.current) paintSheet(canvas.current, lastChannels(told, shown), { from: 0, maps: shown, rows: told.height, columns: told.width, length: shown * told.height * told.width }, { across: Math.min(ACROSS, shown), scale: null });
  }, [told, colors]);
  return <canvas ref={canvas} class="lab-sheet" data-small={told.width < 12} role="img" aria-label={label} data-testid="lab-weights" data-step={told.step} />;
}

/** As Inside lays its maps: `[height, width, count]`. */
function lastChannels({ values, height, width }: LabWeights, shown: number): Float32Array {
  const size = height * width;
  return Float32Array.from({ length: shown * size }, (_, i) => values[(i % shown) * size + Math.floor(i / shown)] ?? 0);
}

export function Envelope({ run }: { run: Run }) {
  const { envelope, envelopeMore, open, opened } = words.value;
  const made = run.made.value;
  const test = run.test.value;
  if (!made || made.ready.digits.test === 0) return null;
  const going = run.state.value === "running" || run.inStep.value;
  return (
    <section class="lab-envelope" aria-labelledby="lab-envelope">
      <h2 id="lab-envelope">{envelope}</h2>
      <p class="faint">{envelopeMore(made.ready.digits.test)}</p>
      <div class="row">
        <button type="button" class="button" data-testid="lab-open-test" aria-disabled={going} onClick={() => (going ? undefined : void run.openTest())}>
          {open}
        </button>
        <p data-testid="lab-test" translate={false}>
          <Live text={test ? opened(test.right, test.count, test.opened) : ""} />
        </p>
      </div>
    </section>
  );
}
