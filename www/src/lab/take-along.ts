/** Where the trained network goes: into Inside as it is, beside those that ship, or into a file. */
import { go } from "../router";
import { complain, engine, modelName, settle } from "../state/engine";
import { guest, GUEST, type Guest } from "../state/guest";
import { say } from "../state/status";
import type { EngineError, Result } from "../worker/protocol";
import type { Run } from "./run";
import { f } from "./store";
import { shareOf } from "./thin";
import { words } from "./words";

const GONE = new Set(["lab-closed", "lab-not-ready", "worker-failed"]);

/** A worker of the Lab that is gone is not the engine's. */
const own = (error: EngineError): EngineError => (error.code.startsWith("worker-") ? { ...error, code: "general" } : error);

/** The network as a file. */
export async function saved(run: Run): Promise<Result<{ name: string; bytes: Uint8Array }>> {
  const [all] = run.latest.peek()?.validation ?? [];
  const result = await run.lab.save(words.peek().saveName(f.peek().percent(all ? (shareOf(all) ?? 0) : 0)));
  return result.ok ? { ok: true, value: { name: "lab.trazo", bytes: result.value } } : { ok: false, error: own(result.error) };
}

/** It stands beside «digits» and «classic» from now on, and reads. It can be taken back. */
export async function keep(run: Run): Promise<void> {
  const result = await saved(run);
  if (!result.ok) return complain(result.error);
  if (settle(await engine.keepModel(result.value.bytes))) say(() => words.value.kept(modelName.peek()));
}

/** The network as it is now, and a digit to look at: in an engine of the Lab's own, beside the person's networks. */
export async function lookInside(run: Run, picture: { pixels: Uint8Array; label: number } | null): Promise<void> {
  const { lab } = run;
  const result = await lab.guest();
  if (!result.ok) return complain(own(result.error));
  const inside: Guest["inside"] = async (...asked) => {
    const told = await lab.inside(...asked);
    // Its worker is another one by now: Inside says that it is not here any more.
    if (!told.ok && GONE.has(told.error.code)) guest.value = null;
    return told;
  };
  guest.value = { name: words.peek().guestName(run.name.peek() ?? ""), inside, picture };
  go("inside", { model: GUEST });
}
