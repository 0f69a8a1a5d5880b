/** To another moment of the network's history: one of them, the next one, or the latest. */
import { complain, engine, settle } from "../state/engine";
import { say } from "../state/status";
import type { HistoryPoint } from "../worker/protocol";

export async function travel(serial: number): Promise<void> {
  if (settle(await engine.travel(serial))) say((words) => words.history.gone);
}

let steps = Promise.resolve();

/** In the order of the clicks: the second of two quick ones goes on from where the first leads to. */
function goTo(which: (points: readonly HistoryPoint[], now: number) => HistoryPoint | undefined): void {
  steps = steps.then(async () => {
    const line = await engine.history();
    if (!line.ok) return complain(line.error);
    const { points, now } = line.value;
    const to = which(points, points.findIndex(({ serial }) => serial === now));
    return to ? travel(to.serial) : undefined;
  });
}

export function step(by: number): void {
  goTo((points, at) => points[at + by]);
}

export function toLatest(): void {
  goTo((points) => points.at(-1));
}
