/**
 * Prints how smooth the page is while the Lab trains: `npm run measure-lab --prefix www/tests` (LAB_SECONDS=120). Proves nothing.
 *
 * Frames are the times between two animation frames; a reading is from the question to the engine to its answer, on the pad, with
 * the Lab training elsewhere. Throughput is beside that of the same batches by `trainBatch` alone, on a page of its own.
 */
import { loadavg } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "@playwright/test";
import { handwritten } from "../harness/strokes.ts";
import { byId } from "../harness/tab.ts";
import { test } from "../harness/test.ts";
import { watchCalls, type Watcher } from "./calls.ts";

const PACKAGE = fileURLToPath(new URL("../../../crates/web/pkg/relaxed", import.meta.url));
const SECONDS = Number(process.env["LAB_SECONDS"] ?? 120);

interface Probe {
  frames: number[];
  tasks: number[];
  readings: number[];
}

function probe() {
  const found: Probe = { frames: [], tasks: [], readings: [] };
  (globalThis as unknown as { probe: Probe }).probe = found;
  let last = 0;
  const frame = (now: number) => {
    if (last > 0) found.frames.push(now - last);
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  new PerformanceObserver((list) => found.tasks.push(...list.getEntries().map((entry) => entry.duration))).observe({ type: "longtask", buffered: true });
  ((globalThis as unknown as { watchers?: Watcher[] }).watchers ??= []).push((call) => {
    const at = performance.now();
    return () => {
      if (call === "read") found.readings.push(performance.now() - at);
    };
  });
}

const take = (page: Page) =>
  page.evaluate(() => {
    const { probe: found } = globalThis as unknown as { probe: Probe };
    const copy = { ...found };
    found.frames = [];
    found.tasks = [];
    found.readings = [];
    return copy;
  });
const print = (line: string) => process.stdout.write(`${line}\n`);
const load = () => `machine load ${loadavg()[0]!.toFixed(1)}`;
function told(values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (q: number) => (sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN).toFixed(1);
  return `median ${at(0.5)}, p95 ${at(0.95)}, p99 ${at(0.99)}, longest ${at(1)} ms (${sorted.length})`;
}
const value = async (page: Page, id: string) => Number(await page.locator(byId(id)).getAttribute("data-value"));

async function watched(page: Page, what: string, seconds: number) {
  await take(page);
  const [digits, began] = [await value(page, "lab-seen"), await value(page, "lab-seconds")];
  await page.waitForTimeout(seconds * 1000);
  const { frames, tasks } = await take(page);
  const speed = ((await value(page, "lab-seen")) - digits) / ((await value(page, "lab-seconds")) - began);
  print(`${what}: frames ${told(frames)}, over 33 ms: ${frames.filter((each) => each > 33).length}; tasks over 50 ms: ${tasks.length}${tasks.length > 0 ? ` (${told(tasks)})` : ""}; ${speed > 0 ? `${Math.round(speed)} digits a second; ` : ""}${load()}`);
  return speed;
}

test("the Lab, two minutes long", async ({ trazo, page, site }) => {
  test.setTimeout((SECONDS + 240) * 1000);
  await page.addInitScript(watchCalls);
  await page.addInitScript(probe);
  await trazo.open();
  await page.evaluate(() => (location.hash = "#/lab?v=1&net=c8x3v-nr-p2-c32x3v-nr-p2-c64x3v-nr-d10&rate=0.002&epochs=1000&n=10000-1000-1000&look=100&patience=0"));
  await page.locator(byId("lab-start")).waitFor();
  await page.waitForTimeout(1000);
  await watched(page, "at rest", 5);
  await trazo.click("lab-start");
  await page.locator(byId("lab-pause")).waitFor();
  const speed = await watched(page, "training, two workers", SECONDS / 2);

  // On the pad, while it trains.
  await trazo.go("draw");
  for (const { strokes } of handwritten.slice(0, 6)) {
    await trazo.draw(strokes);
    await trazo.click("clear");
  }
  print(`a drawing is read while it trains: ${told((await take(page)).readings)}; ${load()}`);
  await trazo.go("lab");
  await trazo.click("lab-stop");
  for (const { strokes } of handwritten.slice(0, 6)) {
    await trazo.go("draw");
    await trazo.draw(strokes);
    await trazo.click("clear");
  }
  print(`a drawing is read at rest: ${told((await take(page)).readings)}; ${load()}`);

  await trazo.go("lab");
  await trazo.click("lab-compare-start");
  await trazo.click("lab-start");
  await page.locator(byId("lab-pause")).waitFor();
  const both = await watched(page, "A and B in step, a worker each", SECONDS / 2);
  await trazo.click("lab-stop");
  print(`both together ${(2 * both / speed).toFixed(2)} times the digits of one run with two workers`);

  // A page of the same site without its policy, which lets no other module run.
  const bare = await page.context().newPage();
  await bare.route("**/bare.html", (route) => route.fulfill({ contentType: "text/html", body: "<!doctype html>" }));
  // The build that Chromium runs in the Lab, too.
  await bare.route("**/pkg/**", (route) => route.fulfill({ path: join(PACKAGE, new URL(route.request().url()).pathname.split("/pkg/")[1] ?? "") }));
  await bare.goto(`${site.url}bare.html`);
  await page.close();
  const alone = await bare.evaluate(async (milliseconds) => {
    const address = new URL("pkg/trazo_web.js", document.baseURI).href;
    const { default: init, Network } = (await import(address)) as typeof import("../../../crates/web/pkg/simd/trazo_web.js");
    await init();
    const conv = (filters: number) => [{ type: "conv", filters, kernel: 3, padding: "valid", activation: "linear" }, { type: "batchnorm", activation: "relu" }] as const;
    const pool = { type: "maxpool", size: 2 } as const;
    const network = Network.build({
      input: [28, 28, 1], layers: [...conv(8), pool, ...conv(32), pool, ...conv(64), { type: "dense", units: 10, activation: "linear" }],
      loss: "cross-entropy", optimizer: { type: "adam", learningRate: 0.002 },
    }, 1);
    const inputs = Float32Array.from({ length: 64 * 784 }, (_, i) => ((i * 7919) % 997) / 997);
    const labels = Uint8Array.from({ length: 64 }, (_, i) => i % 10);
    for (let i = 0; i < 20; i += 1) network.trainBatch(inputs, labels);
    const began = performance.now();
    let batches = 0;
    for (; performance.now() - began < milliseconds; batches += 1) network.trainBatch(inputs, labels);
    return (64 * batches) / ((performance.now() - began) / 1000);
  }, 10_000);
  print(`trainBatch alone, one thread: ${Math.round(alone)} digits a second; the Lab with two workers ${(speed / alone).toFixed(2)} times, each of A and B ${(both / alone).toFixed(2)} times; ${load()}`);
});
