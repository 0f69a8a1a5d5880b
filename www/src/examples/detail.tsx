/** One example, large: its movement, what it was, what the network makes of it. */
import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { strokesOf } from "../drawing/fit";
import type { Stroke } from "../drawing/strokes";
import { engine, settle } from "../state/engine";
import { say } from "../state/status";
import { t } from "../i18n";
import { called } from "../i18n/labels";
import { Dialog } from "../ui/dialog";
import type { Example } from "../worker/protocol";
import { classes } from "./list";
import { Picture, pathOf } from "../drawing/picture";
import { lengthOf, upTo } from "../drawing/replay";

export function Detail({ example, onClose }: { example: Example; onClose: () => void }) {
  const words = t.value.examples;
  const { id, label, answer, taughtAt } = example;
  const strokes = useMemo(() => strokesOf(example), [example]);
  const relabel = async (digit: number): Promise<void> => {
    onClose();
    if (digit !== label && settle(await engine.relabelExample(id, digit))) say((all) => all.status.relabeled(digit));
  };
  const remove = async (): Promise<void> => {
    onClose();
    if (!settle(await engine.deleteExample(id))) return;
    say((all) => all.status.deleted);
    // The tile that was open is gone, and the focus with it.
    document.querySelector("h1")?.focus();
  };
  return (
    <Dialog title={words.one(label)} onClose={onClose} wide>
      <div class="detail">
        {strokes ? <Replay strokes={strokes} label={words.one(label)} /> : <Picture example={example} label={words.one(label)} />}
        <div class="detail-about">
          <p>
            <span class={answer === label ? "" : "net"}>{answer === label ? words.readRight : words.readAs(answer)}</span>
            <br />
            <span class="faint">{words.taught(taughtAt)}</span>
          </p>
          <p id="relabel">{words.itIs}</p>
          <div class="five" role="group" aria-labelledby="relabel">
            {classes.value.map((digit) => (
              <button
                key={digit}
                type="button"
                class="key"
                aria-pressed={digit === label}
                data-testid={`relabel-${digit}`}
                onClick={() => void relabel(digit)}
              >
                <bdi translate={false}>{called(digit)}</bdi>
              </button>
            ))}
          </div>
          <div class="row end">
            <button type="button" class="button" data-testid="delete-example" onClick={() => void remove()}>
              {words.delete}
            </button>
            <button type="button" class="button" data-testid="close-example" onClick={onClose}>
              {t.value.app.close}
            </button>
          </div>
        </div>
      </div>
    </Dialog>
  );
}

/** Pad units a second: a digit takes a second or two. */
const SPEED = 1400;

function Replay({ strokes, label }: { strokes: Stroke[]; label: string }) {
  const words = t.value.examples;
  const share = useSignal(1);
  const running = useSignal(false);
  // Where motion is not wanted the slider shows the same, at the person's own pace.
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const goes = running.value;

  useEffect(() => {
    if (!goes) return undefined;
    const duration = (Math.max(lengthOf(strokes), 300) / SPEED) * 1000;
    const begun = performance.now();
    let frame = 0;
    const tick = (now: number): void => {
      share.value = Math.min(1, Math.max(0, (now - begun) / duration));
      if (share.value < 1) frame = requestAnimationFrame(tick);
      else running.value = false;
    };
    frame = requestAnimationFrame(tick);
    return () => cancelAnimationFrame(frame);
  }, [goes, strokes]);

  const now = upTo(strokes, share.value);
  return (
    <div class="replay">
      <svg class="ink" viewBox="0 0 1000 1000" role="img" aria-label={label}>
        <path class="ghost" d={pathOf(strokes)} />
        <path d={pathOf(now.strokes)} />
        {share.value < 1 ? <circle class="tip" cx={now.x} cy={now.y} r="22" /> : null}
      </svg>
      <div class="row">
        {still ? null : (
          <button type="button" class="button" data-testid="replay" onClick={() => (running.value = true)}>
            {words.replay}
          </button>
        )}
        <input
          type="range"
          min="0"
          max="1"
          step="0.01"
          aria-label={words.pen}
          value={share.value}
          onInput={(event) => {
            running.value = false;
            share.value = event.currentTarget.valueAsNumber;
          }}
        />
      </div>
    </div>
  );
}
