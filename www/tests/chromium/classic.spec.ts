/** The original network, and the original way of learning. */
import { digit, scribble } from "../harness/strokes.ts";
import { byId } from "../harness/tab.ts";
import { test, expect } from "../harness/test.ts";

test("the classic network sees 20 by 20 ones and zeros of the whole pad, and reads digits", async ({ trazo, page }) => {
  await trazo.open();
  await trazo.go("files");
  await trazo.click("model-classic");
  await trazo.go("draw");
  await expect(page.locator(byId("model-name"))).toContainText(/classic/);
  let right = 0;
  for (let label = 0; label < 10; label += 1) {
    await trazo.draw(digit(label));
    const chances = await trazo.settledProbabilities();
    if (chances.indexOf(Math.max(...chances)) === label) right += 1;
    await trazo.click("clear");
  }
  // A network of 1986 on the raw pad: most, not all.
  expect(right).toBeGreaterThanOrEqual(7);
  // Ten sigmoids are no chances, and are not called so.
  await trazo.draw(digit(0));
  await trazo.reads(0);
  await expect(page.locator(".columns-unit")).toContainText("Score");
  await expect(page.locator(byId("probability-0"))).toHaveAccessibleName("Score of a 0");
  await expect(page.locator(byId("probability-0"))).toHaveAttribute("aria-valuetext", /^\d+$/);
  await expect(page.locator(".words-main")).toHaveText(/^It’s a 0 · score \d+$/);
  await expect(page.locator(byId("status"))).toHaveText(/^It reads a 0, with a score of \d+\.$/);
});

test("it learns in the improved way, and in the original way where that is chosen", async ({ trazo, page }) => {
  await trazo.open();
  await trazo.go("files");
  await trazo.click("model-classic");
  await trazo.go("draw");
  const shipped = await trazo.weights();
  await trazo.draw(scribble);
  await trazo.teach(4);
  const improved = await trazo.weights();
  expect(improved.equals(shipped)).toBe(false);
  await trazo.takeBack();
  await expect.poll(async () => (await trazo.weights()).equals(shipped)).toBe(true);

  await trazo.go("files");
  await page.locator(byId("original-way")).check();
  await trazo.go("draw");
  await trazo.teach(4);
  const original = await trazo.weights();
  expect(original.equals(shipped)).toBe(false);
  expect(original.equals(improved)).toBe(false);
  await trazo.saved();
  await trazo.reload();
  await trazo.go("files");
  await expect(page.locator(byId("original-way"))).toBeChecked();
});

test("what a person said of a drawing both networks know; the lesson is in the history of the one that read", async ({ trazo, page }) => {
  await trazo.open();
  const digits = await trazo.weights();
  await trazo.go("files");
  await trazo.click("model-classic");
  await trazo.go("draw");
  await trazo.draw(scribble);
  await trazo.teach(4);
  await trazo.go("files");
  await trazo.click("model-digits");
  await trazo.go("history");
  await expect(page.locator(byId("history-point"))).toHaveCount(0);
  await trazo.go("draw");
  await trazo.reads(4);
  // Taken back it is taken from both.
  await trazo.takeBack();
  await expect(page.locator(byId("not-sure"))).toBeVisible();
  expect((await trazo.weights()).equals(digits)).toBe(true);
});
