/** Languages, colours, keyboard, assistive technology. */
import type { Page } from "@playwright/test";
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
        await trazo.go("history");
        await trazo.click("history-back");
        await trazo.go("draw");
        await expect(page.locator(byId("earlier"))).toBeVisible();
        expect(await violations(page), "at an earlier moment").toEqual([]);
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

test("with letters twice as large a phone scrolls one way only", async ({ browser, site, console }) => {
  for (const width of [320, 390] as const) {
    const context = await browser.newContext({ viewport: { width, height: 700 }, locale: "es-ES" });
    const page = await context.newPage();
    console.watch(page);
    // The browser's own setting, not a zoom: what is measured in rem is twice as large, the screen is not.
    const devtools = await context.newCDPSession(page);
    await devtools.send("Page.setFontSizes", { fontSizes: { standard: 32, fixed: 26 } });
    const trazo = new Trazo(new ChromiumTab(page), site.url);
    await trazo.open();
    expect(await page.evaluate(() => getComputedStyle(document.documentElement).fontSize)).toBe("32px");
    const over = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    const step = async (name: string) => expect(await over(), `${name} at ${width}`).toBeLessThanOrEqual(0);
    await step("empty");
    await trazo.draw(scribble);
    await page.locator(byId("not-sure")).waitFor({ state: "attached" });
    await step("not sure");
    await trazo.teach(4);
    await step("lesson");
    await trazo.click("teach-5");
    await expect(page.locator(byId("question"))).toBeVisible();
    await step("question");
    await trazo.click("question-no");
    await trazo.click("clear");
    await trazo.draw(digit(7));
    await trazo.reads(7);
    await step("answer");
    await trazo.teach(7);
    await trazo.go("history");
    await trazo.click("history-back");
    await step("history");
    await trazo.go("files");
    await trazo.click("model-classic");
    await expect(page.locator(byId("model-classic"))).toBeChecked();
    for (const screen of ["draw", "examples", "files", "about", "experiment"] as const) {
      await trazo.go(screen);
      await expect(page.locator("h1").first()).toBeAttached();
      await step(screen);
    }
    await trazo.go("examples");
    await page.locator(byId("example")).first().click();
    const dialog = page.getByRole("dialog");
    await expect(dialog).toBeVisible();
    expect(await dialog.evaluate((box) => box.scrollWidth - box.clientWidth), `one drawing at ${width}`).toBeLessThanOrEqual(0);
    await context.close();
  }
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

test("after a first lesson nothing lies on anything else, where room is short", async ({ browser, site, console }) => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: "es-ES" });
  const page = await context.newPage();
  console.watch(page);
  const trazo = new Trazo(new ChromiumTab(page), site.url);
  await trazo.open();
  await trazo.draw(scribble);
  await expect(page.locator(byId("not-sure"))).toBeVisible();
  await trazo.teach(4);
  await trazo.saved();
  for (const [width, height] of [[1024, 768], [960, 600], [1194, 834], [1280, 720], [360, 640]] as const) {
    await page.setViewportSize({ width, height });
    await expect.poll(() => overlaps(page), { message: `at ${width}x${height}` }).toEqual([]);
  }
  await context.close();
});

for (const locale of ["en-US", "es-ES"]) {
  test(`on a phone all ten keys are there, and stand still (${locale})`, async ({ browser, site, console }) => {
    for (const [width, height] of [[320, 568], [360, 640], [375, 553], [390, 664], [390, 844], [740, 360], [844, 390]] as const) {
      const context = await browser.newContext({ viewport: { width, height }, locale });
      const page = await context.newPage();
      console.watch(page);
      const trazo = new Trazo(new ChromiumTab(page), site.url);
      await trazo.open();
      const edges = () =>
        page.evaluate(() => {
          const of = (selector: string) => document.querySelector(selector)!.getBoundingClientRect();
          return { first: of("[data-testid=teach-0]").top, last: of("[data-testid=teach-9]").bottom, foot: of(".footer").top };
        });
      const empty = await edges();
      const still = async (state: string) => {
        const now = await edges();
        expect(Math.abs(now.first - empty.first), `${state} at ${width}x${height}`).toBeLessThanOrEqual(2);
        expect(now.last, `${state} at ${width}x${height}`).toBeLessThanOrEqual(Math.min(height, now.foot));
      };
      await still("empty");
      await trazo.draw(scribble);
      await expect(page.locator(byId("not-sure"))).toBeVisible();
      await still("not sure");
      await trazo.teach(4);
      await trazo.saved();
      await still("first lesson");
      await trazo.click("clear");
      await trazo.draw(digit(7));
      await trazo.reads(7);
      await still("answer");
      await trazo.teach(7);
      await still("later lesson");
      await context.close();
    }
  });
}

/** The pairs of things beside the pad that cover each other by more than a pixel. */
function overlaps(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const boxes: [string, DOMRect][] = [];
    const parts = ".answer-digit > .glyph, .words p, .words-list > li, .words .button, .sees .pixels, .columns-title > span, .column-figure, .column-track, .key, .tool, .bench-tools a, .bench-tools button";
    for (const part of document.querySelectorAll(parts)) {
      const range = document.createRange();
      range.selectNodeContents(part);
      // Of text, what is written: its element may be wider, and need not be as high.
      const box = part.matches("p, li, span:not(.column-track)") ? range.getBoundingClientRect() : part.getBoundingClientRect();
      // What is only heard has one pixel.
      if (part.getBoundingClientRect().width > 2 && box.width > 2) boxes.push([`${part.className} ${part.textContent}`, box]);
    }
    return boxes.flatMap(([a, p], i) =>
      boxes.slice(i + 1).flatMap(([b, q]) =>
        Math.min(p.right, q.right) - Math.max(p.left, q.left) > 1 && Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top) > 1.5 ? [`${a} / ${b}`] : [],
      ),
    );
  });
}
