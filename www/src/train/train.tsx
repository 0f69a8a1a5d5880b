/** «Train on all my examples»: start, pause, stop, and how it goes. */
import { computed } from "@preact/signals";
import { complain, engine, training } from "../engine/state";
import { say } from "../engine/status";
import { t } from "../i18n";
import { Progress as ProgressBar } from "../ui/progress";
import type { Result, TrainProgress } from "../worker/protocol";

const SECONDS = 10;

const state = computed(() => training.value?.state ?? null);
export const trainingNow = computed(() => state.value === "running" || state.value === "paused");

function settle(result: Result<TrainProgress>): void {
  if (result.ok) training.value = result.value;
  else complain(result.error);
}

const start = async (): Promise<void> => settle(await engine.trainStart({ seconds: SECONDS }));
const pause = async (): Promise<void> => {
  settle(await engine.trainPause());
  say((words) => words.status.trainingPaused);
};
const resume = async (): Promise<void> => settle(await engine.trainResume());
const stop = async (): Promise<void> => {
  settle(await engine.trainStop());
  say((words) => words.status.trainingStopped);
};

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
              {state.value === "paused" ? words.resume : words.pause}
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
        <strong data-testid="train-accuracy">{n.percent(progress.accuracy)}</strong> {train.right}
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
        {train.accuracy}: <strong data-testid="train-accuracy">{n.percent(progress.accuracy)}</strong>
      </p>
    </div>
  );
}

function Figures({ progress }: { progress: TrainProgress }) {
  const { train } = t.value;
  return (
    <dl class="figures">
      <div>
        <dt>{train.state[progress.state]}</dt>
        <dd>{train.speed(progress.samplesPerSecond)}</dd>
      </div>
      <div>
        <dt>{train.test}</dt>
        <dd>{train.of(progress.exam.right, progress.exam.total)}</dd>
      </div>
    </dl>
  );
}

