/** Two lines over the lessons: the test that nobody practises for, and the person's own drawings. */
import { useSignal } from "@preact/signals";
import { ticks } from "d3-array";
import { curveMonotoneX, line } from "d3-shape";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../i18n";
import type { Exam, HistoryPoint } from "../worker/protocol";

/** Before it is known how wide the place is. */
const USUAL = 640;
const LEFT = 44;
const RIGHT = 10;
const TOP = 14;
const BOTTOM = 26;

export function shareOf({ right, total }: Exam): number | null {
  return total === 0 ? null : right / total;
}

/** From what share upwards the chart shows: some room below the lowest, in steps of five per cent, never above 90 %. */
export function floorOf(shares: readonly number[]): number {
  const lowest = Math.min(...shares, 1);
  return Math.max(0, Math.min(0.9, Math.floor(lowest * 20 - 0.5) / 20));
}

export function Chart({ points, now }: { points: readonly HistoryPoint[]; now: number }) {
  const figure = useRef<HTMLElement>(null);
  const width = useSignal(USUAL);
  // One unit is one pixel of the page at any width, so that the words stay as large as all others.
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => (width.value = Math.max(240, Math.round(entry?.contentRect.width ?? USUAL))));
    if (figure.current) observer.observe(figure.current);
    return () => observer.disconnect();
  }, []);
  const across = width.value;
  const high = Math.round(Math.min(340, Math.max(200, across * 0.47)));
  const { history: words, n } = t.value;
  const exam = points.map((point) => shareOf(point.exam));
  const own = points.map((point) => shareOf(point.own));
  const floor = floorOf([...exam, ...own].filter((share) => share !== null));
  const x = (index: number): number => LEFT + (index / Math.max(1, points.length - 1)) * (across - LEFT - RIGHT);
  const y = (share: number): number => TOP + ((1 - share) / (1 - floor)) * (high - TOP - BOTTOM);
  const path = line<number | null>()
    .defined((share) => share !== null)
    .x((_, index) => x(index))
    .y((share) => y(share ?? 0))
    .curve(curveMonotoneX);
  const at = points.findIndex((point) => point.serial === now);
  const said = (shares: readonly (number | null)[]): string => {
    const share = shares[at] ?? null;
    return share === null ? "–" : n.percent(share);
  };
  return (
    <figure class="chart" ref={figure}>
      <svg
        viewBox={`0 0 ${across} ${high}`}
        role="img"
        aria-label={words.chart(points.length, said(own), said(exam))}
        data-testid="history-chart"
      >
        {ticks(floor, 1, 4).map((share) => (
          <g key={share}>
            <path class="chart-rule" d={`M${LEFT} ${y(share)}H${across - RIGHT}`} />
            <text x={LEFT - 6} y={y(share)} dy="0.32em" text-anchor="end">
              {n.percent(share)}
            </text>
          </g>
        ))}
        {at >= 0 ? <path class="chart-now" d={`M${x(at)} ${TOP}V${high - BOTTOM}`} /> : null}
        <path class="chart-exam" d={path(exam) ?? ""} />
        <path class="chart-own" d={path(own) ?? ""} />
        {at >= 0 ? (
          <>
            <Dot kind="chart-exam" cx={x(at)} share={exam[at] ?? null} y={y} />
            <Dot kind="chart-own" cx={x(at)} share={own[at] ?? null} y={y} />
          </>
        ) : null}
        <text x={LEFT} y={high - 6}>
          {words.first}
        </text>
        <text x={across - RIGHT} y={high - 6} text-anchor="end">
          {words.last(points.length)}
        </text>
      </svg>
      <figcaption>
        <span class="key-own">{words.own}</span> <span class="key-exam">{words.exam}</span>
      </figcaption>
    </figure>
  );
}

function Dot({ kind, cx, share, y }: { kind: string; cx: number; share: number | null; y: (share: number) => number }) {
  return share === null ? null : <circle class={kind} cx={cx} cy={y(share)} r="4.5" />;
}
