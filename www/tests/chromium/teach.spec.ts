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
  await trazo.go("history");
  await page.locator(byId("undo-change")).or(page.locator(byId("undo-lesson"))).waitFor();
  // One after the other until there is nothing to undo.
  const undo = page.locator("footer button");
  while ((await undo.count()) > 0) {
    const before = await undo.innerText();
    await undo.focus();
    await page.keyboard.press("Enter");
    // What is to be undone next has another name, or there is nothing.
    await expect(undo.filter({ hasText: before })).toHaveCount(0);
    expect(await page.evaluate(() => document.activeElement?.tagName), "undo").not.toBe("BODY");
  }
});

test("an empty pad cannot be taught, however often one tries; nothing is asked", async ({ trazo, page }) => {
  await trazo.open();
  for (const id of ["teach-3", "teach-3", "teach-5"]) {
    await trazo.click(id);
    await expect(page.locator(byId("status"))).toHaveText("Draw something first.");
    await expect(page.locator(byId("empty"))).toContainText("Draw something first.");
    await expect(page.locator(byId("question"))).toHaveCount(0);
  }
  expect(await trazo.exampleCount()).toBe(0);
  await trazo.draw(digit(3));
  await trazo.click("clear");
  await expect(page.locator(byId("empty"))).toContainText("Draw a digit");
});

test("a dot is asked about before it is learned", async ({ trazo, page }) => {
  await trazo.open();
  await trazo.draw([[[500, 500]]]);
  await page.keyboard.press("1");
  await expect(page.locator(byId("question"))).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.locator(byId("question"))).toHaveCount(0);
  await expect(page.locator(byId("status"))).toHaveText("Nothing was taught.");
  expect(await trazo.exampleCount()).toBe(0);
  // Nothing was taught: the next stroke belongs to the same drawing, and the way back is the stroke's.
  await trazo.draw([[[300, 300], [700, 300]]]);
  await trazo.click("undo");
  await expect(page.locator(byId("undo"))).toHaveAttribute("data-undoes", "stroke");
});

test("the same drawing taught as two digits is asked about, and the answer holds", async ({ trazo, page }) => {
  await trazo.open();
  await trazo.draw(digit(7));
  await trazo.reads(7);
  await trazo.teach(7);
  await trazo.click("teach-1");
  await expect(page.locator(byId("question"))).toContainText("You taught this same drawing as a 7. Which is it?");
  await trazo.click("question-no");
  await expect(page.locator(byId("question"))).toHaveCount(0);
  await expect(page.locator(byId("status"))).toHaveText("It stays a 7.");
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
  // The pause travels to the worker, and no figure comes after its answer.
  await expect(page.locator(byId("train-pause"))).toHaveText("Resume");
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
  // It may come to its end at any time: looked for and pressed in one go.
  await page.evaluate((stop) => document.querySelector<HTMLElement>(stop)?.click(), byId("train-stop"));
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
  info.setTimeout(400_000);
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
  // The network has to look at all ten thousand first.
  await trazo.teach(6, 180_000);
  await trazo.saved();
  await trazo.go("examples");
  await expect(page.locator("main")).toContainText(/10[,. ]?001/);
  await trazo.reload();
  await expect(page.locator("main")).toContainText(/10[,. ]?001/);
});

test("undo takes back the last thing first, and says which: the next drawing, the lesson, the drawing that was taught", async ({ trazo, page }) => {
  await trazo.open();
  const undo = page.locator(byId("undo"));
  const before = await trazo.weights();
  await expect(undo).toHaveAccessibleName("Undo");
  await trazo.draw(scribble);
  await expect(undo).toHaveAccessibleName("Undo the stroke");
  await trazo.teach(4);
  await expect(undo).toHaveAccessibleName("Undo the lesson");
  await trazo.draw(digit(1));
  await trazo.reads(1);
  await expect(undo).toHaveAccessibleName("Undo the stroke");
  await page.keyboard.press("Control+z");
  await expect(undo).toHaveAccessibleName("Undo the lesson");
  expect(await trazo.exampleCount()).toBe(1);
  await page.keyboard.press("Control+z");
  await expect.poll(() => trazo.exampleCount()).toBe(0);
  await expect(page.locator(byId("status"))).toContainText("Lesson undone");
  expect((await trazo.weights()).equals(before)).toBe(true);
  await expect(undo).toHaveAccessibleName("Undo the stroke");
  // Strokes come back, the lesson does not.
  await page.keyboard.press("Control+z");
  await expect(undo).toHaveAccessibleName("Undo");
  await page.keyboard.press("Control+Shift+Z");
  await page.keyboard.press("Control+Shift+Z");
  await trazo.reads(1);
  expect(await trazo.exampleCount()).toBe(0);
});

test("the lesson of a network that no longer reads is undone with its name", async ({ trazo, page }) => {
  await trazo.open();
  await trazo.draw(scribble);
  await trazo.teach(4);
  await trazo.go("files");
  await trazo.click("model-classic");
  await expect(page.locator(byId("undo-lesson"))).toHaveAccessibleName("Undo the lesson (digits)");
  await trazo.go("draw");
  await expect(page.locator(byId("undo"))).toHaveAccessibleName("Undo the lesson (digits)");
  await trazo.click("undo");
  await expect.poll(() => trazo.exampleCount()).toBe(0);
});

test("undo names a reset, and what is cleared", async ({ trazo, page }) => {
  await trazo.open();
  const undo = page.locator(byId("undo"));
  await trazo.draw(digit(3));
  await trazo.click("reset-model");
  await trazo.click("confirm-reset");
  await expect(undo).toHaveAccessibleName("Undo the reset");
  await trazo.click("clear");
  await expect(undo).toHaveAccessibleName("Undo the clearing");
  await trazo.click("undo");
  await trazo.reads(3);
  await trazo.click("undo");
  await expect(undo).toHaveAccessibleName("Undo the stroke");
});

test("a drawing made after a lesson is answered with whether it got the idea", async ({ trazo, page }) => {
  await trazo.open();
  const backwards = placed(digit(3), -1, 0, 0).map((line) => line.map(([x, y]) => [x, 1000 - y] as const));
  await trazo.draw(backwards);
  await trazo.teach(3);
  await expect(page.locator(byId("lesson"))).toContainText("Draw another");
  await trazo.draw(placed(backwards, 0.98, 10, 5));
  await expect(page.locator(byId("idea"))).toHaveAttribute("data-got", String((await trazo.answer()) === "3"));
  // The one after it may be anything.
  await trazo.click("clear");
  await trazo.draw(digit(7));
  await trazo.reads(7);
  await expect(page.locator(byId("status"))).toContainText("7");
  await expect(page.locator(byId("idea"))).toHaveCount(0);
});

test("a drawing to try is drawn on the pad and read, and undo takes it away", async ({ trazo, page }) => {
  await trazo.open();
  await trazo.click("try-0");
  await trazo.reads(7);
  await expect(page.locator(byId("undo"))).toHaveAccessibleName("Undo the drawing");
  await trazo.click("undo");
  await trazo.reads("");
  // The last is no digit, and is named none.
  await trazo.click("try-4");
  await expect(page.locator(byId("not-sure"))).toContainText("does not look like a digit");
  await expect(page.locator(byId("status"))).toContainText("does not look like a digit");
  // A key that is pressed before it is all there teaches all of it.
  await trazo.click("clear");
  await trazo.click("try-3");
  await trazo.teach(8);
  await trazo.reads(8);
});

test.describe("by touch", () => {
  test.use({ hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 }, deviceScaleFactor: 3 });

  test("twelve quick rounds, without waiting for a lesson, keep twelve right examples", async ({ trazo, page, context }) => {
    await trazo.open();
    const touch = await context.newCDPSession(page);
    const send = (type: string, ...touchPoints: { x: number; y: number }[]) => touch.send("Input.dispatchTouchEvent", { type: type as "touchStart", touchPoints });
    const pad = (await page.locator(byId("pad")).boundingBox())!;
    const at = ([x, y]: readonly [number, number]) => ({ x: pad.x + (x / 1000) * pad.width, y: pad.y + (y / 1000) * pad.height });
    const rounds = handwritten.slice(0, 12).map(({ label, strokes }) => ({ label: (label + 1) % 10, strokes }));
    for (const { label, strokes } of rounds) {
      for (const [first, ...rest] of strokes) {
        await send("touchStart", at(first!));
        for (const point of rest) await send("touchMove", at(point));
        await send("touchEnd");
      }
      // The keys stand still, but for what a lesson of the round before does to the page.
      const key = (await page.locator(byId(`teach-${label}`)).boundingBox())!;
      await send("touchStart", { x: key.x + key.width / 2, y: key.y + key.height / 2 });
      await send("touchEnd");
    }
    await trazo.go("examples");
    await expect.poll(() => trazo.exampleCount(), { timeout: 60_000 }).toBe(12);
    const { bytes } = await trazo.download("export-examples");
    const kept = bytes.toString().trim().split("\n").map((line) => JSON.parse(line) as { label: number; strokes: number[][] });
    expect(kept.map(({ label }) => label)).toEqual(rounds.map(({ label }) => label));
    expect(kept.map(({ strokes }) => strokes.length)).toEqual(rounds.map(({ strokes }) => strokes.length));
  });
});
