/** Forgetting, seen: the original network taught the original way and Trazo's way, side by side. */
import { effect } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { place } from "../router";
import { complain, engine, experiment, isGoing, phase } from "../state/engine";
import { say } from "../state/status";
import { t } from "../i18n";
import { Failed } from "../ui/failed";
import { Live } from "../ui/live";
import { Progress } from "../ui/progress";
import type { Experiment, Result } from "../worker/protocol";
import { Curves, Numbers, outcome } from "./curves";
import "./experiment.css";

function settle(result: Result<Experiment>): void {
  if (result.ok) experiment.value = result.value;
  else complain(result.error);
}

/** Drawn at a pace for the eye, but where no motion is wanted. */
async function start(): Promise<void> {
  // Other digits each time, but where the address says which.
  const asked = Number(place.peek().query.get("seed") ?? Number.NaN);
  const seed = Number.isSafeInteger(asked) ? asked : crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
  const slowly = !matchMedia("(prefers-reduced-motion: reduce)").matches;
  settle(await engine.experimentStart({ seed, slowly }));
}

async function act(): Promise<void> {
  if (phase.value !== "ready") return undefined;
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
      <p class="intro">
        {words.lead} <span class="faint">{words.safe}</span>
      </p>
      {phase.value === "failed" ? <Failed /> : <Controls now={now} />}
      {now ? (
        <>
          <p class="experiment-says" data-testid="experiment-says">
            <Live text={outcome(t.value, now.marks) || words.choosing} />
          </p>
          <Curves experiment={now} />
          <p class="faint">
            <Live text={now.lessons > 0 ? (now.own ? words.own(now.lessons) : words.synthetic) : ""} />
          </p>
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
        aria-disabled={phase.value !== "ready"}
        onClick={() => void act()}
      >
        <Live text={label} />
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
            <p>
              <Live text={words.given(given, now.lessons)} />
            </p>
          </div>
        </>
      ) : null}
    </div>
  );
}
