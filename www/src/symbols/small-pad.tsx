/** A pad for one small drawing after the other: strokes in, nothing read. By pen, finger, mouse or keyboard. */
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { pathOf } from "../drawing/picture";
import { PAD, Recorder, type Stroke } from "../drawing/strokes";

const STEP = 20;
const STRIDE = 100;
const ARROWS: Record<string, readonly [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

export function SmallPad({ strokes, label, help, onChange }: {
  strokes: readonly Stroke[];
  label: string;
  help: string;
  onChange: (strokes: readonly Stroke[]) => void;
}) {
  const sheet = useRef<SVGSVGElement>(null);
  const pen = useRef<{ id: number | "keys"; recorder: Recorder; before: readonly Stroke[] } | null>(null);
  const cursor = useSignal<{ x: number; y: number; shown: boolean; down: boolean }>({ x: PAD / 2, y: PAD / 2, shown: false, down: false });

  const tell = (): void => {
    const now = pen.current;
    if (now) onChange([...now.before, ...now.recorder.gesture.strokes.map((stroke) => stroke.slice())]);
  };
  const at = (event: PointerEvent): [number, number] => {
    const box = sheet.current?.getBoundingClientRect() ?? new DOMRect(0, 0, 1, 1);
    return [((event.clientX - box.left) / box.width) * PAD, ((event.clientY - box.top) / box.height) * PAD];
  };
  const begin = (id: number | "keys", x: number, y: number): void => {
    pen.current = { id, recorder: new Recorder(x, y), before: strokes };
    tell();
  };
  const end = (): void => {
    if (!pen.current) return;
    pen.current.recorder.end();
    tell();
    pen.current = null;
    cursor.value = { ...cursor.value, down: false };
  };

  const onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const arrow = ARROWS[event.key];
    const { x, y, down } = cursor.value;
    if (arrow) {
      const by = event.shiftKey ? STRIDE : STEP;
      const within = (value: number): number => Math.min(PAD, Math.max(0, value));
      const next = { x: within(x + arrow[0] * by), y: within(y + arrow[1] * by), shown: true, down };
      cursor.value = next;
      if (pen.current?.id === "keys" && pen.current.recorder.move(next.x, next.y)) tell();
    } else if (event.key === " " && !event.repeat) {
      if (pen.current?.id === "keys") end();
      else if (!pen.current) {
        begin("keys", x, y);
        cursor.value = { x, y, shown: true, down: true };
      }
    } else return;
    event.preventDefault();
  };

  return (
    <div class="small-pad">
      {/* What is drawn on must be reachable without a mouse. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <svg
        ref={sheet}
        class="ink"
        viewBox="0 0 1000 1000"
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        // The arrows draw here, so a screen reader must hand them over: that is what an application is.
        role="application"
        aria-label={label}
        aria-describedby="small-pad-help"
        data-testid="symbol-pad"
        onPointerDown={(event) => {
          if (event.button !== 0 || pen.current) return;
          cursor.value = { ...cursor.value, shown: false };
          try {
            event.currentTarget.setPointerCapture(event.pointerId);
          } catch {
            // A pointer that is already gone (or made by a script) cannot be captured; its events come all the same.
          }
          begin(event.pointerId, ...at(event));
        }}
        onPointerMove={(event) => {
          if (pen.current?.id !== event.pointerId) return;
          const places = event.getCoalescedEvents?.() ?? [];
          let more = false;
          for (const place of places.length > 0 ? places : [event]) more = pen.current.recorder.move(...at(place)) || more;
          if (more) tell();
        }}
        onPointerUp={(event) => (pen.current?.id === event.pointerId ? end() : undefined)}
        onPointerCancel={(event) => (pen.current?.id === event.pointerId ? end() : undefined)}
        onKeyDown={onKey}
        onBlur={() => {
          if (pen.current?.id === "keys") end();
          cursor.value = { ...cursor.value, shown: false };
        }}
      >
        <path d={pathOf(strokes)} />
        {cursor.value.shown ? <circle class={cursor.value.down ? "tip down" : "tip"} cx={cursor.value.x} cy={cursor.value.y} r="50" /> : null}
      </svg>
      <p id="small-pad-help" class="unseen">
        {help}
      </p>
    </div>
  );
}
