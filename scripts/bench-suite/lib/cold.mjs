// From navigation to the first answer of C in a browser that has never been there, and the bytes that takes.
//
// Everything is served from this machine, so the time is starting and compiling; the bytes say what a network would add.
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";
import { launch } from "./browser.mjs";
import { spread } from "./statistics.mjs";

/** Files that are the network's weights and not the library. */
const isModel = (file) => /[/\\]C\.(trazo|onnx|weights\.bin)$/.test(file);

/** `[{ name, ms: {median, low, high}, library, model }]`, sizes in bytes as brotli sends them. */
export async function coldStarts({ contenders, works, server, peers, data, times, cache, say }) {
  const pages = [];
  const fileOf = async ({ name, ask }) => {
    const file = await ask({ op: "special", name: "file", work: works.C });
    if (file.error) throw new Error(`${name} cannot save C: ${file.error}`);
    return file;
  };
  for (const contender of contenders) {
    const { name } = contender;
    if (name.startsWith("trazo-")) {
      const { bytes } = await fileOf(contender);
      await writeFile(join(data, "C.trazo"), new Uint8Array(bytes));
      pages.push({ name, path: `cold/trazo.html?build=${name.slice("trazo-".length)}` });
    } else if (name === "tfjs") {
      const { json, bytes } = await fileOf(contender);
      await writeFile(join(data, "C.model.json"), json);
      await writeFile(join(data, "C.weights.bin"), new Uint8Array(bytes));
      pages.push({ name, path: "cold/tfjs.html" });
    } else if (name === "ort") {
      pages.push({ name, path: "cold/ort.html" });
    }
  }
  const found = new Map(pages.map(({ name }) => [name, { ms: [] }]));
  for (let time = 0; time < times; time++) {
    for (const { name, path } of pages) {
      const browser = await launch(peers);
      try {
        const page = await browser.newPage();
        page.on("pageerror", (error) => say(`  [${name}] ${error.message}`));
        server.fetched.clear();
        await page.goto(server.url + path);
        await page.waitForFunction(() => window.firstAnswer, null, { timeout: 60_000 });
        const { ms, answer } = await page.evaluate(() => window.firstAnswer);
        found.get(name).ms.push(ms);
        found.get(name).answer = answer;
        found.get(name).files = [...server.fetched];
      } finally {
        await browser.close();
      }
    }
  }
  const reference = [...found.values()][0]?.answer ?? [];
  const results = [];
  for (const [name, { ms, answer, files }] of found) {
    if (answer.some((value, i) => Math.abs(value - reference[i]) > 1e-4)) throw new Error(`${name} answers something else after a cold start`);
    let library = 0, model = 0;
    for (const file of files) {
      const size = await brotliSize(file, cache);
      if (isModel(file)) model += size; else library += size;
    }
    const spreadOut = spread(ms);
    say(`  ${name.padEnd(16)} ${spreadOut.median.toFixed(0)} ms, ${(library / 1000).toFixed(0)} kB and ${(model / 1000).toFixed(0)} kB of weights`);
    results.push({ name, ms: spreadOut, library, model });
  }
  return results;
}

/** As small as brotli gets it. That takes half a minute for the largest, so what is known is kept. */
async function brotliSize(file, cache) {
  const body = await readFile(file);
  const key = createHash("sha256").update(body).digest("hex");
  const known = JSON.parse(await readFile(cache, "utf8").catch(() => "{}"));
  if (!known[key]) {
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: body.length };
    known[key] = (await promisify(brotliCompress)(body, { params })).length;
    await writeFile(cache, JSON.stringify(known));
  }
  return known[key];
}
