/** How it is trained, and on what. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { t } from "../i18n";
import { Pixels } from "../ui/pixels";
import type { LabSetup, OptimizerSpec } from "../worker/lab-protocol";
import { AMOUNTS, FALLS, OPTIMIZERS, STARTS, withFall } from "./setup";
import type { Run } from "./run";
import { change, f, runs } from "./store";
import { words } from "./words";

const RATES = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 2, 10, 1000] as const;
const BATCHES = [4, 16, 32, 64, 128, 256, 1024] as const;
const EPOCHS = [1, 2, 3, 5, 10, 20, 60, 200] as const;
const NOISES = [0, 0.1, 0.2, 0.4, 0.6, 1] as const;
const DOTS = [0, 1, 2, 4] as const;

export function Settings({ run }: { run: Run }) {
  const all = words.value;
  const setup = run.setup.value;
  const { data, optimizer, schedule, network } = setup;
  const setData = (part: Partial<LabSetup["data"]>) => change((now) => ({ ...now, data: { ...now.data, ...part } }));
  return (
    <>
      <details class="lab-how" data-testid="lab-how">
        <summary>{all.how}</summary>
        <fieldset disabled={runs.going.value}>
          <legend class="unseen">{all.how}</legend>
          <Choice name={all.optimizer} testid="lab-optimizer" value={optimizer.type} of={OPTIMIZERS} say={(each) => all.optimizers[each]} set={(type) => change((now) => ({ ...now, optimizer: kindOf(now.optimizer, type) }))} />
          <Choice name={all.rate} testid="lab-rate" value={optimizer.learningRate} of={RATES} say={f.value.rate} set={(learningRate) => change((now) => ({ ...now, optimizer: { ...now.optimizer, learningRate } }))} />
          <Choice
            name={all.schedule}
            testid="lab-schedule"
            value={schedule?.fall ?? "none"}
            of={FALLS}
            say={(each) => all.schedules[each]}
            set={(fall) => change((now) => withFall(now, fall))}
          />
          <Choice name={all.batch} testid="lab-batch-size" value={setup.batch} of={BATCHES} say={t.value.n.whole} set={(batch) => change((now) => ({ ...now, batch }))} />
          <Choice name={all.epochs} testid="lab-epochs" value={setup.epochs} of={EPOCHS} say={t.value.n.whole} set={(epochs) => change((now) => ({ ...now, epochs }))} />
          <Choice name={all.begin} testid="lab-begin" value={network.start ?? "usual"} of={STARTS} say={(each) => all.begins[each]} set={(start) => change((now) => ({ ...now, network: { ...now.network, start } }))} />
          <Choice
            name={all.lossName}
            testid="lab-loss-name"
            value={network.loss ?? "cross-entropy"}
            of={["cross-entropy", "squared-error"] as const}
            say={(each) => all.losses[each]}
            set={(loss) => change((now) => ({ ...now, network: { ...now.network, loss } }))}
          />
          <Switch name={all.patience} testid="lab-patience" on={setup.patience !== null && setup.patience !== undefined} set={(on) => change((now) => ({ ...now, patience: on ? 10 : null }))} />
        </fieldset>
      </details>
      <details class="lab-how" data-testid="lab-which">
        <summary>{all.which}</summary>
        <fieldset disabled={runs.going.value}>
          <legend class="unseen">{all.which}</legend>
          <Choice name={all.amount} testid="lab-amount" value={data.train} of={AMOUNTS} say={t.value.n.whole} set={(train) => setData({ train })} />
          <Choice name={all.noise} testid="lab-noise" value={data.noise ?? 0} of={NOISES} say={t.value.n.percent} set={(noise) => setData({ noise })} />
          <Choice name={all.shift} testid="lab-shift" value={data.shift ?? 0} of={DOTS} say={all.dots} set={(shift) => setData({ shift })} />
          <Choice name={all.moved} testid="lab-moved" value={data.moved ?? 0} of={DOTS} say={all.dots} set={(moved) => setData({ moved })} />
          <Switch name={all.augment} testid="lab-augment" on={(data.augment ?? 0) > 0} set={(on) => setData({ augment: on ? 1 : 0 })} />
          <Switch name={all.shuffled} testid="lab-shuffled" on={data.shuffled ?? false} set={(shuffled) => setData({ shuffled })} />
        </fieldset>
        {run.made.value ? <Samples key={JSON.stringify(run.made.value.setup)} run={run} /> : null}
      </details>
    </>
  );
}

/** Of this kind, as fast as before. */
function kindOf({ learningRate, weightDecay }: OptimizerSpec, type: OptimizerSpec["type"]): OptimizerSpec {
  return { type, learningRate, ...(weightDecay === undefined ? {} : { weightDecay }) };
}

/** One of some. What a link said that is none of them is there as well. */
function Choice<T extends string | number>({ name, testid, value, of, say, set }: { name: string; testid: string; value: T; of: readonly T[]; say: (each: T) => string; set: (to: T) => void }) {
  const offered: readonly T[] = of.includes(value) ? of : typeof value === "number" ? [...of, value].toSorted((a, b) => Number(a) - Number(b)) : [...of, value];
  return (
    <label class="lab-choice">
      <span>{name}</span>
      <select
        data-testid={testid}
        value={String(value)}
        onChange={(event) => {
          const wanted = event.currentTarget.value;
          const found = offered.find((each) => String(each) === wanted);
          if (found !== undefined) set(found);
        }}
      >
        {offered.map((each) => (
          <option key={String(each)} value={String(each)}>
            {say(each)}
          </option>
        ))}
      </select>
    </label>
  );
}

function Switch({ name, testid, on, set }: { name: string; testid: string; on: boolean; set: (on: boolean) => void }) {
  return (
    <label class="lab-check">
      <input type="checkbox" checked={on} data-testid={testid} onChange={(event) => set(event.currentTarget.checked)} />
      {name}
    </label>
  );
}

/** As many as stand in a row. */
const SOME = 10;

/** Some digits as the network gets them: wrong labels, shuffled dots and all. */
function Samples({ run }: { run: Run }) {
  const { samples } = words.value;
  const found = useSignal<{ pixels: Uint8Array; labels: Uint8Array } | null>(null);
  useEffect(() => {
    let gone = false;
    const ask = async (): Promise<void> => {
      const result = await run.lab.samples(SOME);
      if (!gone && result.ok) found.value = result.value;
    };
    void ask();
    return () => {
      gone = true;
    };
  }, []);
  if (!found.value) return null;
  const { pixels, labels } = found.value;
  return (
    <figure class="lab-samples" data-testid="lab-samples">
      <figcaption class="faint">{samples}</figcaption>
      <ul>
        {Array.from(labels, (label, i) => (
          <li key={i}>
            <Pixels input={{ width: 28, height: 28, pixels: pixels.subarray(i * 784, (i + 1) * 784) }} label={String(label)} />
            <span aria-hidden="true" translate={false}>
              {label}
            </span>
          </li>
        ))}
      </ul>
    </figure>
  );
}
