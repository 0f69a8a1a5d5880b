// From nothing to 99.0 % of MNIST's test set in a browser tab, by the Lab's own run, with one worker and with two, and the peers beside it
// with the same network and data: prints JSON.
//
//   { "goal": 0.99, "setup": …, "machine": …, "runs": [{ "workers", "seed", "seconds", "wall", "accuracy" }],
//     "seconds": { "1": { "1": 8.1, … }, "2": … }, "median": { "1": …, "2": … },
//     "curves": { "1": [{ "digits", "seconds", "accuracy" }], "2": … },
//     "peers": { "tfjs": { "seconds", "accuracy", "digits", "trained", "curve", "note" }, "convnetjs": …, "jax": …, "torch": { "skipped": "why" } } }
//
// `seconds` are from the first step to the last, with the data already in the workers, or null where a run ends below the goal.
// With --busy they are those that the busiest worker was on a processor, for a machine that has other things to do.
// A peer trains for as long as the recipe goes on, or until its cap of seconds is spent: then what it had reached is said (`trained`
// seconds, `accuracy`), and its `seconds` are null. ConvNetJS has no such recipe, and goes on until it has reached the goal.
import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs, promisify } from "node:util";
import { gunzip } from "node:zlib";
import { serve } from "../static-server.mjs";
import { launch } from "./lib/browser.mjs";
import { ONE_THREAD } from "./lib/native.mjs";
import { threadSeconds, workerThreads } from "./lib/processor.mjs";
import { picture } from "./lib/curves.mjs";

const GOAL = 0.99;
const say = (line) => process.stderr.write(`${line}\n`);
const { values: options } = parseArgs({
  options: {
    root: { type: "string" }, packages: { type: "string" }, out: { type: "string" }, peers: { type: "string" }, python: { type: "string" },
    quick: { type: "boolean" }, cap: { type: "string" }, busy: { type: "boolean" }, build: { type: "string", default: "relaxed" },
  },
});
const { root, packages, out, build } = options;
/** Seconds of training that a peer has, by the clock. */
const CAP = Number(options.cap ?? (options.quick ? 60 : 600));
const suite = import.meta.dirname;
const setupFile = join(suite, "time-to-99.json");
const setup = JSON.parse(await readFile(setupFile, "utf8"));

const files = ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"];
const source = [join(process.env.TRAZO_DATA ?? join(root, "..", "shared", "data"), "mnist"), join(root, "data", "mnist")]
  .find((folder) => existsSync(join(folder, `${files[0]}.gz`)));
if (!source) throw new Error("MNIST is not there: scripts/fetch-data brings it, or name its folder's parent in TRAZO_DATA.");
const mnist = join(out, "mnist");
await mkdir(mnist, { recursive: true });
for (const file of files) await writeFile(join(mnist, file), await promisify(gunzip)(await readFile(join(source, `${file}.gz`))));

/** Where the curve is measured, in steps of this setup: more often at first, and its end. */
const total = Math.floor((setup.data.train / setup.batch) * setup.epochs);
const stops = [10, 20, 40, 80, 150, 250, 400, 550, 700, 820].filter((step) => step < total).concat(total);

const machine = { processor: cpus()[0]?.model, cores: cpus().length, load: loadavg()[0], build, busy: options.busy ?? false };
const server = await serve({ dir: join(suite, "page"), others: { "/trazo/": packages, "/mnist/": mnist, ...(options.peers ? { "/peers/": join(options.peers, "node_modules") } : {}) } });
const browser = await launch(join(root, "www"));
machine.browser = browser.version();
const runs = [];
const curves = {};
const peers = {};

/** What workers that began after `others` did meanwhile: seconds by the clock, or on a processor. */
async function timed(threads, run) {
  const before = threads.map(threadSeconds);
  const wall = await run();
  return { wall, seconds: options.busy ? Math.max(...threads.map((path, index) => threadSeconds(path) - before[index])) : wall };
}

async function prepared(page, seed, workers) {
  const others = new Set(workerThreads());
  await page.evaluate((run) => window.prepare(run), { setup: { ...setup, seeds: { weights: seed, order: seed } }, build, workers });
  return workerThreads().filter((path) => !others.has(path));
}

/** The Lab's own run, seed by seed. */
async function own(page) {
  for (let seed = 1; seed <= (options.quick ? 1 : 5); seed++) {
    for (const workers of [1, 2]) {
      const threads = await prepared(page, seed, workers);
      const { wall, seconds } = await timed(threads, () => page.evaluate(() => window.train()));
      const accuracy = await page.evaluate(() => window.test());
      await page.evaluate(() => window.end());
      runs.push({ workers, seed, seconds, wall, accuracy });
      say(`  seed ${seed}, ${workers} worker${workers === 1 ? " " : "s"}: ${seconds.toFixed(2)} s, ${(100 * accuracy).toFixed(2)} %`);
    }
  }
  // Once more with a rest now and then, to see how it got there.
  for (const workers of [1, 2]) {
    const threads = await prepared(page, 1, workers);
    const points = [];
    let sum = 0;
    for (const step of stops) {
      sum += (await timed(threads, () => page.evaluate((to) => window.train(to), step))).seconds;
      points.push({ digits: step * setup.batch, seconds: sum, accuracy: await page.evaluate(() => window.test()) });
    }
    await page.evaluate(() => window.end());
    curves[workers] = points;
  }
}

/** A peer that ends below the goal, or by its cap, has no seconds. */
function asPeer(points, note) {
  const last = points.at(-1) ?? { seconds: 0, digits: 0, accuracy: 0 };
  const seconds = last.accuracy >= GOAL ? last.seconds : null;
  return { seconds, accuracy: last.accuracy, digits: last.digits, trained: last.seconds, curve: points, note };
}

async function inBrowser(page, name) {
  const others = new Set(workerThreads());
  const { batch, steps, note } = await page.evaluate((open) => window.openPeer(open), { name, setup, seed: 1 });
  const threads = workerThreads().filter((path) => !others.has(path));
  const points = [];
  let sum = 0;
  for (let at = 0; ; at++) {
    // As many digits as the Lab's run has seen there; behind its end, half an epoch each.
    const digits = at < stops.length ? stops[at] * setup.batch : setup.data.train * (1 + (at - stops.length + 1) / 2);
    const before = threads.map(threadSeconds);
    const { step, seconds } = await page.evaluate((rest) => window.trainPeer(rest), { seed: 1, steps: Math.floor(digits / batch), cap: CAP });
    sum = options.busy ? sum + Math.max(...threads.map((path, index) => threadSeconds(path) - before[index])) : seconds;
    const accuracy = await page.evaluate(() => window.testPeer());
    points.push({ digits: step * batch, seconds: sum, accuracy });
    say(`  ${name}: ${sum.toFixed(1)} s, ${step * batch} digits, ${(100 * accuracy).toFixed(2)} %`);
    const wholeRecipe = batch === setup.batch && step >= steps;
    if (accuracy >= GOAL && at >= stops.length - 1 || wholeRecipe || seconds >= CAP) break;
  }
  await page.evaluate(() => window.end());
  return asPeer(points, note);
}

async function native(name, python, threads) {
  const env = threads === 1 ? { ...process.env, ...ONE_THREAD } : { ...process.env, JAX_PLATFORMS: "cpu" };
  const child = spawn(python, [join(suite, "native", "time_to_99.py"), name, setupFile, mnist, String(threads), "1", stops.join()], { env, stdio: ["ignore", "pipe", "pipe"] });
  const said = [];
  createInterface({ input: child.stderr }).on("line", (line) => said.push(line));
  const points = [];
  const kill = setTimeout(() => child.kill(), 3 * CAP * 1000);
  for await (const line of createInterface({ input: child.stdout })) {
    const { step, seconds, processor, accuracy } = JSON.parse(line);
    points.push({ digits: step * setup.batch, seconds: options.busy ? processor : seconds, accuracy });
  }
  clearTimeout(kill);
  if (points.length === 0) throw new Error(said.at(-1) ?? "it said nothing");
  const { seconds, accuracy } = points.at(-1);
  say(`  ${name}, ${threads} thread${threads === 1 ? "" : "s"}: ${seconds.toFixed(1)} s, ${(100 * accuracy).toFixed(2)} %`);
  const cut = points.at(-1).digits < total * setup.batch ? "; cut off, the machine was busy" : "";
  return asPeer(points, `native, ${threads} thread${threads === 1 ? "" : "s"}${cut}`);
}

/** Whether that Python has it; and its version. */
async function has(python, module) {
  try {
    return (await promisify(execFile)(python, ["-c", `import numpy, ${module}; print(${module}.__version__)`])).stdout.trim();
  } catch {
    return null;
  }
}

try {
  const page = await browser.newPage();
  await page.goto(`${server.url}time-to-99.html`);
  await page.waitForFunction(() => window.ready);
  say("The Lab");
  await own(page);
  if (options.peers) {
    say("The peers");
    for (const name of ["tfjs", "convnetjs"]) {
      try {
        peers[name] = await inBrowser(page, name);
      } catch (error) {
        peers[name] = { skipped: String(error.message).split("\n")[0] };
        say(`  ${name}: ${peers[name].skipped}`);
      }
    }
    const pythons = { jax: options.python, torch: process.env.TRAZO_BENCH_TORCH ?? "python3" };
    for (const [name, python] of Object.entries(pythons)) {
      const version = python && (await has(python, name));
      // Two threads that wait for each other busily are on a processor all the time.
      for (const threads of options.busy ? [1] : [1, 2]) {
        const key = threads === 1 ? name : `${name}-2`;
        try {
          if (!version) throw new Error(name === "torch" ? "PyTorch is not there: TRAZO_BENCH_TORCH names a Python that has it" : "it could not be installed");
          peers[key] = { ...(await native(name, python, threads)), version };
        } catch (error) {
          peers[key] = { skipped: error.message };
          say(`  ${key}: left out, ${error.message}`);
        }
      }
    }
  }
} finally {
  await browser.close();
  server.close();
}

const seconds = {};
for (const { workers, seed, seconds: took, accuracy } of runs) (seconds[workers] ??= {})[seed] = accuracy >= GOAL ? took : null;
const median = (values) => values.map((value) => value ?? Number.POSITIVE_INFINITY).sort((a, b) => a - b)[Math.floor(values.length / 2)];
const result = {
  goal: GOAL,
  setup,
  machine: { ...machine, loadAfter: loadavg()[0] },
  runs,
  seconds,
  median: Object.fromEntries(Object.entries(seconds).map(([workers, by]) => [workers, Number.isFinite(median(Object.values(by))) ? median(Object.values(by)) : null])),
  curves,
  peers,
};
await writeFile(join(out, "time-to-99.json"), `${JSON.stringify(result, null, 2)}\n`);
await writeFile(join(out, "time-to-99.svg"), picture(result));
say(`The figures and the picture are in ${out}/time-to-99.json and .svg.`);
process.stdout.write(`${JSON.stringify(result)}\n`);
