/** The npm package as a stranger has it: packed, installed from the packed file into an empty folder, tried there. */
import { execFile } from "node:child_process";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Page } from "@playwright/test";
import { removeFolder, temporaryFolder } from "../harness/downloads.ts";
import { ChromiumTab } from "../harness/chromium.ts";
import { digit, handwritten } from "../harness/strokes.ts";
import { expect, test as base } from "../harness/test.ts";
import { serve } from "../../../scripts/static-server.mjs";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const bin = (name: string) => join(root, "www/tests/package/node_modules/.bin", name);
const env = { ...process.env, FORCE_COLOR: "0" };
const run = async (cwd: string, command: string, ...args: string[]) => (await promisify(execFile)(command, args, { cwd, env })).stdout;

const test = base.extend<{ folder: string }, { packed: string }>({
  packed: [
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const folder = await temporaryFolder("packed");
      const [{ filename }] = JSON.parse(await run(join(root, "crates/web/pkg/trazo"), "npm", "pack", "--json", "--pack-destination", folder));
      await use(join(folder, filename));
      await removeFolder(folder);
    },
    { scope: "worker" },
  ],
  /** With the package in its `node_modules`, and nothing else. */
  folder: async ({ packed }, use) => {
    const folder = await temporaryFolder("stranger");
    await writeFile(join(folder, "package.json"), '{ "private": true, "type": "module" }');
    await run(folder, "npm", "install", "--offline", "--no-audit", "--no-fund", packed);
    await use(folder);
    await removeFolder(folder);
  },
});

const html = (script: string, body = "") => `<!doctype html>
<html lang="en"><title>A page</title><link rel="icon" href="data:,">
${script}
<p id="answer"></p>${body}</html>`;

const seven = JSON.stringify(digit(7));
const reads = `import { readDigit } from "trazo";
readDigit(${seven}).then(({ digit, sure }) => (document.querySelector("#answer").textContent = \`\${digit}, \${sure}\`));
`;
/** Uses all there is, so that a bundler has to find all of it. */
const main = `import "trazo/pad";\n${reads}`;

/** Serves the folder from a sub-path, and gives the page's answer. */
async function answerOf(page: Page, dir: string): Promise<void> {
  const site = (await serve({ dir, base: "/some/where/" })) as { url: string; close(): Promise<void> };
  await page.goto(site.url);
  await expect(page.locator("#answer")).toHaveText("7, true");
  await site.close();
}

/** The block of a README that has `needle`. */
async function lines(readme: string, language: string, needle: string): Promise<string> {
  const blocks = (await readFile(join(root, readme), "utf8")).matchAll(/```(\w+)\n(.*?)```/gs);
  const found = [...blocks].find(([, name, text]) => name === language && text?.includes(needle))?.[2];
  if (!found) throw new Error(`${readme} has no ${language} with ${needle}`);
  return found;
}

for (const readme of ["README.md", "README.es.md"]) {
  test(`the page in ${readme} reads a seven from a plain host of files`, async ({ folder, page }) => {
    const text = await lines(readme, "html", "readDigit");
    await writeFile(join(folder, "index.html"), text.replace("<!doctype html>", '<!doctype html><link rel="icon" href="data:,">'));
    await cp(join(folder, "node_modules/trazo"), join(folder, "trazo"), { recursive: true });
    const site = (await serve({ dir: folder })) as { url: string; close(): Promise<void> };
    await page.goto(site.url);
    await expect(page.locator("#answer")).toContainText(/^7/);
    await site.close();
  });
}

test("built by Vite it reads a seven", async ({ folder, page }) => {
  await writeFile(join(folder, "index.html"), html('<script type="module" src="./main.js"></script>'));
  await writeFile(join(folder, "main.js"), main);
  await run(folder, bin("vite"), "build", "--base", "./", "--logLevel", "warn");
  await answerOf(page, join(folder, "dist"));
});

test("served by Vite while one works on a page it reads a seven, without a line of configuration", async ({ folder, page }) => {
  await writeFile(join(folder, "index.html"), html('<script type="module" src="./main.js"></script>'));
  await writeFile(join(folder, "main.js"), main);
  const { createServer } = await import(createRequire(bin("../..")).resolve("vite"));
  const server = await createServer({ root: folder, configFile: false, logLevel: "error", server: { port: 0, host: "127.0.0.1" } });
  await server.listen();
  await page.goto(server.resolvedUrls.local[0]);
  await expect(page.locator("#answer")).toHaveText("7, true");
  await server.close();
});

test("built by webpack it reads a seven", async ({ folder, page }) => {
  await writeFile(join(folder, "main.js"), main);
  await run(folder, bin("webpack"), "--mode", "production", "--entry", "./main.js", "--output-path", "dist");
  await writeFile(join(folder, "dist/index.html"), html('<script defer src="./main.js"></script>'));
  await answerOf(page, join(folder, "dist"));
});

test("built by esbuild, with its three files beside the bundle or elsewhere, it reads a seven", async ({ folder, page }) => {
  await writeFile(join(folder, "main.js"), main);
  await writeFile(join(folder, "elsewhere.js"), `import { init } from "trazo";\nimport "./main.js";\ninit({ from: "../files" });\n`);
  for (const [entry, files] of [["main", "dist"], ["elsewhere", "files"]] as const) {
    await run(folder, bin("esbuild"), `${entry}.js`, "--bundle", "--format=esm", "--outdir=dist", "--log-level=warning");
    await mkdir(join(folder, files), { recursive: true });
    for (const name of ["simd.wasm", "relaxed.wasm", "digits.trazo"]) await cp(join(folder, "node_modules/trazo", name), join(folder, files, name));
    await writeFile(join(folder, "dist/index.html"), html(`<script type="module" src="./${entry}.js"></script>`));
    const site = (await serve({ dir: folder })) as { url: string; close(): Promise<void> };
    await page.goto(`${site.url}dist/`);
    await expect(page.locator("#answer")).toHaveText("7, true");
    await site.close();
    await removeFolder(join(folder, files));
  }
});

test("in a worker it reads a seven", async ({ folder, page }) => {
  await cp(join(folder, "node_modules/trazo"), join(folder, "trazo"), { recursive: true });
  await writeFile(join(folder, "worker.js"), `import { readDigit } from "./trazo/index.js";\nreadDigit(${seven}).then(({ digit, sure }) => postMessage(\`\${digit}, \${sure}\`));\n`);
  const script = `<script type="module">
    const worker = new Worker("./worker.js", { type: "module" });
    worker.onmessage = ({ data }) => (document.querySelector("#answer").textContent = data);
  </script>`;
  await writeFile(join(folder, "index.html"), html(script));
  await answerOf(page, folder);
});

for (const fault of ["does not come", "fails its self-test"]) {
  test(`where the build with relaxed SIMD ${fault} the other one reads`, async ({ folder, page, console }) => {
    console.allow(/relaxed-SIMD build cannot be used|status of 404/);
    await cp(join(folder, "node_modules/trazo"), join(folder, "trazo"), { recursive: true });
    if (fault === "does not come") await rm(join(folder, "trazo/relaxed.wasm"));
    else {
      const engine = await readFile(join(folder, "trazo/engine.js"), "utf8");
      const once = engine.replace("function knownAnswer() {", 'let tries = 0;\nfunction knownAnswer() {\n\tif (tries++ === 0) throw new Error("as if it computed wrongly");');
      expect(once).not.toBe(engine);
      await writeFile(join(folder, "trazo/engine.js"), once);
    }
    await writeFile(join(folder, "index.html"), html(`<script type="module">${reads.replace('"trazo"', '"./trazo/index.js"')}</script>`));
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url().replace(/.*\//, "")));
    await answerOf(page, folder);
    expect(asked.filter((name) => name.endsWith(".wasm"))).toEqual(["relaxed.wasm", "simd.wasm"]);
  });
}

test("the pad in a plain page is read, and the form sends what it reads", async ({ folder, page }) => {
  await cp(join(folder, "node_modules/trazo"), join(folder, "trazo"), { recursive: true });
  const form = '<form><label for="pad">Digit</label> <trazo-pad id="pad" name="digit" required></trazo-pad></form>';
  await writeFile(join(folder, "index.html"), html('<script type="module" src="./trazo/pad.js"></script>', form));
  const site = (await serve({ dir: folder })) as { url: string; close(): Promise<void> };
  await page.goto(site.url);
  const valid = () => page.locator("form").evaluate((each) => (each as HTMLFormElement).checkValidity());
  expect(await valid()).toBe(false);
  const { x, y, width } = (await page.getByRole("application", { name: "Digit" }).boundingBox())!;
  await new ChromiumTab(page).draw(digit(7).map((line) => line.map(([px, py]) => [x + (px / 1000) * width, y + (py / 1000) * width] as const)));
  const sent = () => page.locator("form").evaluate((each) => new FormData(each as HTMLFormElement).get("digit"));
  await expect.poll(sent).toBe("7");
  expect(await valid()).toBe(true);
  // The same pad for a number: units of its width, and half as high.
  await page.locator("trazo-pad").evaluate((each) => each.setAttribute("digits", "many"));
  await page.getByRole("button", { name: "Clear" }).click();
  const wide = (await page.getByRole("application", { name: "Digit" }).boundingBox())!;
  for (const [label, left] of [[1, 100], [7, 500]] as const) {
    await new ChromiumTab(page).draw(digit(label).map((line) => line.map(([px, py]) => [wide.x + ((left + 0.4 * px) / 1000) * wide.width, wide.y + ((50 + 0.4 * py) / 1000) * wide.width] as const)));
  }
  await expect.poll(sent).toBe("17");
  await site.close();
});

test("the lines of its README for Node.js read a file of drawings", async ({ folder }) => {
  await writeFile(join(folder, "read.js"), await lines("www/package/README.md", "js", "drawings.jsonl"));
  await writeFile(join(folder, "drawings.jsonl"), handwritten.map(({ strokes }) => `${JSON.stringify({ strokes })}\n`).join(""));
  expect((await run(folder, process.execPath, "read.js")).trim().split("\n")).toEqual(handwritten.map(({ label }) => String(label)));
});

test("in Node.js a network learns, is saved, and opens again; before init() it says what is missing", async ({ folder }) => {
  const text = `import { init, Network } from "trazo";
    import "trazo/pad";
    const spec = { input: [8, 8, 1], layers: [{ type: "dense", units: 10 }], loss: "cross-entropy", optimizer: { type: "adam", learningRate: 0.01 } };
    let early = "";
    try { Network.build(spec, 7); } catch (error) { early = error.message; }
    await init();
    const network = Network.build(spec, 7);
    const inputs = Float32Array.from({ length: 128 }, (_, i) => Number(i % 8 < 4 === i < 64));
    const losses = Array.from({ length: 60 }, () => network.trainBatch(inputs, Uint8Array.of(0, 1)));
    const again = Network.load(network.save());
    console.log(JSON.stringify({ early, first: losses[0], last: losses.at(-1), same: again.predict(inputs).every((each, i) => each === network.predict(inputs)[i]) }));`;
  await writeFile(join(folder, "learn.js"), text);
  const { early, first, last, same } = JSON.parse(await run(folder, process.execPath, "learn.js"));
  expect(early).toContain("await init()");
  expect(last).toBeLessThan(first / 4);
  expect(same).toBe(true);
});

test("its lines compile in strict TypeScript", async ({ folder }) => {
  const text = /<script type="module">\n(.*?)<\/script>/s.exec(await lines("README.md", "html", "readDigit"))?.[1] ?? "";
  await writeFile(join(folder, "lines.ts"), `${text.replace("./trazo/index.js", "trazo")}
import { init, Network } from "trazo";
import { TrazoPad, type ReadDetail } from "trazo/pad";
await init();
const network: Network = Network.build({ input: [8, 8, 1], layers: [{ type: "dense", units: 10 }], loss: "cross-entropy" }, 7);
const loss: number = network.trainBatch(new Float32Array(64), Uint8Array.of(1));
const pad = document.querySelector("trazo-pad");
pad?.addEventListener("read", (event) => console.log((event as CustomEvent<ReadDetail>).detail.confidence, pad.value, loss));
const made: TrazoPad = new TrazoPad();
made.teach(7);
// @ts-expect-error: there is no such layer.
Network.build({ input: [8, 8, 1], layers: [{ type: "dens", units: 10 }], loss: "cross-entropy" }, 7);
`);
  const options = "--strict --noUncheckedIndexedAccess --exactOptionalPropertyTypes --noEmit --target esnext --lib esnext,dom,dom.iterable";
  for (const module of ["esnext --moduleResolution bundler", "nodenext"]) {
    const said = await run(folder, join(root, "www/tests/node_modules/.bin/tsc"), ...options.split(" "), "--module", ...module.split(" "), "lines.ts").catch(({ stdout }) => stdout);
    expect(said).toBe("");
  }
});
