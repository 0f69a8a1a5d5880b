/** Lessons, what is said of them, and taking them back. */
import { writeFile } from "node:fs/promises";
import { digit, handwritten, placed, scribble } from "../harness/strokes.ts";
import { byId } from "../harness/tab.ts";
import { test, expect } from "../harness/test.ts";

test("a lesson changes the answer and says what changed", async ({ trazo, page }) => {
  await trazo.open();
  await trazo.draw(scribble);
  await expect(page.locator(byId("not-sure"))).toBeVisible();
  await trazo.click("teach-4");
  await expect.poll(() => trazo.exampleCount()).toBe(1);
  await expect(page.locator(byId("status"))).toContainText("4");
  // The exam: so many of 500.
  await expect(page.locator(byId("exam"))).toContainText(/\d+ of 500/);
});

test("the keys 0 to 9 teach as the buttons do", async ({ trazo, page }) => {
  await trazo.open();
  await trazo.draw(digit(7));
  await trazo.reads(7);
  await page.keyboard.press("7");
  await expect.poll(() => trazo.exampleCount()).toBe(1);
  await trazo.reads(7);
});

test("a right answer can be confirmed and is kept without training", async ({ trazo }) => {
  await trazo.open();
  await trazo.draw(digit(0));
  await trazo.reads(0);
  const before = await trazo.weights();
  await trazo.teach(0);
  const after = await trazo.weights();
  expect(after.equals(before)).toBe(true);
});

test("«undo this lesson» takes it back bit for bit", async ({ trazo }) => {
  await trazo.open();
  const before = await trazo.weights();
  await trazo.draw(scribble);
  await trazo.teach(4);
  const taught = await trazo.weights();
  expect(taught.equals(before)).toBe(false);
  await trazo.takeBack();
  await expect.poll(() => trazo.exampleCount()).toBe(0);
  const after = await trazo.weights();
  expect(after.equals(before)).toBe(true);
});

test("undo holds across a second lesson: only the latest goes", async ({ trazo }) => {
  await trazo.open();
  await trazo.draw(scribble);
  await trazo.teach(4);
  const first = await trazo.weights();
  await trazo.click("clear");
  await trazo.draw(placed(scribble, 0.5, 100, 100).map((line) => line.slice(0, 25)));
  await trazo.teach(9);
  await trazo.takeBack();
  await expect.poll(() => trazo.exampleCount()).toBe(1);
  expect((await trazo.weights()).equals(first)).toBe(true);
});

test("after a lesson the pen begins the next drawing, and undo brings back the one that was taught", async ({ trazo, page }) => {
  await trazo.open();
  await trazo.draw(digit(0));
  await trazo.reads(0);
  await trazo.teach(0);
  await trazo.draw(digit(1));
  await trazo.reads(1);
  await trazo.click("undo");
  await trazo.reads(0);
  // Without a lesson a second stroke belongs to the first.
  await trazo.click("clear");
  const [body, bar] = digit(4);
  await trazo.draw([body!]);
  await trazo.draw([bar!]);
  await trazo.reads(4);
  // By keyboard as by hand.
  await trazo.teach(4);
  await page.locator(byId("pad")).focus();
  for (const key of ["Space", "Shift+ArrowDown", "Shift+ArrowDown", "Space"]) await page.keyboard.press(key);
  await expect(page.locator(byId("prediction"))).not.toHaveText("4");
  await trazo.click("undo");
  await trazo.reads(4);
});

test("the focus stays where something was done, though its button is gone", async ({ trazo, page }) => {
  await trazo.open();
  await trazo.draw(digit(3));
  await trazo.reads(3);
  await trazo.teach(8);
  const press = async (id: string) => {
    await page.locator(byId(id)).first().focus();
    await page.keyboard.press("Enter");
    await expect(page.locator(byId(id)), id).toBeHidden();
    expect(await page.evaluate(() => document.activeElement?.tagName), id).not.toBe("BODY");
  };
  await press("train-start");
  await press("train-stop");
  await page.locator(byId("undo-change")).or(page.locator(byId("undo-lesson"))).first().waitFor();
  // One after the other until there is nothing to undo.
  for (let undo = page.locator(`footer button`); (await undo.count()) > 0; ) {
    await undo.focus();
    await page.keyboard.press("Enter");
    await page.waitForTimeout(400);
    expect(await page.evaluate(() => document.activeElement?.tagName), "undo").not.toBe("BODY");
  }
});

test("an empty pad and a dot are asked about before they are learned", async ({ trazo, page }) => {
  await trazo.open();
  await page.keyboard.press("3");
  await expect.poll(() => trazo.text("status")).not.toBe("");
  expect(await trazo.exampleCount()).toBe(0);
  await expect(page.locator(byId("question"))).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.locator(byId("question"))).toHaveCount(0);
  await expect(page.locator(byId("status"))).toHaveText("Not taught.");
  await trazo.draw([[[500, 500]]]);
  await page.keyboard.press("1");
  await expect(page.locator(byId("question"))).toBeVisible();
  expect(await trazo.exampleCount()).toBe(0);
});

test("the same drawing taught as two digits is asked about, and the answer holds", async ({ trazo, page }) => {
  await trazo.open();
  await trazo.draw(digit(7));
  await trazo.reads(7);
  await trazo.teach(7);
  await trazo.click("teach-1");
  await expect(page.locator(byId("question"))).toContainText("You taught this same drawing as 7. Which is it?");
  await trazo.click("question-no");
  await expect(page.locator(byId("question"))).toHaveCount(0);
  await expect(page.locator(byId("status"))).toHaveText("It stays 7.");
  await trazo.click("teach-1");
  await trazo.click("question-yes");
  await expect(page.locator(byId("lesson"))).toContainText("1");
  expect(await trazo.exampleCount()).toBe(1);
  await trazo.reads(1);
});

test("resetting asks first, brings the shipped weights back, and can be undone", async ({ trazo, page }) => {
  await trazo.open();
  const shipped = await trazo.weights();
  await trazo.learn(scribble, 4);
  const taught = await trazo.weights();
  await trazo.click("reset-model");
  await expect(page.locator(byId("confirm-reset"))).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.locator(byId("confirm-reset"))).toBeHidden();
  expect((await trazo.weights()).equals(taught)).toBe(true);
  await trazo.click("reset-model");
  await trazo.click("confirm-reset");
  await expect.poll(async () => (await trazo.weights()).equals(shipped)).toBe(true);
  expect(await trazo.exampleCount()).toBeGreaterThan(0);
  await trazo.takeBack();
  await expect.poll(async () => (await trazo.weights()).equals(taught)).toBe(true);
});

test("training on all examples runs, pauses, goes on and ends, and answers meanwhile", async ({ trazo, page }) => {
  await trazo.open();
  for (const label of [3, 5]) {
    await trazo.click("clear");
    await trazo.draw(digit(label));
    await trazo.reads(label);
    await trazo.teach(label);
  }
  await trazo.click("train-start");
  await trazo.click("train-pause");
  await expect(page.locator(byId("train-accuracy"))).toContainText(/\d/);
  const done = () => page.locator(byId("train-progress")).getAttribute("aria-valuenow");
  // The pause travels to the worker; a last figure may still be on its way back.
  const stands = async () => {
    const before = await done();
    await page.waitForTimeout(300);
    return before === (await done());
  };
  await expect.poll(stands).toBe(true);
  const paused = await done();
  await trazo.click("clear");
  await trazo.draw(digit(4));
  await trazo.reads(4);
  expect(await done()).toBe(paused);
  await trazo.click("train-pause"); // goes on
  await trazo.click("clear");
  await trazo.draw(digit(8));
  await trazo.reads(8);
  await expect.poll(done).not.toBe(paused);
  // It may have come to its end meanwhile.
  if ((await trazo.text("train-stop")) !== null) await trazo.click("train-stop");
  await expect(page.locator(byId("train-start"))).toBeVisible();
  await trazo.click("clear");
  await trazo.draw(digit(3));
  await trazo.reads(3);
  // Its figures are those of the network that it left, not of the one that comes after.
  await expect(page.locator(byId("train-accuracy"))).toBeVisible();
  await trazo.takeBack();
  await expect(page.locator(byId("train-accuracy"))).toHaveCount(0);
});

test("ten thousand examples are taken in, kept and answered over", async ({ trazo, page }, info) => {
  info.setTimeout(180_000);
  await trazo.open();
  const lines: string[] = [];
  for (let i = 0; i < 10_000; i += 1) {
    const { label, strokes } = handwritten[i % handwritten.length]!;
    // No two alike: each is moved and scaled a little differently.
    const moved = placed(strokes, 0.7 + (i % 37) / 100, (i % 101) - 50, (i % 89) - 44);
    const whole = moved.map((line) => line.map(([x, y]) => [Math.round(x), Math.round(y)]));
    lines.push(JSON.stringify({ label, source: "test", writer: String(i), strokes: whole }));
  }
  const path = info.outputPath("examples.jsonl");
  await writeFile(path, lines.join("\n"));
  await trazo.upload(path);
  await expect.poll(() => trazo.exampleCount(), { timeout: 90_000 }).toBe(10_000);
  await trazo.draw(digit(6));
  await trazo.reads(6);
  await trazo.teach(6);
  await trazo.saved();
  await trazo.go("examples");
  await expect(page.locator("main")).toContainText(/10[,. ]?001/);
  await trazo.reload();
  await expect(page.locator("main")).toContainText(/10[,. ]?001/);
});
