/** What was read surely and not corrected, fetched while the screen is open. */
import { effect, signal } from "@preact/signals";
import { complain, engine, phase, revision, training } from "../state/engine";
import type { HandDrawing } from "../worker/protocol";

/** More than the engine remembers. */
const ALL = 1000;

/** Latest first. */
export const hand = signal<readonly HandDrawing[]>([]);

export function followHand(): () => void {
  let round = 0;
  const look = async (): Promise<void> => {
    round += 1;
    const mine = round;
    const result = await engine.hand(0, ALL);
    if (mine !== round) return;
    if (result.ok) hand.value = result.value.drawings;
    else complain(result.error);
  };
  const stop = effect(() => {
    void revision.value;
    // Training changes none of it.
    if (phase.value === "ready" && training.value?.state !== "running") void look();
  });
  return () => {
    round += 1;
    stop();
  };
}
