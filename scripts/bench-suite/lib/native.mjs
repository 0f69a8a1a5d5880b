// Native peers: one Python process each, one thread (pinned to one processor where nothing else runs), asked through lines of JSON.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { join } from "node:path";
import { within } from "./patience.mjs";
import { processSeconds } from "./processor.mjs";

/** Environment that keeps numerical libraries to one thread: theirs wait for each other busily. */
export const ONE_THREAD = { OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1", MKL_NUM_THREADS: "1", VECLIB_MAXIMUM_THREADS: "1",
  XLA_FLAGS: "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1", JAX_PLATFORMS: "cpu", NPROC: "1" };

export async function nativeContender(python, suite, dataFolder, name, { pinned }) {
  const child = spawn(python, [join(suite, "native", "contender.py"), name, dataFolder], {
    env: { ...process.env, ...ONE_THREAD }, stdio: ["pipe", "pipe", "pipe"],
  });
  const said = [];
  createInterface({ input: child.stderr }).on("line", (line) => { said.push(line); said.splice(0, said.length - 20); });
  const waiting = [];
  createInterface({ input: child.stdout }).on("line", (line) => waiting.shift()?.(JSON.parse(line)));
  child.on("exit", (code) => waiting.splice(0).forEach((answer) => answer({ error: `ended (${code}): ${said.join("\n")}` })));
  const ask = (message, minutes) => within(new Promise((answer) => {
    if (child.exitCode !== null) return answer({ error: `ended (${child.exitCode}): ${said.join("\n")}` });
    waiting.push(answer);
    child.stdin.write(`${JSON.stringify(message)}\n`);
  }), minutes);
  const started = await ask({ op: "start", pinned });
  if (started.error) throw new Error(`${name}: ${started.error}`);
  return { name, ask, version: started.version, processorTime: () => processSeconds(child.pid), close: () => child.stdin.end() };
}
