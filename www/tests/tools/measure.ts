/**
 * Prints how quick and how big the site is, as a person meets it: `npm run measure --prefix www/tests`.
 *
 * An answer counts as shown once the frame that holds it has been handed to the compositor: the first task after the
 * animation frame that follows the engine's message. Pen events carry the browser's own time stamp, so what waits in
 * the queue before the page sees it is part of the figure. A move that puts no ink on the pad (it is shorter than the
 * pad's thinning) changes nothing that could be answered, so it is not counted: its «answer» would be that of the next
 * move, and the time between the two the hand's.
 */
import { readdir, readFile } from "node:fs/promises";
import { cpus } from "node:os";
import { extname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { brotliCompressSync, constants } from "node:zlib";
import type { Page } from "@playwright/test";
import { DIST } from "../harness/site.ts";
import { handwritten, placed, scribble } from "../harness/strokes.ts";
import { byId } from "../harness/tab.ts";
import { test } from "../harness/test.ts";
import type { Trazo } from "../harness/trazo.ts";
import { watchCalls, type Watcher } from "./calls.ts";

interface Probe {
  /** From a move of the pen to the first answer that knows of it, in milliseconds: when it stands in the page … */
  answers: number[];
  /** … the same from a press … */
  presses: number[];
  /** … and when the frame that holds it has been handed over. */
  frames: number[];
  /** From the tap to the shown lesson. */
  lessons: number[];
  longTasks: number[];
}

/** Runs in the page before anything else: listens to the pen, to what page and engine say, and to long tasks. */
function probe() {
  const found: Probe = { answers: [], presses: [], frames: [], lessons: [], longTasks: [] };
  (globalThis as unknown as { probe: Probe }).probe = found;
  const pending: { at: number; press: boolean }[] = [];
  let tapped = 0;
  const pen = (event: PointerEvent) => {
    const onPad = event.target instanceof Element && event.target.closest("[data-testid=pad]");
    // A mere hover moves no ink.
    if (onPad && (event.buttons !== 0 || event.type === "pointerup")) pending.push({ at: event.timeStamp, press: event.type === "pointerdown" });
  };
  // Moves as they come; where a browser does not tell them, as it gathers them for the frame.
  const moves = "onpointerrawupdate" in globalThis ? "pointerrawupdate" : "pointermove";
  let inked = 0;
  const { lineTo } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.lineTo = function (this: CanvasRenderingContext2D, x, y) {
    inked += 1;
    lineTo.call(this, x, y);
  };
  let before = 0;
  for (const type of ["pointerdown", moves]) {
    addEventListener(type, (event) => {
      before = inked;
      pen(event as PointerEvent);
    }, { capture: true });
  }
  // The last to hear of a move: the pad has drawn it, or there was nothing to draw.
  addEventListener(moves, (event) => {
    if (inked === before && pending.at(-1)?.at === event.timeStamp) pending.pop();
  });
  addEventListener("click", (event) => (tapped = event.timeStamp), { capture: true });

  // A task of its own: after the page has heard the answer and Preact has put it there.
  const stands = (then: (now: number) => void) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => then(performance.now());
    port2.postMessage(0);
  };
  const shown = (then: (now: number) => void) => requestAnimationFrame(() => stands(then));
  ((globalThis as unknown as { watchers?: Watcher[] }).watchers ??= []).push((call) => {
    const events = call === "read" || call === "readNumber" ? taken + pending.length : 0;
    const at = tapped;
    return () => {
      // The reading shows the lesson's answer too, but the lesson itself is what the tap was for.
      if (call === "teach") shown((now) => found.lessons.push(now - at));
      const known = pending.splice(0, Math.max(0, events - taken));
      taken = Math.max(taken, events);
      if (known.length === 0) return;
      stands((now) => known.forEach((each) => (each.press ? found.presses : found.answers).push(now - each.at)));
      shown((now) => found.frames.push(...known.map((each) => now - each.at)));
    };
  });
  let taken = 0;
  new PerformanceObserver((list) => found.longTasks.push(...list.getEntries().map((entry) => entry.duration))).observe({ type: "longtask", buffered: true });
}

const read = (page: Page) => page.evaluate(() => (globalThis as unknown as { probe: Probe }).probe);
const forget = (page: Page) =>
  page.evaluate(() => {
    const { probe: found } = globalThis as unknown as { probe: Probe };
    found.answers = [];
    found.presses = [];
    found.frames = [];
    found.lessons = [];
    found.longTasks = [];
  });

function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}
const ms = (value: number) => `${value.toFixed(1)} ms`;
const print = (line: string) => process.stdout.write(`${line}\n`);
function printAnswers(what: string, { answers, presses, frames, longTasks }: Probe) {
  const both = (values: number[]) => `median ${ms(quantile(values, 0.5))}, p99 ${ms(quantile(values, 0.99))} (${values.length})`;
  print(`${what}: the answer stands in the page after a move ${both(answers)}, after a press ${both(presses)}; its frame is out ${both(frames)}; ` +
    `tasks over 50 ms on the page's thread: ${longTasks.length}${longTasks.length > 0 ? ` (longest ${ms(Math.max(...longTasks))})` : ""}`);
}

/**
 * Draws at the pace of a hand: a point each 8 ms, as a tablet or a 125 Hz mouse gives them; over a place before it presses
 * there, and in the air for a while between two strokes.
 */
async function drawByHand(trazo: Trazo, page: Page, digits: typeof handwritten) {
  const pad = (await page.locator(byId("pad")).boundingBox())!;
  for (const { strokes } of digits) {
    for (const line of strokes) {
      for (const [i, [x, y]] of line.entries()) {
        await page.mouse.move(pad.x + (x / 1000) * pad.width, pad.y + (y / 1000) * pad.height);
        if (i === 0) {
          await sleep(40);
          await page.mouse.down();
        }
        await sleep(8);
      }
      await page.mouse.up();
      await sleep(120);
    }
    await trazo.click("clear");
    await sleep(120);
  }
}

test("figures", async ({ trazo, page, browser, site }) => {
  print(`\n${cpus().length} x ${cpus()[0]?.model.trim()}, Chromium ${browser.version()}, headless`);

  await test.step("first visit", async () => {
    const ready: number[] = [];
    const first: number[] = [];
    for (let visit = 0; visit < 5; visit += 1) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
      const tab = await context.newPage();
      await tab.addInitScript(() => {
        const times = ((globalThis as unknown as { times: Record<string, number> }).times = {});
        const note = (name: string) => ((times as Record<string, number>)[name] ??= performance.now());
        new MutationObserver(() => {
          if (document.documentElement.dataset.engine === "ready") note("ready");
          if (document.querySelector("[data-testid=prediction]")?.textContent) note("answer");
        }).observe(document, { attributes: true, childList: true, characterData: true, subtree: true });
      });
      const start = Date.now();
      void tab.goto(site.url);
      await tab.locator(byId("pad")).waitFor();
      const pad = (await tab.locator(byId("pad")).boundingBox())!;
      // A one in a stroke: down while the engine is on its way.
      await tab.mouse.move(pad.x + pad.width / 2, pad.y + pad.height * 0.2);
      await tab.mouse.down();
      await tab.mouse.move(pad.x + pad.width / 2, pad.y + pad.height * 0.8, { steps: 8 });
      await tab.mouse.up();
      await tab.waitForFunction(() => "answer" in (globalThis as unknown as { times: object }).times, undefined, { timeout: 30_000 }).catch(() => print(`no answer within ${Date.now() - start} ms`));
      const times = await tab.evaluate(() => (globalThis as unknown as { times: Record<string, number> }).times);
      ready.push(times["ready"] ?? Number.NaN);
      first.push(times["answer"] ?? Number.NaN);
      await context.close();
    }
    print(`first visit (nothing cached, local server): engine ready ${ms(quantile(ready, 0.5))}, first answer ${ms(quantile(first, 0.5))}, medians of 5`);
  });

  await page.addInitScript(watchCalls);
  await page.addInitScript(probe);
  await trazo.open();
  print(`build: ${await trazo.build()}`);
  await drawByHand(trazo, page, handwritten.slice(0, 4)); // warm
  await forget(page);
  await drawByHand(trazo, page, handwritten);
  printAnswers("pen event to shown answer, idle", await read(page));

  await forget(page);
  const lessons = 40;
  for (let i = 0; i < lessons; i += 1) {
    const { strokes } = handwritten[i % handwritten.length]!;
    // Half are digits seen a little differently, half are shapes that it has to learn.
    await trazo.draw(i % 2 === 0 ? placed(strokes, 0.6 + i / 100) : placed(scribble, 0.4 + i / 80).map((line) => line.slice(i, i + 20)));
    await sleep(30);
    await trazo.teach(i % 10);
    await trazo.click("clear");
  }
  const taught = await read(page);
  print(`a lesson, from tap to shown answer: p50 ${ms(quantile(taught.lessons, 0.5))}, p95 ${ms(quantile(taught.lessons, 0.95))} over ${taught.lessons.length} lessons; ` +
    `tasks over 50 ms on the page's thread: ${taught.longTasks.length}`);

  await forget(page);
  let ended = 0;
  for (let i = 0; i < 12; i += 3) {
    // Each time anew: a session of training takes ten seconds, three digits take five.
    await trazo.click("train-start");
    await page.locator(byId("train-pause")).waitFor();
    await sleep(300);
    await drawByHand(trazo, page, handwritten.slice(i, i + 3));
    if ((await trazo.text("train-stop")) === null) ended += 1;
    else await trazo.click("train-stop");
    await page.locator(byId("train-start")).waitFor();
  }
  printAnswers(`pen event to shown answer, while training${ended > 0 ? ` (which ended before the drawing did, ${ended} times)` : ""}`, await read(page));
});

test("bytes", async () => {
  const kinds = new Map<string, { raw: number; brotli: number }>();
  for (const entry of await readdir(DIST, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const bytes = await readFile(path);
    let kind = extname(entry.name).slice(1);
    if (kind === "wasm") kind = `wasm ${entry.name}`;
    if (kind === "map") continue;
    const sum = kinds.get(kind) ?? { raw: 0, brotli: 0 };
    sum.raw += bytes.length;
    sum.brotli += brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
    kinds.set(kind, sum);
  }
  let all = 0;
  for (const [kind, { raw, brotli }] of [...kinds].sort()) {
    print(`${kind.padEnd(40)} ${String(raw).padStart(8)} bytes, ${String(brotli).padStart(8)} as brotli`);
    all += brotli;
  }
  print(`${"all".padEnd(40)} ${String(all).padStart(23)} bytes as brotli (a visit needs one of the two builds)`);
});

/** Of a machine that has much to do. */
const PATIENCE = 120_000;

/** What the engine takes from a question to its answer, the way there and back included. */
async function asked(page: Page, call: string): Promise<number[]> {
  return page.evaluate((name) => (globalThis as unknown as { times: Record<string, number[]> }).times[name]?.splice(0) ?? [], call);
}

function timeCalls() {
  const times: Record<string, number[]> = {};
  (globalThis as unknown as { times: typeof times }).times = times;
  ((globalThis as unknown as { watchers?: Watcher[] }).watchers ??= []).push((call) => {
    const at = performance.now();
    return () => (times[call] ??= []).push(performance.now() - at);
  });
}
const told = (values: readonly number[]) => `median ${ms(quantile(values, 0.5))}, p95 ${ms(quantile(values, 0.95))}, p99 ${ms(quantile(values, 0.99))} (${values.length})`;

test("much of it", async ({ trazo, page }) => {
  await page.addInitScript(watchCalls);
  await page.addInitScript(timeCalls);
  await trazo.open();

  await test.step("a number of six digits", async () => {
    const six = [3, 7, 2, 6, 0, 9].flatMap((label, place) => placed(handwritten.find((each) => each.label === label)!.strokes, 0.17, -415 + 165 * place));
    for (let round = 0; round < 6; round += 1) {
      await trazo.draw(six);
      await sleep(200);
      if (round === 0) await asked(page, "readNumber"); // warm
      else if (round === 1) print(`it reads ${await trazo.text("number")}`);
      if (round < 5) await trazo.click("clear");
    }
    print(`a number of up to six digits, asked to answered: ${told(await asked(page, "readNumber"))}`);
    await trazo.click("clear");
  });

  const lessons = async (what: string) => {
    await asked(page, "teach");
    await asked(page, "read");
    for (let i = 0; i < 40; i += 1) {
      await trazo.draw(i % 2 === 0 ? placed(handwritten[i % handwritten.length]!.strokes.slice(0, 1), 0.6 + i / 100) : placed(scribble, 0.4 + i / 80).map((line) => line.slice(i, i + 20)));
      await sleep(30);
      await trazo.teach(i % 10, PATIENCE);
      await trazo.click("clear");
    }
    print(`${what}: a lesson ${told(await asked(page, "teach"))}; a reading ${told(await asked(page, "read"))}`);
  };
  await lessons("few examples, warming up");
  await lessons("40 to 80 examples");
  await test.step("2,000 examples", async () => {
    const lines = Array.from({ length: 2000 }, (_, i) => {
      const { label, strokes } = handwritten[i % handwritten.length]!;
      const turn = ((i * 7919) % 200) / 1000 - 0.1;
      const bent = placed(strokes, 0.5 + ((i * 31) % 50) / 100).map((line) => line.map(([x, y]) => [Math.round(x + turn * (y - 500)), Math.round(y + (turn / 2) * (x - 500))]));
      return JSON.stringify({ label, strokes: bent });
    });
    await trazo.go("examples");
    await page.locator(byId("import-examples")).setInputFiles({ name: "many.jsonl", mimeType: "application/json", buffer: Buffer.from(lines.join("\n")) });
    await page.waitForFunction(() => Number(document.querySelector("[data-testid=example-count]")?.textContent?.replace(/\D/g, "")) >= 1900, undefined, { timeout: 120_000 });
    const imported = performance.now();
    await trazo.go("draw");
    // It does not wait until memory has taken in all of them.
    const began = performance.now();
    await trazo.draw(placed(scribble, 0.3));
    await trazo.teach(8, PATIENCE);
    await trazo.click("clear");
    print(`a lesson while 2,000 drawings are taken in: ${ms(performance.now() - began)}`);
    // Told now and then until all are known, and not where that was over already.
    await page.locator(byId("taking-in")).waitFor({ state: "detached", timeout: PATIENCE });
    print(`all of them are taken in after ${ms(performance.now() - imported)}`);
    await lessons(`${await trazo.exampleCount()} examples`);
  });

  await test.step("a photograph of 12 megapixels", async () => {
    const pens = [[3, 7, 2, 6], [6, 0, 4, 9, 1]].map((line) => line.map((label) => handwritten.find((each) => each.label === label)!.strokes));
    const url = await page.evaluate((lines) => {
      const canvas = Object.assign(document.createElement("canvas"), { width: 4000, height: 3000 });
      const pen = canvas.getContext("2d")!;
      const light = pen.createLinearGradient(0, 0, 4000, 3000);
      light.addColorStop(0, "#f4f0e6");
      light.addColorStop(1, "#a8a49b");
      pen.fillStyle = light;
      pen.fillRect(0, 0, 4000, 3000);
      pen.strokeStyle = "#1b2440";
      pen.lineWidth = 24;
      pen.lineCap = pen.lineJoin = "round";
      lines.forEach((line, row) =>
        line.forEach((strokes, place) => {
          for (const stroke of strokes) {
            pen.beginPath();
            for (const [x, y] of stroke) pen.lineTo(300 + place * 600 + x * 0.5, 500 + row * 900 + y * 0.5);
            pen.stroke();
          }
        }));
      const pixels = pen.getImageData(0, 0, 4000, 3000);
      for (let i = 0; i < pixels.data.length; i += 1) if (i % 4 !== 3) pixels.data[i]! += ((i * 2654435761) >>> 28) - 8; // grain
      pen.putImageData(pixels, 0, 0);
      return canvas.toDataURL("image/jpeg", 0.9);
    }, pens);
    const buffer = Buffer.from(url.slice(url.indexOf(",") + 1), "base64");
    const took: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      await trazo.go("picture");
      await page.evaluate(() => {
        document.querySelector("[data-testid=open-picture]")!.addEventListener("change", () => {
          const began = performance.now();
          const look = new MutationObserver(() => {
            const text = (document.querySelector("[data-testid=number]") as HTMLElement | null)?.innerText;
            if (text && document.querySelectorAll("[data-testid=picture-digit]").length > 0 && !document.querySelector("[aria-busy=true]")) {
              look.disconnect();
              (globalThis as unknown as { picture: number }).picture = performance.now() - began;
            }
          });
          look.observe(document, { childList: true, subtree: true, attributes: true });
        }, { once: true });
      });
      await page.locator(byId("open-picture")).setInputFiles({ name: `sheet-${round}.jpg`, mimeType: "image/jpeg", buffer });
      took.push(await page.waitForFunction(() => (globalThis as unknown as { picture?: number }).picture, undefined, { timeout: 60_000 }).then((found) => found.jsonValue() as Promise<number>));
      if (round === 0) print(`the picture (${Math.round(buffer.length / 1000)} kB) reads ${JSON.stringify(await page.locator(byId("number")).innerText())}`);
      await trazo.reload();
    }
    print(`a photograph of 12 megapixels, chosen to shown: ${took.map((each) => ms(each)).join(", ")}`);
  });
});
