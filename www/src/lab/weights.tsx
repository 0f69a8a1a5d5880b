/** The first weights as pictures, and the sealed envelope. */
import { useSignal, type Signal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { latestWins } from "../draw/loop";
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
  const now = run.weights.value;
  /** What the film shows instead of the weights as they are. */
  const then = useSignal<LabWeights | null>(null);
  if (!now || now.count === 0) return null;
  const told = then.value ?? now;
  const shown = Math.min(MOST, told.count);
  return (
    <section class="lab-weights" aria-labelledby="lab-weights">
      <h2 id="lab-weights">{title}</h2>
      <p class="faint">
        {weightsSay(told.count, dark.value)} {shown < told.count ? weightsMost(shown, told.count) : ""}
      </p>
      <Sheet told={told} shown={shown} label={weightsLabel(shown, told.height, told.width)} />
      <Film key={JSON.stringify(run.made.value?.setup)} run={run} now={now} then={then} />
    </section>
  );
}

/** The way of the first weights, to be gone through by hand: nothing moves by itself. */
function Film({ run, now, then }: { run: Run; now: LabWeights; then: Signal<LabWeights | null> }) {
  const { film, filmAt, filmNow } = words.value;
  const steps = useSignal<readonly number[]>([]);
  useEffect(() => {
    let gone = false;
    const ask = async (): Promise<void> => {
      const result = await run.lab.film();
      // The picture of this very step is the one that stands there already.
      if (!gone && result.ok) steps.value = result.value.steps.filter((step) => step < now.step);
    };
    void ask();
    return () => {
      gone = true;
    };
  }, [now]);
  useEffect(() => () => void (then.value = null), []);
  const wanted = useRef<number | null>(null);
  const show = useMemo(
    () =>
      latestWins(async () => {
        const step = wanted.current;
        const result = step === null ? null : await run.lab.firstWeights(step);
        if (step === wanted.current) then.value = result?.ok ? result.value : null;
      }, 30),
    [],
  );
  const last = steps.value.length;
  const at = then.value ? steps.value.findLastIndex((step) => step <= (then.value?.step ?? 0)) : last;
  const says = then.value ? filmAt(then.value.step) : filmNow;
  if (last === 0) return null;
  return (
    <div class="lab-film">
      <label>
        {film}
        <input
          type="range"
          min={0}
          max={last}
          value={at < 0 ? last : at}
          aria-valuetext={says}
          data-testid="lab-film"
          onInput={(event) => {
            wanted.current = steps.value[event.currentTarget.valueAsNumber] ?? null;
            show();
          }}
        />
      </label>
      <p class="faint" translate={false} data-testid="lab-film-says">
        <Live text={says} />
      </p>
    </div>
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
