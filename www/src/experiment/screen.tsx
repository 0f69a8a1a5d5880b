/** Forgetting, seen: the original network taught the original way and Trazo's way, side by side. */
import { effect } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { Failed } from "../draw/words";
import { complain, engine, experiment, isGoing, phase } from "../engine/state";
import { say } from "../engine/status";
import { t } from "../i18n";
import { Progress } from "../ui/progress";
import type { Experiment, Result } from "../worker/protocol";
import { Curves, Numbers, outcome } from "./curves";

/** Other digits each time. */
let runs = 0;

function settle(result: Result<Experiment>): void {
  if (result.ok) experiment.value = result.value;
  else complain(result.error);
}

/** Drawn at a pace for the eye, but where no motion is wanted. */
async function start(): Promise<void> {
  runs += 1;
  const slowly = !matchMedia("(prefers-reduced-motion: reduce)").matches;
  settle(await engine.experimentStart({ seed: runs, slowly }));
}

async function act(): Promise<void> {
  const now = experiment.value;
  if (!isGoing(now)) return start();
  settle(await (now?.state === "paused" ? engine.experimentResume() : engine.experimentPause()));
}

// On whatever screen one is by then.
effect(() => {
  const now = experiment.value;
  if (now && !isGoing(now)) say(({ experiment: words }) => words.state[now.state as "finished"]);
});

export function ExperimentScreen() {
  const { experiment: words } = t.value;
  const now = experiment.value;
  return (
    <div class="experiment">
      <h1 tabIndex={-1}>{words.title}</h1>
      <p class="history-more">
        {words.lead} <span class="faint">{words.safe}</span>
      </p>
      {phase.value === "failed" ? <Failed /> : <Controls now={now} />}
      {now ? (
        <>
          <p class="experiment-says" data-testid="experiment-says">
            {outcome(t.value, now.marks) || words.choosing}
          </p>
          <Curves experiment={now} />
          <p class="faint">{now.lessons > 0 ? (now.own ? words.own(now.lessons) : words.synthetic) : ""}</p>
          <details class="experiment-numbers">
            <summary>{words.numbers}</summary>
            <Numbers marks={now.marks} />
          </details>
        </>
      ) : null}
    </div>
  );
}

/** One button goes through start, pause and go on, so that the focus stays where it is. */
function Controls({ now }: { now: Experiment | null }) {
  const { experiment: words, train } = t.value;
  const [main, stop] = [useRef<HTMLButtonElement>(null), useRef<HTMLButtonElement>(null)];
  const going = isGoing(now);
  // Asked before it is hidden: what is hidden has lost the focus already.
  const onStop = stop.current !== null && document.activeElement === stop.current;
  useLayoutEffect(() => {
    if (!going && onStop) main.current?.focus();
  }, [going]);
  const given = Math.max(0, (now?.marks.length ?? 0) - 1);
  const label = going ? (now?.state === "paused" ? train.resume : train.pause) : now ? words.again : words.start;
  return (
    <div class="row">
      <button
        type="button"
        class={now ? "button" : "button primary"}
        ref={main}
        data-testid={going ? "experiment-pause" : "experiment-start"}
        disabled={phase.value !== "ready"}
        onClick={() => void act()}
      >
        {label}
      </button>
      {now ? (
        <>
          <button
            type="button"
            class="button quiet"
            ref={stop}
            data-testid="experiment-stop"
            hidden={!going}
            onClick={async () => settle(await engine.experimentStop())}
          >
            {train.stop}
          </button>
          <div class="experiment-progress">
            <Progress
              label={words.title}
              done={given / Math.max(1, now.lessons)}
              text={words.given(given, now.lessons)}
              testid="experiment-progress"
            />
            <p>{words.given(given, now.lessons)}</p>
          </div>
        </>
      ) : null}
    </div>
  );
}
