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

test("each network keeps its own lessons", async ({ trazo }) => {
  await trazo.open();
  const digits = await trazo.weights();
  await trazo.go("files");
  await trazo.click("model-classic");
  await trazo.go("draw");
  await trazo.draw(scribble);
  await trazo.teach(4);
  await trazo.go("files");
  await trazo.click("model-digits");
  await trazo.go("draw");
  expect((await trazo.weights()).equals(digits)).toBe(true);
});
