/**
 * Prints how quick Inside is on the machine that it runs on: `npm run measure-inside --prefix www/tests`.
 *
 * From the browser's own time stamp of what the hand did (a touch of a cell, a move of the pen) to the first task after the
 * frame in which the number, or the sum of the touched unit, is another. Of several moves before that it is the latest, so that
 * the second figure is a lower bound.
 */
import { cpus, loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { Page } from "@playwright/test";
import { handwritten } from "../harness/strokes.ts";
import { byId } from "../harness/tab.ts";
import { test } from "../harness/test.ts";

interface Probe {
  touches: number[];
  pens: number[];
}

/** Runs in the page: notes when a hand did something, and when what it shows has followed. */
function probe() {
  const found: Probe = { touches: [], pens: [] };
  (globalThis as unknown as { probe: Probe }).probe = found;
  let touched: number | null = null;
  let moved: number | null = null;
  addEventListener("pointerdown", (event) => {
    if (!(event.target as Element).closest("[data-testid=pad]")) touched = event.timeStamp;
  }, { capture: true });
  // A button acts when it is let go: until then the time is the hand's.
  addEventListener("click", (event) => {
    if (!(event.target as Element).closest("[data-testid=inside-loupe]")) touched = event.timeStamp;
  }, { capture: true });
  addEventListener("pointermove", (event) => {
    // The latest: a move that puts no ink on the pad changes no number.
    if (event.buttons > 0 && (event.target as Element).closest("[data-testid=pad]")) moved = event.timeStamp;
  }, { capture: true });
  const painted = (then: (now: number) => void) =>
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => then(performance.now());
      port2.postMessage(0);
    });
  let caption: string | undefined;
  let value: string | undefined;
  new MutationObserver(() => {
    const ladder = document.querySelector("[data-testid=inside-ladder] caption")?.textContent;
    if (ladder && ladder !== caption) {
      caption = ladder;
      const at = touched;
      touched = null;
      if (at !== null) painted((now) => found.touches.push(now - at));
    }
    const shown = document.querySelector("[data-testid=inside-value]")?.getAttribute("data-value") ?? undefined;
    if (shown !== value) {
      value = shown;
      const at = moved;
      moved = null;
      if (at !== null) painted((now) => found.pens.push(now - at));
    }
  }).observe(document, { childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ["data-value"] });
}

const read = (page: Page) => page.evaluate(() => (globalThis as unknown as { probe: Probe }).probe);
const quantile = (values: readonly number[], q: number): number => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(q * values.length))] ?? Number.NaN;
const print = (line: string) => process.stdout.write(`${line}\n`);
const says = (values: readonly number[]) => `median ${quantile(values, 0.5).toFixed(1)} ms, p95 ${quantile(values, 0.95).toFixed(1)} ms (${values.length})`;

test("how quick Inside is", async ({ trazo, page, browser }) => {
  print(`\n${cpus().length} x ${cpus()[0]?.model.trim()}, load ${loadavg()[0]?.toFixed(1)}, Chromium ${browser.version()}, headless`);
  await page.addInitScript(probe);
  await trazo.open();
  const [first] = handwritten;
  await trazo.draw(first!.strokes);
  for (const model of ["digits", "classic"]) {
    await page.evaluate((name) => {
      location.hash = `#/inside?model=${name}&layer=answer&unit=3`;
    }, model);
    await page.locator(byId("inside-ladder")).waitFor();
    // Each map, then another cell of its loupe.
    for (const round of [0, 1]) {
      if (round === 1) await page.evaluate(() => void ((globalThis as unknown as { probe: Probe }).probe = Object.assign((globalThis as unknown as { probe: Probe }).probe, { touches: [], pens: [] })));
      for (let map = 0; map < 24; map += 1) {
        const button = page.locator(".map").nth(map * 2 + round);
        if ((await button.count()) === 0) break;
        await button.scrollIntoViewIfNeeded();
        await button.click();
        await sleep(150);
        const loupe = await page.locator(byId("inside-loupe")).boundingBox();
        if (loupe) {
          await page.mouse.click(loupe.x + loupe.width * (0.1 + map / 30), loupe.y + loupe.height * (0.9 - map / 30));
          await sleep(150);
        }
      }
    }
    const { touches } = await read(page);
    await page.evaluate(() => {
      location.hash = "#/inside?layer=answer&unit=3";
    });
    await page.locator(byId("inside-ladder")).waitFor();
    for (const { strokes } of handwritten.slice(1, 6)) {
      await trazo.click("clear");
      const pad = (await page.locator(byId("pad")).boundingBox())!;
      for (const line of strokes) {
        for (const [i, [x, y]] of line.entries()) {
          await page.mouse.move(pad.x + (x / 1000) * pad.width, pad.y + (y / 1000) * pad.height);
          if (i === 0) await page.mouse.down();
          await sleep(8);
        }
        await page.mouse.up();
        await sleep(60);
      }
    }
    const { pens } = await read(page);
    print(`${model}: touch to sum ${says(touches)}; pen to number ${says(pens)}`);
  }
});
