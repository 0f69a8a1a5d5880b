/** Languages, colours, keyboard, assistive technology. */
import { violations } from "../harness/axe.ts";
import { ChromiumTab } from "../harness/chromium.ts";
import { digit, scribble } from "../harness/strokes.ts";
import { byId } from "../harness/tab.ts";
import { test, expect } from "../harness/test.ts";
import { Trazo } from "../harness/trazo.ts";

test.describe("in a browser that is set to Spanish", () => {
  test.use({ locale: "es-MX" });
  test("the page speaks Spanish from the start, every word of it", async ({ trazo, page }) => {
    await trazo.open();
    expect(await trazo.language()).toBe("es");
    await trazo.draw(digit(7));
    await trazo.reads(7);
    await trazo.teach(7);
    for (const screen of ["draw", "examples", "history", "files", "about", "experiment"] as const) {
      await trazo.go(screen);
      const words = await page.locator("body").innerText();
      expect(words).not.toMatch(/\b(the|your|with|network|examples|undo)\b/i);
    }
  });
});

test.describe("in a browser that speaks neither", () => {
  test.use({ locale: "fi-FI" });
  test("the page speaks English", async ({ trazo }) => {
    await trazo.open();
    expect(await trazo.language()).toBe("en");
  });
});

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(`where the system is ${colorScheme}`, () => {
    test.use({ colorScheme });

    test(`the page is ${colorScheme}, until another choice is made, which is kept`, async ({ trazo, page }) => {
      await trazo.open();
      const brightness = () =>
        page.evaluate(() => {
          // Whatever notation the style uses, a canvas turns it into red, green and blue.
          const pen = document.createElement("canvas").getContext("2d")!;
          for (const element of [document.documentElement, document.body]) {
            pen.fillStyle = getComputedStyle(element).backgroundColor;
            pen.fillRect(0, 0, 1, 1);
          }
          const [r = 0, g = 0, b = 0] = pen.getImageData(0, 0, 1, 1).data;
          return r + g + b > 384 ? "light" : "dark";
        });
      expect(await brightness()).toBe(colorScheme);
      const other = colorScheme === "light" ? "dark" : "light";
      await trazo.tab.select("theme", other);
      expect(await brightness()).toBe(other);
      await trazo.reload();
      expect(await brightness()).toBe(other);
    });

    for (const size of [{ width: 390, height: 844 }, { width: 1280, height: 800 }]) {
      test(`axe finds nothing on any screen at ${size.width} pixels`, async ({ trazo, page }) => {
        await page.setViewportSize(size);
        await trazo.open();
        expect(await violations(page), "empty pad").toEqual([]);
        await trazo.draw(scribble);
        await expect(page.locator(byId("not-sure"))).toBeVisible();
        expect(await violations(page), "not sure").toEqual([]);
        await page.keyboard.press("4");
        await expect(page.locator(byId("lesson"))).toBeVisible();
        expect(await violations(page), "after a lesson").toEqual([]);
        await page.keyboard.press("c");
        await trazo.draw(digit(7));
        await trazo.reads(7);
        expect(await violations(page), "an answer").toEqual([]);
        for (const screen of ["examples", "history", "files", "about", "experiment"] as const) {
          await trazo.go(screen);
          await expect(page.locator("h1")).toBeVisible();
          expect(await violations(page), screen).toEqual([]);
        }
        await trazo.go("files");
        await trazo.click("reset-model");
        await expect(page.locator(byId("confirm-reset"))).toBeVisible();
        expect(await violations(page), "the question before a reset").toEqual([]);
      });
    }
  });
}

test("with the keyboard alone: draw, read, teach, take back, go everywhere", async ({ trazo, page }) => {
  await trazo.open();
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute("data-testid") ?? document.activeElement?.tagName ?? "");
  const tabTo = async (id: string) => {
    for (let presses = 0; presses < 60; presses += 1) {
      if ((await focused()) === id) return;
      await page.keyboard.press("Tab");
    }
    throw new Error(`Tab does not reach ${id}`);
  };
  // A one, drawn with the arrows: up to the top, pen down, down to the foot.
  await tabTo("pad");
  for (let i = 0; i < 6; i += 1) await page.keyboard.press("Shift+ArrowUp");
  await page.keyboard.press("Space");
  for (let i = 0; i < 12; i += 1) await page.keyboard.press("Shift+ArrowDown");
  await page.keyboard.press("Space");
  await trazo.reads(1);
  await page.keyboard.press("1");
  await expect.poll(() => trazo.exampleCount()).toBe(1);
  await tabTo("undo-lesson");
  await page.keyboard.press("Enter");
  await expect.poll(() => trazo.exampleCount()).toBe(0);
  await tabTo("clear");
  await page.keyboard.press("Enter");
  await trazo.reads("");
  // Whatever has the focus can be seen to have it.
  await tabTo("undo");
  const ring = await page.evaluate(() => {
    const style = getComputedStyle(document.activeElement!);
    return style.outlineStyle !== "none" && Number.parseFloat(style.outlineWidth) > 0;
  });
  expect(ring).toBe(true);
  for (const screen of ["examples", "history", "files", "about"]) {
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    for (let presses = 0; presses < 60; presses += 1) {
      await page.keyboard.press("Tab");
      if (await page.evaluate((hash) => document.activeElement?.getAttribute("href") === hash, `#/${screen}`)) break;
    }
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(new RegExp(`#/${screen}$`));
    await expect(page.locator("h1")).toBeFocused();
  }
});

test("the answer is announced politely, and the bars are meters with names", async ({ trazo, page }) => {
  await trazo.open();
  await trazo.draw(digit(7));
  await trazo.reads(7);
  await expect(page.locator(byId("status"))).toHaveAttribute("role", "status");
  await expect(page.locator(byId("status"))).toContainText("7");
  for (let i = 0; i < 10; i += 1) {
    const meter = page.locator(byId(`probability-${i}`));
    await expect(meter).toHaveAttribute("role", "meter");
    await expect(meter).toHaveAccessibleName(new RegExp(String(i)));
    await expect(page.locator(byId(`teach-${i}`))).toHaveAccessibleName(new RegExp(String(i)));
  }
  await expect(page.locator(byId("pad"))).toHaveAccessibleName(/\S/);
});

test("nothing scrolls sideways, at any size", async ({ browser, site, console }) => {
  for (const [width, height] of [[320, 568], [390, 844], [768, 1024], [1280, 800], [1920, 1080]] as const) {
    const context = await browser.newContext({ viewport: { width, height }, locale: "es-ES" });
    const page = await context.newPage();
    console.watch(page);
    const trazo = new Trazo(new ChromiumTab(page), site.url);
    await trazo.open();
    for (const screen of ["draw", "examples", "history", "files", "about", "experiment"] as const) {
      await trazo.go(screen);
      await expect(page.locator("h1").first()).toBeAttached();
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(over, `${screen} at ${width}`).toBeLessThanOrEqual(0);
    }
    await context.close();
  }
});
