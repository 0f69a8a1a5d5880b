/** Two ways of learning, side by side: what the original way forgets. */
import { writeFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { violations } from "../harness/axe.ts";
import { digit, handwritten, placed, scribble } from "../harness/strokes.ts";
import { byId } from "../harness/tab.ts";
import { test, expect } from "../harness/test.ts";
import type { Trazo } from "../harness/trazo.ts";

const says = (page: Page) => page.locator(byId("experiment-says"));
const given = async (page: Page) => Number(await page.locator(byId("experiment-progress")).getAttribute("aria-valuenow"));
const over = (page: Page) => expect(page.locator(byId("experiment-start"))).toBeVisible({ timeout: 60_000 });
/** The numbers of the table's last row: taught and test, the original way and Trazo's. */
const lastRow = async (page: Page) => (await page.locator(`${byId("experiment-table")} tbody tr`).last().locator("td").allInnerTexts()).map(Number);
/** How many points a line has been drawn through: a curve from each to the next. */
const points = async (page: Page, chart: string, line: string) =>
  ((await page.locator(`${byId(chart)} path.${line}`).getAttribute("d")) ?? "").split("C").length;

/** What a person would miss: the weights of both networks, the examples, the history (one lesson of `digits`). */
async function belongings(trazo: Trazo, page: Page): Promise<unknown[]> {
  const all: unknown[] = [];
  for (const [model, moments] of [["classic", 0], ["digits", 2]] as const) {
    await trazo.go("files");
    await trazo.click(`model-${model}`);
    await expect(page.locator(byId(`model-${model}`))).toBeChecked();
    await trazo.go("history");
    await expect(page.locator(byId("history-point"))).toHaveCount(moments);
    await trazo.go("draw");
    all.push((await trazo.weights()).toString("base64"), await trazo.exampleCount());
  }
  return all;
}

test("both curves are drawn as it goes, the table says the same, and nothing of the person's is touched", async ({ trazo, page }) => {
  await trazo.open();
  await trazo.draw(scribble);
  await trazo.teach(4);
  await trazo.saved();
  const before = await belongings(trazo, page);
  await trazo.go("history");
  await trazo.click("experiment-link");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Two ways of learning");
  await page.evaluate(() => (location.hash = "#/experiment?seed=1"));
  await trazo.click("experiment-start");

  // It can be followed, and held.
  await expect.poll(() => given(page)).toBeGreaterThan(10);
  await trazo.click("experiment-pause");
  await expect(page.locator(byId("experiment-pause"))).toHaveText("Resume");
  const held = await given(page);
  expect(held).toBeLessThan(100);
  const half = await says(page).innerText();
  // The engine has had other work since, and time for more lessons than one.
  expect(await belongings(trazo, page)).toEqual(before);
  await trazo.go("experiment");
  expect(await says(page).innerText()).toBe(half);
  await trazo.click("experiment-pause");
  await over(page);

  await expect(page.locator(byId("status"))).toHaveText("All lessons have been given.");
  for (const chart of ["experiment-taught", "experiment-exam"]) {
    for (const line of ["lines-net", "lines-other"]) expect(await points(page, chart, line)).toBe(41);
  }
  await page.locator("summary").click();
  await expect(page.locator(`${byId("experiment-table")} tbody tr`)).toHaveCount(41);
  const [taughtOriginal = -1, taughtTrazo = -1, examOriginal = -1, examTrazo = -1] = await lastRow(page);
  expect(taughtOriginal).toBeLessThan(28);
  expect(taughtTrazo).toBeGreaterThan(37);
  expect(await says(page).innerText()).toContain(`the original way still reads ${taughtOriginal} of the 40 it was taught, Trazo’s way ${taughtTrazo}.`);
  expect(await says(page).innerText()).toContain(`now it is ${examOriginal} the original way, ${examTrazo} Trazo’s way.`);
  await expect(page.locator(byId("experiment-exam"))).toContainText(`original ${examOriginal}`);
  await expect(page.locator(byId("experiment-exam"))).toContainText(`Trazo ${examTrazo}`);
  expect(await violations(page)).toEqual([]);

  await trazo.saved();
  expect(await belongings(trazo, page)).toEqual(before);
});

test("it goes on while one draws, teaches and trains elsewhere, and speaks the language that is chosen", async ({ trazo, page }) => {
  await trazo.open();
  await trazo.draw(scribble);
  await trazo.teach(4);
  await trazo.go("files");
  await trazo.click("train-start");
  await trazo.go("experiment");
  await trazo.click("experiment-start");
  await expect.poll(() => given(page)).toBeGreaterThan(0);
  await trazo.go("draw");
  await trazo.click("clear");
  await trazo.draw(digit(7));
  await trazo.reads(7);
  await trazo.teach(7);
  await trazo.go("experiment");
  await trazo.speak("es");
  await over(page);
  await expect(says(page)).toContainText("Tras 40 lecciones, la manera original aún lee bien");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Dos maneras de aprender");
  expect(await page.title()).toBe("Experimento · Trazo");
});

test("stopped it keeps what was measured, and begins anew with other digits; the keyboard is enough", async ({ trazo, page }) => {
  await trazo.open();
  await trazo.go("experiment");
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute("data-testid"));
  await page.locator(byId("experiment-start")).focus();
  await page.keyboard.press("Enter");
  await expect.poll(() => given(page)).toBeGreaterThan(5);
  expect(await focused()).toBe("experiment-pause");
  await page.keyboard.press("Tab");
  expect(await focused()).toBe("experiment-stop");
  await page.keyboard.press("Enter");
  await over(page);
  await expect.poll(focused).toBe("experiment-start");
  await expect(page.locator(byId("experiment-stop"))).toBeHidden();
  const stopped = await says(page).innerText();
  expect(stopped).toMatch(/^After \d+ lessons? /);
  await page.keyboard.press("Enter");
  await expect.poll(() => given(page)).toBe(0);
  await expect.poll(() => given(page)).toBeGreaterThan(0);
});

test("the first lessons of two visits are not the same, but where the address says which", async ({ trazo, page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  const lessons = async (query: string) => {
    await page.goto(`${trazo.url}#/experiment${query}`);
    await trazo.reload();
    await trazo.click("experiment-start");
    await expect.poll(() => given(page), { timeout: 30_000 }).toBeGreaterThan(40);
    await page.locator("summary").click();
    return (await page.locator(`${byId("experiment-table")} tbody th`).allInnerTexts()).slice(1, 13).join(" ");
  };
  const chosen = await lessons("?seed=7");
  expect(await lessons("?seed=7")).toBe(chosen);
  // Twelve digits that are the same by chance are one in a million million.
  const [one, two] = [await lessons(""), await lessons("")];
  expect(one).not.toBe(two);
});

test("with enough drawings of one's own that it reads wrong, those are the lessons", async ({ trazo, page }, info) => {
  await trazo.open();
  const lines = Array.from({ length: 30 }, (_, i) => {
    const { label, strokes } = handwritten[i % handwritten.length]!;
    const moved = placed(strokes, 0.9 - i / 100, i, i);
    // A person of odd habits: every digit is called by the next one's name.
    return JSON.stringify({ label: (label + 1) % 10, source: "test", writer: "odd", strokes: moved });
  });
  const path = info.outputPath("examples.jsonl");
  await writeFile(path, lines.join("\n"));
  await trazo.upload(path);
  await expect.poll(() => trazo.exampleCount()).toBe(30);
  await trazo.go("experiment");
  await trazo.click("experiment-start");
  await expect(page.locator("main")).toContainText(/The lessons are your own drawings: the latest (2\d|30) /);
  await over(page);
  await page.locator("summary").click();
  const [, taughtTrazo = -1] = await lastRow(page);
  expect(taughtTrazo).toBeGreaterThanOrEqual(20);
  await trazo.go("draw");
  expect(await trazo.exampleCount()).toBe(30);
});

test("where the engine dies in the middle the page says so and begins again", async ({ trazo, page }) => {
  await trazo.open();
  await trazo.go("experiment");
  await trazo.click("experiment-start");
  await expect.poll(() => given(page)).toBeGreaterThan(5);
  const [worker] = page.workers();
  await worker!.evaluate(() => {
    setTimeout(() => {
      throw new Error("a fault in the worker");
    });
  }).catch(() => {});
  await expect(page.locator(byId("failed"))).toBeVisible();
  await expect(page.locator(byId("status"))).toContainText(/engine stopped/i);
  await trazo.click("retry");
  await trazo.ready();
  await trazo.click("experiment-start");
  await expect.poll(() => given(page)).toBeGreaterThan(5);
});
