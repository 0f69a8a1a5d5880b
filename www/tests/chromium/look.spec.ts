/** Languages, colors, keyboard, assistive technology. */
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
    for (const screen of ["draw", "picture", "examples", "history", "files", "about", "inside", "lab", "sheets", "experiment", "embed"] as const) {
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
        for (const screen of ["examples", "history", "files", "about", "lab", "sheets", "experiment", "embed"] as const) {
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
  await tabTo("undo");
  await expect(page.locator(byId("undo"))).toHaveAccessibleName("Undo the lesson");
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
    for (const screen of ["draw", "picture", "examples", "files", "about", "lab", "sheets", "experiment", "embed"] as const) {
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
    for (const screen of ["draw", "picture", "examples", "history", "files", "about", "lab", "sheets", "experiment", "embed"] as const) {
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
  test(`all ten keys are on the screen, and stand still (${locale})`, async ({ browser, site, console }, info) => {
    info.setTimeout(400_000);
    for (const [width, height] of [
      [320, 568], [360, 640], [375, 553], [390, 664], [390, 844], [568, 320], [740, 360], [844, 390],
      [640, 480], [800, 600], [911, 512], [820, 1180], [1024, 768],
    ] as const) {
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

for (const locale of ["en-US", "es-ES"]) {
  test.describe(`where things stand (${locale})`, () => {
    test.use({ locale });

    test("beside each other pad and reply fill the window, and nothing scrolls", async ({ trazo, page }) => {
      await trazo.open();
      for (const [width, height] of [[911, 512], [640, 480], [800, 600], [960, 600], [1024, 768], [1280, 720], [1440, 900]] as const) {
        await page.setViewportSize({ width, height });
        const over = () => page.evaluate(() => document.documentElement.scrollHeight - innerHeight);
        await expect.poll(over, { message: `${width}x${height}` }).toBeLessThanOrEqual(0);
      }
    });

    test("on a tablet held upright the pad begins where all else begins, and the tools end where it ends", async ({ trazo, page }) => {
      await trazo.open();
      for (const [width, height] of [[820, 1180], [768, 1024]] as const) {
        await page.setViewportSize({ width, height });
        const edges = () =>
          page.evaluate(() => {
            const of = (selector: string) => document.querySelector(selector)!.getBoundingClientRect();
            return { brand: of(".brand").left, pad: of(".pad").left, reply: of(".reply").left, tools: of(".tools").right, end: of(".reply").right };
          });
        await expect.poll(async () => Object.values(await edges()).map(Math.round).length).toBe(5);
        const { brand, pad, reply, tools, end } = await edges();
        expect(Math.abs(pad - reply), `${width}`).toBeLessThan(1);
        expect(Math.abs(brand - reply), `${width}`).toBeLessThan(1);
        expect(Math.abs(tools - end), `${width}`).toBeLessThan(1);
      }
    });

    test("the words beside the keys keep their distance", async ({ trazo, page }) => {
      await trazo.open();
      for (const [width, height] of [[820, 1180], [1280, 800], [1440, 900]] as const) {
        await page.setViewportSize({ width, height });
        const gap = await page.evaluate(() => {
          const range = document.createRange();
          range.selectNodeContents(document.querySelector(".columns-was")!);
          return document.querySelector("[data-testid=teach-0]")!.getBoundingClientRect().left - range.getBoundingClientRect().right;
        });
        expect(gap, `${width}`).toBeGreaterThan(6.5);
      }
    });
  });
}

test("a bar that shows how far something is stands still while it fills", async ({ trazo, page }) => {
  await trazo.open();
  await trazo.draw(digit(3));
  await trazo.reads(3);
  await trazo.teach(3);
  for (const screen of ["files", "draw"] as const) {
    await trazo.go(screen);
    const place = async () => {
      const { x, width } = (await page.locator(byId("train-progress")).boundingBox())!;
      return [Math.round(x), Math.round(width)];
    };
    await trazo.click("train-start");
    await page.locator(byId("train-pause")).waitFor();
    const running = await place();
    await trazo.click("train-pause");
    await expect(page.locator(byId("train-pause"))).toHaveText("Resume");
    expect(await place(), screen).toEqual(running);
    await trazo.click("train-stop");
    await expect(page.locator(byId("train-start"))).toBeVisible();
    if (screen === "files") expect(await place(), screen).toEqual(running);
  }
});

test("before and now stand apart at every width between a phone and a laptop", async ({ trazo, page }) => {
  await trazo.open();
  await trazo.draw(scribble);
  await trazo.teach(4);
  for (const height of [390, 600, 1100]) {
    for (let width = 640; width <= 940; width += 60) {
      await page.setViewportSize({ width, height });
      await expect.poll(() => overlaps(page), { message: `at ${width}x${height}` }).toEqual([]);
    }
  }
});

test("what has the focus is never under the footer", async ({ trazo, page }) => {
  await trazo.open();
  await trazo.draw(digit(3));
  await trazo.reads(3);
  await trazo.teach(3);
  for (const [screen, size] of [
    ["draw", { width: 390, height: 844 }],
    ["examples", { width: 1440, height: 900 }],
    ["files", { width: 1440, height: 900 }],
    ["examples", { width: 390, height: 844 }],
  ] as const) {
    await page.setViewportSize(size);
    await trazo.go(screen);
    await page.evaluate(() => scrollTo(0, 0));
    for (let presses = 0; presses < 45; presses += 1) {
      await page.keyboard.press("Tab");
      const under = await page.evaluate(() => {
        const focused = document.activeElement!;
        const footer = document.querySelector(".footer")!;
        if (focused === document.body || footer.contains(focused)) return "";
        const hidden = focused.getBoundingClientRect().bottom - footer.getBoundingClientRect().top;
        return getComputedStyle(footer).position === "sticky" && hidden > 1 ? `${focused.textContent} by ${hidden}` : "";
      });
      expect(under, `${screen} at ${size.width}`).toBe("");
    }
  }
});

test("where a person's own colors are switched on while it is open, the ink follows", async ({ trazo, page }) => {
  await trazo.open();
  await trazo.draw(digit(7));
  await trazo.reads(7);
  await trazo.teach(7);
  /** The pad's ink as it was painted, and as it should be; what stands behind it. */
  const inks = () =>
    page.evaluate(() => {
      const pad = document.querySelector<HTMLCanvasElement>("[data-testid=pad]")!;
      const copy = new OffscreenCanvas(pad.width, pad.height).getContext("2d", { willReadFrequently: true })!;
      copy.drawImage(pad, 0, 0);
      const { data } = copy.getImageData(0, 0, pad.width, pad.height);
      let at = 3;
      while (data[at] !== 255) at += 4;
      const style = getComputedStyle(pad);
      return { painted: `rgb(${data.slice(at - 3, at).join(", ")})`, should: style.color, paper: getComputedStyle(pad.parentElement!).backgroundColor };
    });
  for (const [forcedColors, colorScheme] of [["active", "dark"], ["active", "light"], ["none", "dark"], ["none", "light"]] as const) {
    await page.emulateMedia({ forcedColors, colorScheme });
    const follows = async () => {
      const { painted, should, paper } = await inks();
      return painted === should && paper !== should;
    };
    await expect.poll(follows, { message: `${forcedColors} ${colorScheme}` }).toBe(true);
  }
  await page.emulateMedia({ forcedColors: "active" });
  expect(await page.locator(byId("language")).evaluate((select) => getComputedStyle(select).appearance)).toBe("auto");
  const width = (id: string) => page.locator(byId(id)).evaluate((key) => Number.parseFloat(getComputedStyle(key).borderTopWidth));
  expect(await width("teach-7")).toBeGreaterThan(await width("teach-3"));
});

test("a browser that translates the page hides no number and no new word", async ({ trazo, page }) => {
  await trazo.open();
  /** As translators do: for each text an element of their own with another text, the old one taken away. */
  const translate = () =>
    page.evaluate(() => {
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      const texts: Text[] = [];
      while (walker.nextNode()) texts.push(walker.currentNode as Text);
      for (const text of texts) {
        if (!text.data.trim() || text.parentElement!.closest("[translate=no], font, script, style, option")) continue;
        const font = document.createElement("font");
        font.append(document.createElement("font"));
        font.firstElementChild!.textContent = text.data;
        text.replaceWith(font);
      }
    });
  const seen = async (id: string) => (await page.locator(byId(id)).first().innerText()).replace(/\u00a0/g, " ");
  await trazo.draw(digit(1));
  await trazo.reads(1);
  await expect.poll(() => seen("status")).toContain("reads a 1");
  await translate();
  await trazo.click("clear");
  await translate();
  await trazo.draw(digit(4));
  await trazo.reads(4);
  await expect.poll(() => seen("confirm")).toContain("4");
  await expect.poll(() => seen("status")).toContain("reads a 4");
  expect(await seen("undo")).toContain("Undo the stroke");
  expect(await page.locator(`${byId("probability-4")} .column-figure`).innerText()).toMatch(/^(9\d|100)$/);
  await translate();
  await trazo.click("confirm");
  await expect.poll(() => seen("lesson")).toMatch(/^A 4 it is/);
  expect(await seen("undo")).toContain("Undo the lesson");
  await translate();
  await expect.poll(() => seen("example-count")).toBe("1");
  await trazo.click("undo");
  await expect.poll(() => seen("example-count")).toBe("0");
});

test("on paper the drawing is dark, whatever the theme", async ({ trazo, page }) => {
  await page.emulateMedia({ colorScheme: "dark" });
  await trazo.open();
  await trazo.draw(digit(7));
  await trazo.reads(7);
  await page.emulateMedia({ colorScheme: "dark", media: "print" });
  const [r = 255, g = 255, b = 255] = await page.locator(byId("pad")).evaluate(async (pad) => {
    const style = getComputedStyle(pad);
    const copy = new OffscreenCanvas(1, 1).getContext("2d")!;
    copy.filter = style.filter;
    copy.fillStyle = "#f1ede3";
    copy.fillRect(0, 0, 1, 1);
    return [...copy.getImageData(0, 0, 1, 1).data];
  });
  expect(r + g + b).toBeLessThan(200);
  await expect(page.locator(byId("clear"))).toBeHidden();
});

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
