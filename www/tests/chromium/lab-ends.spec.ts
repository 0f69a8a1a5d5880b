/** Runs of the Lab that end badly: the last whole checkpoint stands, and the person's own networks stay as they are, byte for byte. */
import type { Page } from "@playwright/test";
import { digit } from "../harness/strokes.ts";
import { byId } from "../harness/tab.ts";
import { test as base, expect } from "../harness/test.ts";
import type { Trazo } from "../harness/trazo.ts";

/** Before each a digit is taught, so that there is something to lose; after it the whole project is compared. */
const test = base.extend<{ kept: void }>({
  kept: [
    async ({ trazo, page }, use) => {
      await trazo.open();
      await trazo.draw(digit(7));
      await trazo.reads(7);
      await trazo.teach(4);
      await trazo.saved();
      // All that is kept of the person: models as they are, examples, history.
      await trazo.go("files");
      const { bytes: before } = await trazo.download("download-project");
      await use();
      await trazo.go("files");
      expect(Buffer.compare((await trazo.download("download-project")).bytes, before)).toBe(0);
      expect(await trazo.storage()).toBe("saved");
      // The page of a test that has come so far is whole.
      await expect(page.locator("html")).toHaveAttribute("data-engine", "ready");
    },
    { auto: true },
  ],
});

const SETUP = "v=1&net=d10&rate=0.003&epochs=4";

async function at(page: Page, query: string) {
  await page.evaluate((hash) => (location.hash = hash), `#/lab?${query}`);
  await expect(page.locator(byId("lab-start"))).toHaveText(/\S/);
}
const number = async (page: Page, id: string) => Number((await page.locator(byId(id)).getAttribute("data-value")) || Number.NaN);
const seen = (page: Page) => number(page, "lab-seen");
const over = (page: Page) => expect(page.locator(byId("lab-fresh"))).toBeVisible({ timeout: 60_000 });

/** What the run comes to where nothing happens to it. */
async function undisturbed(trazo: Trazo, page: Page): Promise<number> {
  await at(page, SETUP);
  await trazo.click("lab-start");
  await over(page);
  return number(page, "lab-loss");
}

/** How many runs there are to go on with. */
const kept = (page: Page) => page.evaluate(async () => (await (await caches.open(`trazo.lab:${location.pathname}`)).keys()).length);

/** Trains for some batches and rests: then there is a checkpoint. */
async function begun(trazo: Trazo, page: Page) {
  await at(page, SETUP);
  await trazo.tab.select("lab-pace", "100");
  await trazo.click("lab-start");
  await expect.poll(() => seen(page)).toBeGreaterThan(500);
  await trazo.click("lab-pause");
  await expect(page.locator(byId("lab-pause"))).toHaveText("Go on");
  await expect.poll(() => kept(page), { message: "what it can go on from" }).toBe(1);
  return seen(page);
}

/** A worker of the page by its name, with a fault of its own. */
async function breaks(page: Page, name: string) {
  for (const worker of page.workers()) {
    if ((await worker.evaluate(() => self.name).catch(() => "")) !== name) continue;
    await worker.evaluate(() => void setTimeout(() => {
      throw new Error("a fault in the worker");
    }));
    return;
  }
  throw new Error(`there is no worker ${name}`);
}

const goesOn = async (trazo: Trazo, page: Page) => {
  await trazo.tab.select("lab-pace", "null");
  await trazo.click((await trazo.text("lab-pause")) === null ? "lab-start" : "lab-pause");
  await over(page);
  return number(page, "lab-loss");
};

test("numbers that are none any more end it, which is said", async ({ trazo, page }) => {
  await at(page, "v=1&net=d64r-d10&opt=sgd&rate=1e12&epochs=3");
  await trazo.click("lab-start");
  await over(page);
  await expect(page.locator(byId("lab-health"))).toHaveAttribute("data-what", "diverged");
  await expect(page.locator(byId("status"))).toContainText("Stopped by itself");
  await expect(page.locator(byId("lab-broken"))).toHaveCount(0);
});

test("stopped, it is over, and nothing is left to go on from", async ({ trazo, page }) => {
  await begun(trazo, page);
  await trazo.click("lab-stop");
  await over(page);
  await page.reload();
  await trazo.ready();
  await expect(page.getByRole("heading", { level: 1, name: "Lab" })).toBeVisible();
  await expect(page.locator(byId("lab-start"))).toHaveText("Start");
  await expect(page.locator(byId("lab-broken"))).toHaveCount(0);
});

test("a page that is closed in the middle offers it again, and it comes to the same end", async ({ trazo, page }) => {
  const loss = await undisturbed(trazo, page);
  const held = await begun(trazo, page);
  // So slowly that it does not come to its end before the page is closed.
  await trazo.tab.select("lab-pace", "1");
  await trazo.click("lab-pause");
  await expect.poll(() => seen(page)).toBeGreaterThan(held);
  // What runs in this tab has not broken off for another one.
  const beside = await page.context().newPage();
  await beside.goto(page.url());
  await expect(beside.locator("html")).toHaveAttribute("data-engine", "ready");
  await beside.waitForTimeout(1500);
  await expect(beside.locator(byId("lab-broken"))).toHaveCount(0);
  await beside.close();
  await page.bringToFront();
  await page.reload();
  await trazo.ready();
  await expect(page.locator(byId("lab-broken"))).toContainText(`It was kept after ${held.toLocaleString("en-US")} digits.`);
  await trazo.click("lab-broken-go");
  await over(page);
  expect(await number(page, "lab-loss")).toBe(loss);
  await page.reload();
  await trazo.ready();
  await expect(page.locator(byId("lab-broken"))).toHaveCount(0);
});

test("two runs that broke off are offered together", async ({ trazo, page }) => {
  await at(page, SETUP);
  await trazo.click("lab-compare-start");
  await trazo.tab.select("lab-template", "hidden");
  await trazo.tab.select("lab-pace", "100");
  await trazo.click("lab-start");
  await expect.poll(() => seen(page)).toBeGreaterThan(500);
  await trazo.click("lab-pause");
  await expect(page.locator(byId("lab-pause"))).toHaveText("Go on");
  await expect.poll(() => kept(page)).toBe(2);
  const held = await seen(page);
  await page.reload();
  await trazo.ready();
  await trazo.click("lab-broken-go");
  await expect.poll(() => seen(page)).toBeGreaterThan(held);
  await expect(page.locator(`${byId("lab-compare")} tbody tr`).first()).toContainText("One hidden layer");
  await trazo.click("lab-stop");
  await over(page);
});

test("where the storage is full the last whole checkpoint stands", async ({ trazo, page }) => {
  const held = await begun(trazo, page);
  await page.evaluate(() => {
    Cache.prototype.put = () => Promise.reject(new DOMException("no room", "QuotaExceededError"));
  });
  await trazo.click("lab-pause");
  await expect.poll(() => seen(page)).toBeGreaterThan(held);
  await trazo.click("lab-pause");
  await expect(page.locator(byId("lab-pause"))).toHaveText("Go on");
  const later = await seen(page);
  expect(later).toBeGreaterThan(held);
  await page.reload();
  await trazo.ready();
  await expect(page.locator(byId("lab-broken"))).toContainText(`${held.toLocaleString("en-US")} digits`);
  await trazo.click("lab-broken-leave");
  await expect(page.locator(byId("lab-broken"))).toHaveCount(0);
});

test("a tab in the background trains on, and comes to the same end", async ({ trazo, page, context }) => {
  const loss = await undisturbed(trazo, page);
  const held = await begun(trazo, page);
  await trazo.tab.select("lab-pace", "1");
  const other = await context.newPage();
  await other.bringToFront();
  await page.evaluate(() => {
    // As a hidden tab has it, also where this browser shows both.
    Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
    window.requestAnimationFrame = () => 0;
    document.querySelector<HTMLButtonElement>("[data-testid=lab-pause]")?.click();
  });
  await expect.poll(() => seen(page)).toBeGreaterThan(held);
  await other.close();
  await page.bringToFront();
  await page.reload();
  await trazo.ready();
  await trazo.click("lab-broken-go");
  await over(page);
  expect(await number(page, "lab-loss")).toBe(loss);
});

test("its worker dies: that is said, and it goes on from where it was kept, to the same end", async ({ trazo, page }) => {
  const loss = await undisturbed(trazo, page);
  await begun(trazo, page);
  await breaks(page, "trazo-lab");
  await expect(page.locator(byId("lab-lost"))).toBeVisible();
  await expect(page.locator(byId("lab-start"))).toHaveText("Go on");
  expect(await goesOn(trazo, page)).toBe(loss);
});

test("the second worker dies: the first goes on alone, to the same end", async ({ trazo, page }) => {
  test.skip((await page.evaluate(() => navigator.hardwareConcurrency)) < 2, "one core has one worker");
  const loss = await undisturbed(trazo, page);
  await begun(trazo, page);
  await breaks(page, "trazo-lab-2");
  expect(await goesOn(trazo, page)).toBe(loss);
});
