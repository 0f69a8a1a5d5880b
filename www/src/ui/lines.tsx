/**
 * Lines over lessons, in the page's ink. The network's is blue and whole and lies below; the other one is dashed, so that
 * both are seen where they run together.
 */
import { useSignal } from "@preact/signals";
import { ticks } from "d3-array";
import { curveMonotoneX, line } from "d3-shape";
import { useEffect, useRef } from "preact/hooks";
import "./lines.css";

/** Before it is known how wide the place is. */
const USUAL = 640;
const LEFT = 44;
const RIGHT = 10;
const TOP = 14;
const BOTTOM = 26;
/** Two lines of words need so much. */
const APART = 17;

export interface Line {
  /** Null where there is nothing to show. */
  values: readonly (number | null)[];
  /** Written beside its dot. */
  name?: string;
}

interface Props {
  /** What a screen reader says of it. */
  label: string;
  testid: string;
  network: Line;
  other: Line;
  from: number;
  to: number;
  /** The index of the last place across. */
  last: number;
  /** Which index has the dots; below 0 none. */
  at: number;
  /** Room for names at the right, in pixels. */
  room?: number;
  said: (value: number) => string;
  feet: readonly [string, string];
  /** A line from corner to corner, for what could be had at best. */
  best?: boolean;
}

/** The heights of two labels, pushed apart where they would touch, within `top` and `bottom`. */
export function apart(a: number, b: number, top: number, bottom: number): [number, number] {
  const push = Math.max(0, APART - Math.abs(a - b)) / 2;
  const [high, low] = [Math.min(a, b) - push, Math.max(a, b) + push];
  const shift = Math.max(0, top - high) - Math.max(0, low - bottom);
  return a <= b ? [high + shift, low + shift] : [low + shift, high + shift];
}

export function Lines({ label, testid, network, other, from, to, last, at, room = 0, said, feet, best }: Props) {
  const figure = useRef<HTMLDivElement>(null);
  const width = useSignal(USUAL);
  // One unit is one pixel of the page at any width, so that the words stay as large as all others.
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => (width.value = Math.max(240, Math.round(entry?.contentRect.width ?? USUAL))));
    if (figure.current) observer.observe(figure.current);
    return () => observer.disconnect();
  }, []);
  const across = width.value;
  const high = Math.round(Math.min(340, Math.max(200, across * 0.47)));
  const [right, foot] = [across - RIGHT - room, high - BOTTOM];
  const x = (index: number): number => LEFT + (index / Math.max(1, last)) * (right - LEFT);
  const y = (value: number): number => TOP + ((to - value) / (to - from)) * (foot - TOP);
  const path = line<number | null>()
    .defined((value) => value !== null)
    .x((_, index) => x(index))
    .y((value) => y(value ?? 0))
    .curve(curveMonotoneX);
  const [ours = null, theirs = null] = [network, other].map(({ values }) => values[at]);
  const names = ours !== null && theirs !== null && room > 0 ? apart(y(ours), y(theirs), TOP, foot) : null;
  return (
    <div class="lines" ref={figure}>
      <svg viewBox={`0 0 ${across} ${high}`} role="img" aria-label={label} data-testid={testid}>
        {ticks(from, to, 4).map((value) => (
          <g key={value}>
            <path class="lines-rule" d={`M${LEFT} ${y(value)}H${right}`} />
            <text x={LEFT - 6} y={y(value)} dy="0.32em" text-anchor="end">
              {said(value)}
            </text>
          </g>
        ))}
        {best ? <path class="lines-rule" d={`M${LEFT} ${foot}L${right} ${TOP}`} /> : null}
        {at >= 0 && room === 0 ? <path class="lines-now" d={`M${x(at)} ${TOP}V${foot}`} /> : null}
        <path class="lines-net" d={path(network.values) ?? ""} />
        <path class="lines-other" d={path(other.values) ?? ""} />
        {ours === null ? null : <circle class="lines-net" cx={x(at)} cy={y(ours)} r="6" />}
        {theirs === null ? null : <circle class="lines-other" cx={x(at)} cy={y(theirs)} r="4" />}
        {names
          ? [network, other].map(({ name }, i) => (
              <text key={i} class={i ? "lines-other" : "lines-net"} x={x(at) + 12} y={names[i]} dy="0.32em">
                {name}
              </text>
            ))
          : null}
        <text x={LEFT} y={high - 6}>
          {feet[0]}
        </text>
        <text x={right} y={high - 6} text-anchor="end">
          {feet[1]}
        </text>
      </svg>
    </div>
  );
}
