// From nothing to 99.0 % of MNIST's test set in a browser tab, by the Lab's own run, with one worker and with two: prints JSON.
//
//   { "goal": 0.99, "setup": …, "machine": …, "runs": [{ "workers", "seed", "seconds", "accuracy" }],
//     "seconds": { "1": { "1": 8.1, … }, "2": … }, "median": { "1": …, "2": … } }
//
// `seconds` are from the first step to the last, with the data already in the workers, or null where a run ends below the goal.
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs, promisify } from "node:util";
import { gunzip } from "node:zlib";
import { serve } from "../static-server.mjs";
import { launch } from "./lib/browser.mjs";

const GOAL = 0.99;
const say = (line) => process.stderr.write(`${line}\n`);
const { values: options } = parseArgs({
  options: { root: { type: "string" }, packages: { type: "string" }, out: { type: "string" }, quick: { type: "boolean" }, build: { type: "string", default: "relaxed" } },
});
const { root, packages, out, build } = options;
const suite = import.meta.dirname;
const setup = JSON.parse(await readFile(join(suite, "time-to-99.json"), "utf8"));

const files = ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"];
const source = [join(process.env.TRAZO_DATA ?? join(root, "..", "shared", "data"), "mnist"), join(root, "data", "mnist")]
  .find((folder) => existsSync(join(folder, `${files[0]}.gz`)));
if (!source) throw new Error("MNIST is not there: scripts/fetch-data brings it, or name its folder's parent in TRAZO_DATA.");
const mnist = join(out, "mnist");
await mkdir(mnist, { recursive: true });
for (const file of files) await writeFile(join(mnist, file), await promisify(gunzip)(await readFile(join(source, `${file}.gz`))));

const server = await serve({ dir: join(suite, "page"), others: { "/trazo/": packages, "/mnist/": mnist } });
const browser = await launch(join(root, "www"));
const runs = [];
try {
  const page = await browser.newPage();
  await page.goto(`${server.url}time-to-99.html`);
  await page.waitForFunction(() => window.ready);
  for (let seed = 1; seed <= (options.quick ? 1 : 5); seed++) {
    for (const workers of [1, 2]) {
      const seeded = { ...setup, seeds: { weights: seed, order: seed } };
      const found = await page.evaluate((run) => window.train(run), { setup: seeded, build, workers });
      runs.push({ workers, seed, ...found });
      say(`  seed ${seed}, ${workers} worker${workers === 1 ? " " : "s"}: ${found.seconds.toFixed(2)} s, ${(100 * found.accuracy).toFixed(2)} %`);
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
  machine: { processor: cpus()[0]?.model, cores: cpus().length, browser: browser.version(), build },
  runs,
  seconds,
  median: Object.fromEntries(Object.entries(seconds).map(([workers, by]) => [workers, Number.isFinite(median(Object.values(by))) ? median(Object.values(by)) : null])),
};
await writeFile(join(out, "time-to-99.json"), `${JSON.stringify(result, null, 2)}\n`);
process.stdout.write(`${JSON.stringify(result)}\n`);
