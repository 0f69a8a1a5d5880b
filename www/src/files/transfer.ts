/** Files out. Nothing leaves the machine: a download is a file made here. */
import { complain } from "../state/engine";
import { say } from "../state/status";
import type { FileOut, Result } from "../worker/protocol";
import { handOver } from "./handover";

/** Hands the bytes to the browser, which may ask where to put them or not put them anywhere: it does not tell. */
export async function download(result: Promise<Result<FileOut>>): Promise<void> {
  const answer = await result;
  if (!answer.ok) {
    complain(answer.error);
    return;
  }
  const { name, bytes } = answer.value;
  const to = await handOver(name, bytes);
  say(({ status }) => (to === "browser" ? status.downloaded(name) : to === "app" ? status.shared(name) : status.notShared));
}
