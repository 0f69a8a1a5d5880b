/** «Train on all my examples»: start, pause, stop, and how it goes. */
import { computed, effect } from "@preact/signals";
import { complain, engine, training } from "../state/engine";
import { say } from "../state/status";
import { t, type Dictionary } from "../i18n";
import { Live } from "../ui/live";
import { Progress as ProgressBar } from "../ui/progress";
import type { Result, TrainProgress } from "../worker/protocol";
import "./train.css";

const SECONDS = 10;

type TrainState = TrainProgress["state"];

const state = computed(() => training.value?.state ?? null);
export const trainingNow = computed(() => state.value === "running" || state.value === "paused");

function settle(result: Result<TrainProgress>): void {
  if (result.ok) training.value = result.value;
  else complain(result.error);
}

const start = async (): Promise<void> => settle(await engine.trainStart({ seconds: SECONDS }));
const pause = async (): Promise<void> => settle(await engine.trainPause());
const resume = async (): Promise<void> => settle(await engine.trainResume());
const stop = async (): Promise<void> => settle(await engine.trainStop());

/** What a change from one state of training to another is called; nothing where there is nothing to say. */
export function turn(before: TrainState | null, progress: TrainProgress | null): ((words: Dictionary) => string) | null {
  if (!progress || progress.state === before) return null;
  switch (progress.state) {
    case "running":
      return ({ status }) => (before === "paused" ? status.trainingResumed : status.trainingBegun);
    case "paused":
      return ({ status }) => status.trainingPaused;
    case "stopped":
      return ({ status }) => status.trainingStopped;
    case "finished":
      return ({ status }) => status.trainingFinished(progress.accuracy);
  }
}

// Said of what the engine did, on whatever screen one is by then, and not of what it was asked to do.
let before: TrainState | null = null;
effect(() => {
  const now = training.value;
  const words = turn(before, now);
  before = now?.state ?? null;
  if (words) say(words);
});

/** The buttons and the bar. Small: on the bench of the drawing screen, without the figures of the long form. */
export function Train({ small = false }: { small?: boolean }) {
  const words = t.value.train;
  const progress = training.value;
  return (
    <div class={small ? "train small" : "train"}>
      {progress && small ? <ShortBar progress={progress} /> : null}
      <div class="row">
        {trainingNow.value ? (
          <>
            <button
              type="button"
              class={small ? "button quiet" : "button"}
              data-testid="train-pause"
              onClick={() => void (state.value === "paused" ? resume() : pause())}
            >
              <Live text={state.value === "paused" ? words.resume : words.pause} />
            </button>
            <button type="button" class={small ? "button quiet" : "button"} data-testid="train-stop" onClick={() => void stop()}>
              {words.stop}
            </button>
          </>
        ) : (
          <button
            type="button"
            class={small ? "button quiet" : "button"}
            data-testid="train-start"
            title={small ? words.title : undefined}
            aria-label={small ? words.title : undefined}
            onClick={() => void start()}
          >
            {small ? words.start : words.startLong}
          </button>
        )}
        {progress && !small ? <Bar progress={progress} /> : null}
      </div>
      {progress && !small ? <Figures progress={progress} /> : null}
    </div>
  );
}

function ShortBar({ progress }: { progress: TrainProgress }) {
  const { train, n } = t.value;
  return (
    <div class="train-state">
      <Progress progress={progress} hidden={!trainingNow.value} />
      <p title={train.accuracy}>
        <span class="unseen">{train.accuracy}: </span>
        <strong data-testid="train-accuracy" translate={false}>
          {n.percent(progress.accuracy)}
        </strong> {train.right}
      </p>
    </div>
  );
}

function Progress({ progress, hidden = false }: { progress: TrainProgress; hidden?: boolean }) {
  const { train, n } = t.value;
  const text = `${train.state[progress.state]} ${n.percent(progress.done)}`;
  return <ProgressBar label={train.progress} done={progress.done} text={text} testid="train-progress" hidden={hidden} />;
}

function Bar({ progress }: { progress: TrainProgress }) {
  const { train, n } = t.value;
  return (
    <div class="train-state">
      <Progress progress={progress} />
      <p>
        {train.accuracy}: <strong data-testid="train-accuracy" translate={false}>
          {n.percent(progress.accuracy)}
        </strong>
      </p>
    </div>
  );
}

function Figures({ progress }: { progress: TrainProgress }) {
  const { train } = t.value;
  return (
    <dl class="figures">
      <div>
        <dt>
          <Live text={train.state[progress.state]} />
        </dt>
        <dd>
          <Live text={train.speed(progress.samplesPerSecond)} />
        </dd>
      </div>
      <div>
        <dt>{train.test}</dt>
        <dd>
          <Live text={train.of(progress.exam.right, progress.exam.total)} />
        </dd>
      </div>
    </dl>
  );
}

