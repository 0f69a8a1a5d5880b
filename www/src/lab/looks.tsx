/** How it does: the large number, the health line, and below them the curves. */
import { t } from "../i18n";
import { Live } from "../ui/live";
import { Progress } from "../ui/progress";
import { Charts } from "./charts";
import { Compare } from "./compare";
import { findings, type Finding } from "./health";
import type { Run } from "./run";
import { f } from "./store";
import { shareOf } from "./thin";
import { words } from "./words";
import "./looks.css";

export function Looks({ run }: { run: Run }) {
  const { looks: title, accuracy, empty, loading } = words.value;
  const latest = run.latest.value;
  const [all] = latest?.validation ?? [];
  const share = all ? shareOf(all) : null;
  const ready = run.shapes.value !== null || run.failure.value !== null;
  return (
    <section class="lab-looks" aria-labelledby="lab-looks">
      <h2 id="lab-looks" class="unseen">
        {title}
      </h2>
      <div class="lab-numbers">
        <p class="lab-large">
          <strong data-testid="lab-accuracy" data-empty={share === null} data-value={share ?? ""} translate={false}>
            {share === null ? "–" : f.value.percent(share)}
          </strong>
          <span>{share === null ? (ready ? empty : loading) : accuracy}</span>
        </p>
        <Figures run={run} />
      </div>
      <Bar run={run} />
      <Compare />
      <Health run={run} />
      <Charts run={run} />
    </section>
  );
}

function Figures({ run }: { run: Run }) {
  const { loss, seen, seconds, speed, time, perSecond, parts } = words.value;
  const now = run.progress.value;
  const [all, ...apart] = run.latest.value?.validation ?? [];
  const figures = [
    [loss, all ? f.value.loss(all.loss) : "–", "lab-loss", all?.loss],
    [seen, t.value.n.whole(now?.seen ?? 0), "lab-seen", now?.seen ?? 0],
    [seconds, time(now?.seconds ?? 0), "lab-seconds", now?.seconds ?? 0],
    [speed, now && now.digitsPerSecond > 0 ? perSecond(now.digitsPerSecond) : "–", "lab-speed", now?.digitsPerSecond],
    ...apart.map((part, i) => [parts[i] ?? "", f.value.percent(shareOf(part) ?? 0), `lab-part-${i + 1}`, shareOf(part)] as const),
  ] as const;
  return (
    <dl class="lab-figures">
      {figures.map(([name, text, id, value]) => (
        <div key={id}>
          <dt>{name}</dt>
          <dd data-testid={id} data-value={value ?? ""} translate={false}>
            {text}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Bar({ run }: { run: Run }) {
  const { progress, epoch, of } = words.value;
  const [now, made] = [run.progress.value, run.made.value];
  const done = now && made && made.ready.steps > 0 ? now.step / made.ready.steps : 0;
  const text = made ? `${epoch} ${of(Math.min(made.setup.epochs, Math.floor((now?.epoch ?? 0) + (now?.state === "over" ? 0 : 1))), made.setup.epochs)}` : "";
  return (
    <div class="lab-bar">
      <Progress label={progress} done={done} text={text} testid="lab-progress" />
      <p class="faint" translate={false}>
        <Live text={text} />
      </p>
    </div>
  );
}

function Health({ run }: { run: Run }) {
  const { health } = words.value;
  const found = findings(run.progress.value, run.made.value?.setup.optimizer.learningRate ?? 0);
  return (
    <div class="lab-health" data-testid="lab-health" data-what={found.map(({ what }) => what).join(" ")}>
      <h3>{health.title}</h3>
      {found.length === 0 ? <p class="faint">–</p> : found.map((each) => <p key={each.what}>{sentenceOf(each)}</p>)}
      <Best run={run} now={found.some(({ what }) => what === "rising")} />
    </div>
  );
}

/** The way back to its best look: while it rests, and where it gets worse. */
function Best({ run, now }: { run: Run; now: boolean }) {
  const { health } = words.value;
  const step = run.progress.value?.best ?? null;
  const [all] = run.looks.value.find((look) => look.step === step)?.validation ?? [];
  if (step === null || !all || (run.state.value === "running" && !now)) return null;
  return (
    <p class="lab-best">
      <span>{health.best(step, f.value.percent(shareOf(all) ?? 0))}</span>
      <button type="button" class="button" title={health.backMore} data-testid="lab-back" onClick={() => void run.goBack()}>
        {health.back}
      </button>
    </p>
  );
}

function sentenceOf(found: Finding): string {
  const { health, row } = words.value;
  switch (found.what) {
    case "chance":
      return health.chance(found.steps);
    case "dead":
      return health.dead(row(found.row + 1), found.share);
    case "vanishing":
      return health.vanishing(found.ratio);
    case "large":
    case "small":
      return health[found.what](row(found.row + 1), found.ratio);
    case "rising":
      return health.rising(found.looks, found.best);
    default:
      return health[found.what];
  }
}
