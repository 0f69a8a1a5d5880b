// The bench itself; scripts/bench installs what it needs and calls it. See README.md for what is measured and how.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { checkAll } from "./lib/check.mjs";
import { coldStarts } from "./lib/cold.mjs";
import { browserContender, launch, openPage } from "./lib/browser.mjs";
import { prepare, SEED } from "./lib/data.mjs";
import { load, machine } from "./lib/machine.mjs";
import { nativeContender } from "./lib/native.mjs";
import { learnMnist } from "./lib/mnist.mjs";
import { markdown, table } from "./lib/report.mjs";
import { cells, runRounds, time } from "./lib/rounds.mjs";
import { serve } from "../static-server.mjs";

const say = (line) => process.stderr.write(`${line}\n`);
const { values: options } = parseArgs({
  options: {
    root: { type: "string" }, peers: { type: "string" }, python: { type: "string" }, packages: { type: "string" },
    kernels: { type: "string" }, out: { type: "string" }, only: { type: "string", default: "" },
    quick: { type: "boolean" }, full: { type: "boolean" }, busy: { type: "boolean" },
  },
});
const { root, peers, python, packages, kernels, out } = options;
const suite = import.meta.dirname;
const effort = options.quick ? { rounds: 5, ms: 120, warm: 400, cold: 3 } : { rounds: 11, ms: 300, warm: 1500, cold: 7 };
effort.byProcessor = options.busy ?? false;
const wanted = options.only ? new Set(options.only.split(",")) : null;
const wants = (name) => !wanted || wanted.has(name);

const works = JSON.parse(await readFile(join(suite, "works.json"), "utf8"));
for (const [name, work] of Object.entries(works)) Object.assign(work, { name, seed: SEED });
for (const shape of [[32, 784, 128], [128, 144, 6272], [256, 256, 256]]) {
  works[shape.join("x")] = { name: shape.join("x"), matmul: shape };
}

const data = join(out, "data");
say("Ink, weights and the reference");
const nets = Object.fromEntries(Object.entries(works).filter(([, work]) => work.spec));
const { expected, ink } = await prepare({ works: nets, kernels, pretrained: join(root, "pretrained"), python, suite, folder: data });

const server = await serve({
  dir: join(suite, "page"),
  others: { "/data/": data, "/peers/": join(peers, "node_modules"), "/trazo/": packages, "/kernels/": kernels },
});
const browser = await launch(peers);
const contenders = [];
const result = { machine: machine({ browser, peers, root, options }), ink, effort };

try {
  const page = await openPage(browser, server.url);
  const add = async (name, start) => {
    if (!wants(name)) return;
    try {
      contenders.push(await start());
    } catch (error) {
      if (name.startsWith("trazo") || name.startsWith("kernels")) throw error;
      say(`  left out: ${error.message}`);
    }
  };
  for (const build of ["relaxed", "simd"]) {
    await add(`trazo-${build}`, () => browserContender(page, `trazo-${build}`, "trazo", { build }));
    await add(`kernels-${build}`, () => browserContender(page, `kernels-${build}`, "kernels", { build }));
  }
  for (const name of ["tfjs", "ort", "convnetjs", "brain"]) await add(name, () => browserContender(page, name, name));
  for (const name of ["numpy", "jax"]) await add(name, () => nativeContender(python, suite, data, name, { pinned: !effort.byProcessor }));
  for (const { name, version } of contenders) if (version) result.machine.versions[name] = version;

  say("Whether all do the same arithmetic");
  result.checks = await checkAll(contenders, works, expected, say);

  const places = cells(contenders, works, result.checks);
  say(`Warming up: ${places.length} measurements`);
  for (const place of places) {
    await time(place, effort.warm);
    if (place.what === "multiply") await time({ ...place, what: "spin" }, effort.warm / 3);
  }
  result.rounds = await runRounds(places, effort, say);

  if (!wanted || wanted.has("cold")) {
    say("Cold start");
    result.cold = await coldStarts({ contenders, works, server, peers, data, times: effort.cold, cache: join(peers, "brotli.json"), say });
  }
  result.machine.loadAfter = load();
  if (options.full) result.mnist = await learnMnist({ contenders, works, root, data, say });
} finally {
  for (const contender of contenders) contender.close();
  await browser.close();
  await server.close();
}

await mkdir(out, { recursive: true });
await writeFile(join(out, "bench.json"), `${JSON.stringify(result, null, 1)}\n`);
await writeFile(join(out, "bench.md"), markdown(result));
process.stdout.write(table(result));
say(`Written: ${join(out, "bench.json")}, ${join(out, "bench.md")}`);
