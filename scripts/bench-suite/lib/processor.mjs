// How long a contender was on a processor, for machines that have other things to do (Linux).
import { readdirSync, readFileSync } from "node:fs";

/** Seconds that a thread has run; `path` is its folder under /proc. */
export const threadSeconds = (path) => Number(readFileSync(`${path}/schedstat`, "utf8").split(" ")[0]) / 1e9;

/** Seconds that all threads of a process have run. */
export const processSeconds = (pid) => threads(pid).reduce((sum, path) => sum + threadSeconds(path), 0);

function threads(pid) {
  try {
    return readdirSync(`/proc/${pid}/task`).map((thread) => `/proc/${pid}/task/${thread}`);
  } catch {
    return [];
  }
}

const status = (path) => {
  try { return readFileSync(`${path}/stat`, "utf8"); } catch { return ""; }
};

/** The threads of workers in browsers that this program has started. */
export function workerThreads() {
  let pids;
  try { pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name)); } catch { return []; }
  const parents = new Map(pids.map((pid) => [pid, status(`/proc/${pid}`).split(") ").at(-1).split(" ")[1]]));
  const isOurs = (pid) => {
    for (let at = pid; at && at !== "0"; at = parents.get(at)) if (at === String(process.pid)) return true;
    return false;
  };
  return pids.filter(isOurs).flatMap(threads).filter((path) => status(path).includes("(DedicatedWorker"));
}
