/** Several digits on one pad. */
import { digit, placed } from "../harness/strokes.ts";
import { byId } from "../harness/tab.ts";
import { test, expect } from "../harness/test.ts";

const one = placed(digit(1), 0.5, -250);
const two = placed(digit(2), 0.5, 150);

test("digits side by side are a number; one is corrected, taught with its own strokes, and the lesson taken back", async ({ trazo, page }) => {
  await trazo.open();
  const number = page.locator(byId("number"));
  await trazo.draw(one);
  await trazo.reads(1);
  await expect(number).toHaveCount(0);
  await trazo.draw(two);
  await trazo.reads(12);
  await expect(number).toHaveText("12");

  // The one that was drawn last is spoken of, until another is chosen: by the keyboard as by a tap.
  await expect(page.locator(byId("digit-1"))).toHaveAttribute("aria-pressed", "true");
  await expect.poll(async () => (await trazo.probabilities())[2]).toBeGreaterThan(60);
  await page.locator(byId("digit-0")).focus();
  await page.keyboard.press("Enter");
  await expect(page.locator(byId("digit-0"))).toHaveAttribute("aria-pressed", "true");
  await expect.poll(async () => (await trazo.probabilities())[1]).toBeGreaterThan(60);

  await trazo.click("teach-7");
  await trazo.reads(72);
  await expect.poll(() => trazo.exampleCount()).toBe(1);
  await page.locator(byId("undo")).click();
  await trazo.reads(12);
  await expect.poll(() => trazo.exampleCount()).toBe(0);
});

test("where the person says so the pad is one digit", async ({ trazo, page }) => {
  await trazo.open();
  await trazo.draw([...one, ...two]);
  await trazo.reads(12);
  await trazo.go("about");
  await page.locator(byId("one-digit")).check();
  await trazo.go("draw");
  await expect(page.locator(byId("number"))).toHaveCount(0);
  await trazo.reload();
  await trazo.go("about");
  await expect(page.locator(byId("one-digit"))).toBeChecked();
  await trazo.go("draw");
  await trazo.draw([...one, ...two]);
  await expect.poll(() => trazo.probabilities()).not.toEqual(Array(10).fill(0));
  await expect(page.locator(byId("number"))).toHaveCount(0);
});

test("a minus and a comma are in the number, in the words and in what is taught", async ({ trazo, page }) => {
  await trazo.open();
  const number = page.locator(byId("number"));
  await trazo.draw([...one, [[400, 650], [394, 680], [380, 720]], ...two]);
  await expect(page.locator(byId("prediction"))).toHaveText("1,2");
  await expect(number).toHaveText("1,2");
  await trazo.draw([[[60, 505], [100, 502], [160, 500]]]);
  await expect(page.locator(byId("prediction"))).toHaveText("-1,2");
  await expect(page.locator(byId("digit-1"))).toHaveAttribute("aria-label", "Digit 2 of 2: 2");
  await expect(page.getByRole("status").filter({ hasText: "It reads -1,2." })).toBeAttached();
});

test("the whole number is typed: each digit is taught, and where there are more or fewer it is parted anew", async ({ trazo, page }) => {
  await trazo.open();
  await trazo.draw([...one, ...two]);
  await trazo.reads(12);
  await page.locator(byId("whole-was")).fill("47");
  await page.keyboard.press("Enter");
  await trazo.reads(47);
  await expect.poll(() => trazo.exampleCount()).toBe(2);
  // All of it is one digit, if the person says so; two strokes are not three.
  await page.locator(byId("clear")).click();
  await trazo.draw([...placed(digit(1), 0.5, -250), ...placed(digit(7), 0.5, 150)]);
  await expect(page.locator(byId("number"))).toHaveCount(1);
  await page.locator(byId("whole-was")).fill("12345678");
  await page.locator(byId("whole-teach")).click();
  await expect(page.getByRole("status").filter({ hasText: "cannot be parted into 8 digits" })).toBeAttached();
  await expect.poll(() => trazo.exampleCount()).toBe(2);
});

test.describe("on a tablet held upright", () => {
  test.use({ viewport: { width: 820, height: 1180 } });
  test("the ten keys stay on the screen under a number", async ({ trazo, page }) => {
    await trazo.open();
    await trazo.draw([...placed(digit(1), 0.4, -250), ...placed(digit(7), 0.4, 150)]);
    await expect(page.locator(byId("number"))).toBeVisible();
    await expect.poll(() => trazo.answer()).toBe("17");
    await expect(page.locator(byId("teach-9"))).toBeInViewport({ ratio: 1 });
  });
});
