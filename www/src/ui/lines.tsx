/**
 * Lines over lessons or over a training, in the page's ink. The network's is blue and whole and lies below; the other one is
 * dashed, so that both are seen where they run together.
 */
import { useSignal } from "@preact/signals";
import { bisectCenter, range, ticks } from "d3-array";
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
  /** Where across each index stands; without them at its own number. A line then runs on where a value is missing. */
  places?: readonly number[];
  /** Equal steps up are equal factors; all numbers are above zero. */
  log?: boolean;
  /** The dots can be moved along, by pointer and arrow keys; `says` is what is read out at each place. */
  move?: { to: (index: number) => void; says: string };
}

/** The heights of two labels, pushed apart where they would touch, within `top` and `bottom`. */
export function apart(a: number, b: number, top: number, bottom: number): [number, number] {
  const push = Math.max(0, APART - Math.abs(a - b)) / 2;
  const [high, low] = [Math.min(a, b) - push, Math.max(a, b) + push];
  const shift = Math.max(0, top - high) - Math.max(0, low - bottom);
  return a <= b ? [high + shift, low + shift] : [low + shift, high + shift];
}

/** The index whose place is nearest; the places go up. */
export function nearest(places: readonly number[], place: number): number {
  return bisectCenter(places, place);
}

/** Where a key leads from `at`; null where it is no key of a chart. */
export function stepped(key: string, shift: boolean, at: number, last: number): number | null {
  const by = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageUp: 10, PageDown: -10, Home: -Infinity, End: Infinity }[key];
  return by === undefined ? null : Math.min(Math.max(0, last), Math.max(0, at + by * (shift ? 10 : 1)));
}

/** One, two and five times the powers of ten; where those are many, the powers alone. */
export function logTicks(from: number, to: number): number[] {
  const powers = range(Math.floor(Math.log10(from)), Math.ceil(Math.log10(to)) + 1);
  const all = powers.flatMap((power) => [1, 2, 5].map((each) => Number(`${each}e${power}`))).filter((each) => each >= from && each <= to);
  return all.length <= 6 ? all : powers.map((power) => Number(`1e${power}`)).filter((each) => each >= from && each <= to);
}

export function Lines({ label, testid, network, other, from, to, last, at, room = 0, said, feet, best, places, log = false, move }: Props) {
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
  const x = (index: number): number => LEFT + ((places?.[index] ?? index) / Math.max(1, last)) * (right - LEFT);
  const scale = log ? Math.log : Number;
  // What is beyond the chart runs along its edge.
  const y = (value: number): number => TOP + ((scale(to) - scale(Math.min(to, Math.max(from, value)))) / (scale(to) - scale(from))) * (foot - TOP);
  const path = line<readonly [number, number | null]>()
    .defined(([, value]) => value !== null)
    .x(([index]) => x(index))
    .y(([, value]) => y(value ?? 0))
    .curve(curveMonotoneX);
  const drawn = ({ values }: Line): string =>
    path(values.map((value, index) => [index, value] as const).filter(([, value]) => !places || value !== null)) ?? "";
  // A line that runs on where a value is missing has the last one before.
  const [ours = null, theirs = null] = [network, other].map(({ values }) => values[places ? values.findLastIndex((value, i) => i <= at && value !== null) : at]);
  const names = ours !== null && theirs !== null && room > 0 ? apart(y(ours), y(theirs), TOP, foot) : null;
  const slider = move && {
    role: "slider" as const,
    tabIndex: 0,
    "aria-label": label,
    "aria-valuemin": 0,
    "aria-valuemax": Math.max(0, network.values.length - 1),
    "aria-valuenow": Math.max(0, at),
    "aria-valuetext": move.says,
    onKeyDown: (event: KeyboardEvent) => {
      const to = stepped(event.key, event.shiftKey, at, network.values.length - 1);
      if (to === null) return;
      event.preventDefault();
      move.to(to);
    },
    onPointerMove: (event: PointerEvent) => pointed(event),
    onPointerDown: (event: PointerEvent) => pointed(event),
  };
  const pointed = ({ clientX }: PointerEvent): void => {
    const left = figure.current?.getBoundingClientRect().left ?? 0;
    const place = ((clientX - left - LEFT) / (right - LEFT)) * last;
    if (network.values.length > 0) move?.to(nearest(places ?? network.values.map((_, i) => i), place));
  };
  return (
    <div class="lines" ref={figure} {...slider}>
      <svg viewBox={`0 0 ${across} ${high}`} role="img" aria-label={label} aria-hidden={move ? true : undefined} data-testid={testid}>
        {(log ? logTicks(from, to) : ticks(from, to, 4)).map((value) => (
          <g key={value}>
            <path class="lines-rule" d={`M${LEFT} ${y(value)}H${right}`} />
            <text x={LEFT - 6} y={y(value)} dy="0.32em" text-anchor="end">
              {said(value)}
            </text>
          </g>
        ))}
        {best ? <path class="lines-rule" d={`M${LEFT} ${foot}L${right} ${TOP}`} /> : null}
        {at >= 0 && room === 0 ? <path class="lines-now" d={`M${x(at)} ${TOP}V${foot}`} /> : null}
        <path class="lines-net" d={drawn(network)} />
        <path class="lines-other" d={drawn(other)} />
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
