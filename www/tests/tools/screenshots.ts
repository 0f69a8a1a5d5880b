/**
 * Takes the pictures: `npm run screenshots --prefix www/tests [-- -g README]`.
 * All screens at three sizes, light and dark, in both languages go to out/screenshots; the README's to www/icons' side,
 * see `README_PICTURE`.
 */
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "@playwright/test";
import { ChromiumTab } from "../harness/chromium.ts";
import { digit, handwritten, placed, scribble } from "../harness/strokes.ts";
import { byId } from "../harness/tab.ts";
import { test } from "../harness/test.ts";
import { Trazo } from "../harness/trazo.ts";

const OUT = process.env.TRAZO_SCREENSHOTS ?? fileURLToPath(new URL("../../../out/screenshots", import.meta.url));
const README_PICTURE = fileURLToPath(new URL("../../../.github/trazo.png", import.meta.url));

const sizes = {
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true },
  tablet: { viewport: { width: 820, height: 1180 }, deviceScaleFactor: 1.5, hasTouch: true, isMobile: true },
  laptop: { viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1, hasTouch: false, isMobile: false },
} as const;

async function opened(browser: Browser, url: string, options: Parameters<Browser["newContext"]>[0]): Promise<{ trazo: Trazo; page: Page }> {
  const page = await (await browser.newContext(options)).newPage();
  const trazo = new Trazo(new ChromiumTab(page), url);
  await trazo.open();
  return { trazo, page };
}

for (const [size, options] of Object.entries(sizes)) {
  for (const colorScheme of ["light", "dark"] as const) {
    for (const locale of ["en-US", "es-ES"]) {
      test(`${size} ${colorScheme} ${locale}`, async ({ browser, site }) => {
        const { trazo, page } = await opened(browser, site.url, { ...options, colorScheme, locale });
        const shot = async (name: string) => {
          await page.waitForTimeout(600); // bars grow, words change
          await page.screenshot({ path: `${OUT}/${size}-${colorScheme}-${locale.slice(0, 2)}-${name}.png` });
        };
        await shot("1-empty");
        await trazo.draw(digit(7));
        await trazo.reads(7);
        await shot("2-answer");
        await trazo.click("clear");
        await trazo.draw(scribble);
        await page.locator(byId("not-sure")).waitFor();
        await shot("3-not-sure");
        await trazo.click("teach-4");
        await page.locator(byId("lesson")).waitFor();
        await shot("4-lesson");
        for (const { label, strokes } of handwritten) {
          await trazo.click("clear");
          await trazo.draw(placed(strokes, 0.9));
          await trazo.reads(label);
          await trazo.click(`teach-${label}`);
          await page.locator(byId("lesson")).waitFor();
        }
        for (const [i, screen] of (["examples", "history", "files", "about"] as const).entries()) {
          await trazo.go(screen);
          await shot(`${5 + i}-${screen}`);
        }
        await trazo.tab.close();
      });
    }
  }
}

test("README", async ({ browser, site }) => {
  const { trazo, page } = await opened(browser, site.url, { viewport: { width: 1280, height: 760 }, deviceScaleFactor: 1.5, colorScheme: "light", locale: "en-US" });
  const seven = handwritten.find(({ name }) => name === "crossed")!;
  for (const { label, strokes } of [handwritten[9]!, handwritten[11]!]) {
    await trazo.draw(strokes);
    await trazo.reads(label);
    await trazo.teach(label);
    await trazo.click("clear");
  }
  await trazo.draw(placed(seven.strokes, 0.95));
  await trazo.reads(7);
  await page.mouse.move(2, 2);
  await page.waitForTimeout(700);
  await page.screenshot({ path: README_PICTURE });
  await trazo.tab.close();
});

/** What the README shows of Inside, as WebP, which is a third of the same as PNG. */
const inside = {
  "inside-sum": "layer=conv-1&unit=12.9.12",
  "inside-why": "view=why",
  "inside-lesson": "view=lesson&model=classic",
};

test("README: Inside", async ({ browser, site }) => {
  const { trazo, page } = await opened(browser, site.url, { viewport: { width: 1180, height: 800 }, deviceScaleFactor: 1, colorScheme: "light", locale: "en-US" });
  await trazo.draw(digit(7));
  await trazo.reads(7);
  await trazo.go("inside");
  for (const [name, query] of Object.entries(inside)) {
    await page.evaluate((hash) => {
      location.hash = hash;
    }, `#/inside?${query}`);
    if (name === "inside-why") await page.locator(byId("why-1")).click();
    if (name === "inside-lesson") {
      await page.locator(byId("lesson-1")).click();
      await page.locator(byId("lesson-next")).click();
    }
    await page.waitForTimeout(1200);
    const png = await page.screenshot();
    const webp = await page.evaluate(async (data) => {
      const picture = await createImageBitmap(new Blob([Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0))], { type: "image/png" }));
      const canvas = new OffscreenCanvas(picture.width, picture.height);
      canvas.getContext("2d")?.drawImage(picture, 0, 0);
      const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: "image/webp", quality: 0.78 })).arrayBuffer());
      return Array.from(bytes);
    }, png.toString("base64"));
    await writeFile(fileURLToPath(new URL(`../../../.github/${name}.webp`, import.meta.url)), Uint8Array.from(webp));
  }
  await trazo.tab.close();
});
