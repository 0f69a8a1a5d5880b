/** The Lab: a row that is not trained, the way back to the best look, and the film of the first weights. */
import type { Page } from "@playwright/test";
import { violations } from "../harness/axe.ts";
import { byId } from "../harness/tab.ts";
import { test, expect } from "../harness/test.ts";
import type { Trazo } from "../harness/trazo.ts";

async function opened(trazo: Trazo, page: Page, query: string) {
  await trazo.open();
  await page.evaluate((hash) => {
    location.hash = hash;
  }, `#/lab?${query}`);
  await expect(page.getByRole("heading", { level: 1, name: "Lab" })).toBeVisible();
  await expect(page.locator(byId("lab-start"))).toHaveText(/\S/);
}
const over = (page: Page) => expect(page.locator(byId("lab-fresh"))).toBeVisible({ timeout: 60_000 });
const value = async (page: Page, id: string) => Number((await page.locator(byId(id)).getAttribute("data-value")) || Number.NaN);
/** The picture of the first weights, dot by dot. */
const sheet = (page: Page) => page.locator(byId("lab-weights")).evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());

test("a frozen row with tanh is chosen by hand, goes into the link, and keeps its weights while the others learn", async ({ trazo, page }) => {
  await opened(trazo, page, "v=1&net=d32r-d10&n=300-200-0&rate=0.01&epochs=20");
  await page.locator(byId("lab-rows")).locator("summary").click();
  await page.getByLabel("row 1: Then").selectOption("tanh");
  await page.locator(byId("lab-frozen-1")).check();
  await expect.poll(() => page.evaluate(() => location.hash)).toContain("net=d32tf-d10");
  await trazo.click("lab-batch");
  await expect(page.locator(byId("lab-weights"))).toHaveAttribute("data-step", "1");
  const before = await sheet(page);
  await trazo.click("lab-pause");
  await over(page);
  await expect(page.locator(byId("lab-weights"))).not.toHaveAttribute("data-step", "1");
  expect(await sheet(page)).toBe(before);
  expect(await value(page, "lab-accuracy")).toBeGreaterThan(0.5);

  // Where nothing is left to train it says so, at the row.
  await page.locator(byId("lab-frozen-2")).check();
  await expect(page.locator(byId("lab-row-2")).locator(byId("lab-fault"))).toHaveText("Nothing is left to train: let at least one row learn.");
  await expect(page.locator(byId("lab-start"))).toHaveAttribute("aria-disabled", "true");
  expect(await violations(page)).toEqual([]);
});

test("a run that stopped by itself names its best batch, goes back to it, and can go on from there", async ({ trazo, page }) => {
  // By heart and with wrong labels: it gets worse, and the rule ends it.
  await opened(trazo, page, "v=1&net=d64r-d10&n=200-300-0&noise=0.5&rate=0.01&epochs=200&look=5&patience=10");
  await trazo.click("lab-start");
  await over(page);
  await expect(page.locator(byId("status"))).toHaveText(/best batch/);
  const worse = await value(page, "lab-accuracy");
  const says = page.locator(byId("lab-health")).getByText(/^Its best: [\d.]+% read right, at batch \d+\.$/);
  await expect(says).toBeVisible();
  const [, best] = /batch (\d+)/.exec((await says.textContent()) ?? "") ?? [];
  await trazo.click("lab-back");
  await expect(page.locator(byId("status"))).toHaveText(`Back at batch ${best}.`);
  await expect(page.locator(byId("lab-pause"))).toHaveText("Go on");
  expect(await value(page, "lab-seen")).toBe(Number(best) * 64);
  expect(await value(page, "lab-accuracy")).toBeGreaterThanOrEqual(worse);
  await expect(page.locator(byId("lab-back"))).toHaveCount(0);
  await trazo.click("lab-pause");
  await over(page);
  expect(await value(page, "lab-accuracy")).toBe(worse);
});

test("the best look is still there to go back to after the page was closed in the middle", async ({ trazo, page }) => {
  // By heart and with wrong labels: the best comes early.
  await opened(trazo, page, "v=1&net=d64r-d10&n=200-300-0&noise=0.5&rate=0.01&epochs=200&look=5&patience=0");
  await trazo.tab.select("lab-pace", "100");
  await trazo.click("lab-start");
  await expect.poll(() => value(page, "lab-seen")).toBeGreaterThan(200 * 64);
  await trazo.click("lab-pause");
  await expect(page.locator(byId("lab-pause"))).toHaveText("Go on");
  const says = page.locator(byId("lab-health")).getByText(/^Its best: [\d.]+% read right, at batch \d+\.$/);
  const before = (await says.textContent()) ?? "";
  const [, best] = /batch (\d+)/.exec(before) ?? [];
  const held = await value(page, "lab-seen");
  const kept = () =>
    page.evaluate(async () => {
      const cache = await caches.open(`trazo.lab:${location.pathname}`);
      const [one] = await cache.matchAll();
      return Number(one?.headers.get("x-seen"));
    });
  await expect.poll(kept).toBe(held);
  await page.reload();
  await trazo.ready();
  await trazo.click("lab-broken-go");
  await over(page);
  await expect(says).toHaveText(before);
  await trazo.click("lab-back");
  await expect(page.locator(byId("status"))).toHaveText(`Back at batch ${best}.`);
  expect(await value(page, "lab-seen")).toBe(Number(best) * 64);
});

test("the first weights can be gone through by key, from before the first batch to now", async ({ trazo, page }) => {
  await opened(trazo, page, "v=1&net=d10&n=500-200-0&epochs=6");
  await trazo.click("lab-start");
  await over(page);
  const film = page.getByRole("slider", { name: "How they came about" });
  await expect(film).toHaveAttribute("aria-valuetext", "as they are now");
  const now = await sheet(page);
  await film.focus();
  await page.keyboard.press("Home");
  await expect(film).toHaveAttribute("aria-valuetext", "before the first batch");
  await expect(page.locator(byId("lab-weights"))).toHaveAttribute("data-step", "0");
  const first = await sheet(page);
  expect(first).not.toBe(now);
  await page.keyboard.press("ArrowRight");
  await expect(film).toHaveAttribute("aria-valuetext", /^after batch \d+$/);
  expect(await sheet(page)).not.toBe(first);
  await page.keyboard.press("End");
  await expect(film).toHaveAttribute("aria-valuetext", "as they are now");
  await expect.poll(() => sheet(page)).toBe(now);
  expect(await violations(page)).toEqual([]);
});
