/** Two lines over the lessons: the test that nobody practices for, and the person's own drawings. */
import { t } from "../i18n";
import { Lines } from "../ui/lines";
import type { Exam, HistoryPoint } from "../worker/protocol";

export function shareOf({ right, total }: Exam): number | null {
  return total === 0 ? null : right / total;
}

/** From what share upwards the chart shows: some room below the lowest, in steps of five per cent, never above 90 %. */
export function floorOf(shares: readonly number[]): number {
  const lowest = Math.min(...shares, 1);
  return Math.max(0, Math.min(0.9, Math.floor(lowest * 20 - 0.5) / 20));
}

export function Chart({ points, now }: { points: readonly HistoryPoint[]; now: number }) {
  const { history: words, n } = t.value;
  const exam = points.map((point) => shareOf(point.exam));
  const own = points.map((point) => shareOf(point.own));
  const at = points.findIndex((point) => point.serial === now);
  const said = (share: number | null = null): string => (share === null ? "–" : n.percent(share));
  return (
    <figure>
      <Lines
        label={words.chart(points.length, said(own[at]), said(exam[at]))}
        testid="history-chart"
        network={{ values: exam }}
        other={{ values: own }}
        from={floorOf([...exam, ...own].filter((share) => share !== null))}
        to={1}
        last={points.length - 1}
        at={at}
        said={n.percent}
        feet={[words.first, words.last(points.length)]}
      />
      <figcaption class="lines-key">
        <span class="lines-other">{words.own}</span> <span class="lines-net">{words.exam}</span>
      </figcaption>
    </figure>
  );
}
