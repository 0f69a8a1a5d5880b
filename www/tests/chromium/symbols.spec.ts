/** Symbols of a person's own: drawn five times, read from then on, kept, carried in files, taken back. */
import { writeFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { violations } from "../harness/axe.ts";
import { digit, sum } from "../harness/strokes.ts";
import { byId, type Line } from "../harness/tab.ts";
import { test, expect } from "../harness/test.ts";
import type { Trazo } from "../harness/trazo.ts";

/** A plus as someone draws it, each time a little otherwise. */
const plus = (time: number): Line[] => {
  const by = (time * 37) % 50;
  return [
    [[500 + by / 4, 220 + by], [505, 500], [495, 770 - by]],
    [[230 + by, 505 - by / 3], [500, 500], [770, 495 + by / 4]],
  ];
};

/** Draws in the dialog and keeps it. */
async function drawOne(page: Page, strokes: readonly Line[]) {
  const box = await page.locator(byId("symbol-pad")).boundingBox();
  if (!box) throw new Error("there is no pad in the dialog");
  for (const line of strokes) {
    const places = line.map(([x, y]) => [box.x + (x / 1000) * box.width, box.y + (y / 1000) * box.height] as const);
    const [first, ...rest] = places;
    if (!first) continue;
    await page.mouse.move(...first);
    await page.mouse.down();
    for (const place of rest) await page.mouse.move(...place, { steps: 4 });
    await page.mouse.up();
  }
  await page.locator(byId("symbol-next")).click();
}

async function addPlus(trazo: Trazo, page: Page) {
  await trazo.go("examples");
  await page.locator(byId("add-symbol")).click();
  await page.locator(byId("symbol-name")).fill("+");
  for (let time = 0; time < 5; time += 1) await drawOne(page, plus(time));
  await page.locator(byId("symbol-add")).click();
  await expect(page.locator(byId("symbol-10"))).toContainText("+");
  await trazo.go("draw");
}

test("a sign that was drawn five times is read from then on, and digits as before", async ({ trazo, page }) => {
  await trazo.open();
  await expect(page.locator(byId("own-symbols"))).toHaveCount(0);
  await addPlus(trazo, page);
  await expect(page.locator(byId("probability-10"))).toHaveAttribute("role", "meter");
  await trazo.draw(plus(8));
  await expect.poll(() => trazo.answer(), { timeout: 20_000 }).toBe("+");
  await expect(page.locator(byId("probability-10"))).not.toHaveAttribute("aria-valuenow", "0");
  for (const each of [7, 4, 1]) {
    await trazo.click("clear");
    await trazo.draw(digit(each));
    await trazo.reads(each);
  }
  // It outlives the tab.
  await trazo.saved();
  await trazo.reload();
  await trazo.draw(plus(9));
  await expect.poll(() => trazo.answer(), { timeout: 20_000 }).toBe("+");
});

test("its key teaches it, and undo takes the lesson and then the symbol away", async ({ trazo, page }) => {
  await trazo.open();
  await addPlus(trazo, page);
  await trazo.draw(digit(7));
  await trazo.reads(7);
  await page.keyboard.press("+");
  await expect.poll(() => trazo.exampleCount()).toBe(6);
  await trazo.takeBack();
  await expect.poll(() => trazo.exampleCount()).toBe(5);
  await trazo.takeBack();
  await expect.poll(() => trazo.exampleCount()).toBe(0);
  await expect(page.locator(byId("own-symbols"))).toHaveCount(0);
});

test("what cannot be a symbol is said in the dialog, and nothing drawn is lost", async ({ trazo, page }) => {
  await trazo.open();
  await addPlus(trazo, page);
  await trazo.go("examples");
  await page.locator(byId("add-symbol")).click();
  for (let time = 0; time < 5; time += 1) await drawOne(page, plus(time + 20));
  for (const [name, key, fault] of [["+", "", /another symbol/], ["7", "", /A digit/], ["x", "7", /already means/]] as const) {
    await page.locator(byId("symbol-name")).fill(name);
    await page.locator(byId("symbol-key")).fill(key);
    await page.locator(byId("symbol-add")).click();
    await expect(page.locator(byId("symbol-fault"))).toContainText(fault);
  }
  // Markup is a name like any other.
  await page.locator(byId("symbol-name")).fill("<b>x</b>");
  await page.locator(byId("symbol-key")).fill("");
  await page.locator(byId("symbol-add")).click();
  await expect(page.locator(byId("symbol-11"))).toContainText("<b>x</b>");
});

test("a symbol is deleted with its drawings after asking, and one undo brings both back", async ({ trazo, page }) => {
  await trazo.open();
  await addPlus(trazo, page);
  await trazo.go("examples");
  await page.locator(byId("symbol-10")).getByRole("button", { name: /Delete/ }).click();
  await expect(page.getByRole("dialog")).toContainText("5 drawings");
  await page.locator(byId("symbol-delete-yes")).click();
  await expect(page.locator(byId("symbol-10"))).toHaveCount(0);
  await expect.poll(() => trazo.exampleCount()).toBe(0);
  await trazo.takeBack();
  await trazo.go("examples");
  await expect(page.locator(byId("symbol-10"))).toContainText("+");
  await expect.poll(() => trazo.exampleCount()).toBe(5);
});

/** The page with the signs of sums, on the screen of the examples. */
async function withSums(trazo: Trazo, page: Page) {
  await trazo.open();
  await trazo.go("examples");
  await page.locator(byId("add-symbol")).click();
  await page.locator(byId("add-sums")).click();
  await expect(page.locator(byId("symbols")).getByRole("listitem")).toHaveCount(5);
}

test("the signs of sums come with one tap, and go with one undo", async ({ trazo, page }) => {
  await withSums(trazo, page);
  await trazo.go("draw");
  await trazo.draw(plus(3));
  await expect.poll(() => trazo.answer(), { timeout: 20_000 }).toBe("+");
  await trazo.takeBack();
  await expect(page.locator(byId("own-symbols"))).toHaveCount(0);
});

test("a sum is answered behind its =, in the words of the person's language, and what it is taught is another sum", async ({ trazo, page }) => {
  await withSums(trazo, page);
  await trazo.go("draw");
  const answer = page.locator(byId("sum"));
  // One stroke of the = is a minus yet.
  await trazo.draw(sum.slice(0, -1));
  await expect(page.locator(byId("prediction"))).toHaveText(/^12\+7/);
  await expect(answer).toHaveCount(0);
  await trazo.draw(sum.slice(-1));
  await expect(page.locator(byId("prediction"))).toHaveText("12+7=");
  await expect(answer).toHaveText("makes 19");
  await expect(page.getByRole("status").filter({ hasText: "It reads 12+7=, which makes 19." })).toBeAttached();
  await expect(page.locator(byId("digit-2"))).toHaveAttribute("aria-label", "Symbol 3 of 5: “+”");
  expect(await violations(page)).toEqual([]);
  // What it looks like stands beside the sum on the largest screens, too.
  await page.setViewportSize({ width: 1440, height: 900 });
  const likes = await page.locator(byId("likes")).getByRole("img").last().boundingBox();
  expect(likes!.x + likes!.width).toBeLessThanOrEqual(1440);
  await trazo.speak("es");
  await expect(answer).toHaveText("da 19");

  // With the minus of any keyboard: it has learned what was typed, and each piece was taught as what it is.
  await page.locator(byId("whole-was")).fill("12-7=");
  await page.keyboard.press("Enter");
  await expect(page.locator(byId("prediction"))).toHaveText("12−7=");
  await expect(answer).toHaveText("da 5");
  await expect.poll(() => trazo.exampleCount()).toBe(45);
});

test("names in a file of drawings are offered as new symbols, and come out as they went in", async ({ trazo, page }, info) => {
  await trazo.open();
  const line = (label: string, time: number): string => JSON.stringify({ label, strokes: plus(time) });
  const path = info.outputPath("mine.jsonl");
  await writeFile(path, [line("plus", 1), line("plus", 2), JSON.stringify({ label: 7, strokes: digit(7) })].join("\n"));
  await trazo.go("files");
  await trazo.upload(path);
  await page.locator(byId("answer-plus")).click();
  await expect(page.locator(byId("opened"))).toContainText("3 examples");
  await trazo.go("examples");
  await expect(page.locator(byId("symbol-10"))).toContainText("plus");
  const { bytes } = await trazo.download("export-examples");
  expect(bytes.toString().match(/"label":"plus"/g)).toHaveLength(2);
});
