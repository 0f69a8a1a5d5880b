/** Where the network has been: its test and the person's own drawings over time, and the way to each moment. */
import { effect, signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { href } from "../router";
import { complain, engine, phase, revision, training } from "../state/engine";
import { t, type Dictionary } from "../i18n";
import type { History, HistoryPoint } from "../worker/protocol";
import { ExperimentLink } from "../experiment/link";
import { Chart } from "./chart";
import { step, travel } from "./travel";
import "../ui/list-table.css";
import "./history.css";

const history = signal<History | null>(null);

function follow(): () => void {
  let gone = false;
  const look = async (): Promise<void> => {
    const result = await engine.history();
    if (gone) return;
    if (result.ok) history.value = result.value;
    else complain(result.error);
  };
  const stop = effect(() => {
    void revision.value;
    if (phase.value !== "ready") return;
    // Training is one point, and there only when it is over.
    if (training.value?.state === "running" && history.peek()) return;
    void look();
  });
  return () => {
    gone = true;
    stop();
  };
}

export function HistoryScreen() {
  useEffect(follow, []);
  const { history: words } = t.value;
  const line = history.value;
  const points = line?.points ?? [];
  return (
    <div class="history">
      <h1 tabIndex={-1}>{words.title}</h1>
      {line && points.length === 0 ? (
        <div class="history-none">
          <p>{words.none}</p>
          <p>
            <a class="button" href={href("draw")}>
              {t.value.examples.noneButton}
            </a>
          </p>
          <ExperimentLink />
        </div>
      ) : null}
      {line && points.length > 0 ? (
        <>
          <p class="intro">
            {words.more} <span class="faint">{words.cut}</span>
          </p>
          <ExperimentLink />
          <div class="history-body">
            <Chart points={points} now={line.now} />
            <Table points={points} now={line.now} />
          </div>
        </>
      ) : null}
    </div>
  );
}

function eventIn({ history: words }: Dictionary, point: HistoryPoint): string {
  switch (point.event) {
    case "lesson":
      return words.lesson(point.label ?? 0);
    case "hand":
      return words.hand(point.remembered);
    default:
      return words.event[point.event];
  }
}

function Table({ points, now }: History) {
  const { history: words, n } = t.value;
  const at = points.findIndex((point) => point.serial === now);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const row = box.current?.querySelector<HTMLElement>("[aria-current]");
    // Within the list only: the page itself stays where it is.
    if (row && box.current) box.current.scrollTop = row.offsetTop - box.current.clientHeight / 2;
  }, [now]);
  const stepButton = (by: number, label: string, id: string) => (
    // Not `disabled`: the focus stays on the button when it has led to the end.
    <button
      type="button"
      class="button"
      data-testid={id}
      aria-disabled={!points[at + by]}
      onClick={() => (points[at + by] ? step(by) : undefined)}
    >
      {label}
    </button>
  );
  const share = ({ right, total }: { right: number; total: number }) =>
    total === 0 ? "–" : <abbr title={t.value.train.of(right, total)}>{`${n.whole(right)}/${n.whole(total)}`}</abbr>;
  return (
    <div>
      <div class="row history-steps">
        {stepButton(-1, words.back, "history-back")}
        {stepButton(1, words.forward, "history-forward")}
      </div>
      {/* A list that scrolls must be reachable without a mouse. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div class="list-table" ref={box} tabIndex={0} role="group" aria-label={words.title}>
        <table>
          <thead>
            <tr>
              <th scope="col">{words.what}</th>
              <th scope="col">{words.own}</th>
              <th scope="col">{words.exam}</th>
              <th scope="col">
                <span class="unseen">{words.go}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {points.toReversed().map((point) => (
              <tr key={point.serial} aria-current={point.serial === now ? "step" : undefined} data-testid="history-point">
                <th scope="row">
                  {eventIn(t.value, point)}
                  {point.at > 0 && point.event !== "start" ? <small>{n.date(point.at)}</small> : null}
                </th>
                <td>{share(point.own)}</td>
                <td>{share(point.exam)}</td>
                <td>
                  {point.serial === now ? (
                    <strong>{words.now}</strong>
                  ) : (
                    <button
                      type="button"
                      class="link"
                      aria-label={words.goTo(eventIn(t.value, point))}
                      onClick={() => void travel(point.serial)}
                    >
                      {words.go}
                    </button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
