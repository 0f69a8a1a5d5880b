/** What happens when parts of the site do not come, or the browser is too old. */
import { digit } from "../harness/strokes.ts";
import { test, expect } from "../harness/test.ts";

// Without the service worker, which would have a copy from its own fetch.
test.use({ serviceWorkers: "block" });

const parts = [
  { what: "the engine", file: /\.wasm$/, says: /engine/i },
  { what: "the pretrained network", file: /\.trazo$/, says: /network/i },
];
const ways = [
  { how: "is not there", verdict: 404 },
  { how: "breaks off", verdict: "drop" },
] as const;

for (const { what, file, says } of parts) {
  for (const { how, verdict } of ways) {
    test(`where ${what} ${how}, the page says which, keeps the drawing and tries again`, async ({ trazo, page, site, console }) => {
      console.allow(/Failed to load resource|relaxed-SIMD build cannot be used|net::ERR/);
      site.intercept = (path) => (file.test(path) ? verdict : undefined);
      await page.goto(site.url);
      await expect(page.locator("html")).toHaveAttribute("data-engine", "failed");
      await expect.poll(() => trazo.complaints()).toMatch(says);
      await trazo.draw(digit(5));
      await trazo.click("retry");
      await expect(page.locator("html")).toHaveAttribute("data-engine", "failed");
      site.intercept = undefined;
      await trazo.click("retry");
      await trazo.ready();
      await trazo.reads(5);
    });
  }
}

test("where the engine's worker does not come, the page says so and tries again", async ({ trazo, page, site, console }) => {
  console.allow(/Failed to load resource|net::ERR/);
  site.intercept = (path) => (/engine.*\.js$/.test(path) ? 404 : undefined);
  await page.goto(site.url);
  await expect(page.locator("html")).toHaveAttribute("data-engine", "failed");
  await trazo.draw(digit(5));
  site.intercept = undefined;
  await trazo.click("retry");
  await trazo.ready();
  await trazo.reads(5);
});

test("a browser without SIMD is told what it needs", async ({ trazo, page, site }) => {
  // Such a browser finds no module with SIMD valid.
  site.intercept = (path) => (/engine.*\.js$/.test(path) ? { before: "WebAssembly.validate = () => false;" } : undefined);
  await page.goto(site.url);
  await expect(page.locator("html")).toHaveAttribute("data-engine", "failed");
  await expect.poll(() => trazo.complaints()).toMatch(/SIMD/);
});

test("where relaxed SIMD does not keep its word, the other build runs", async ({ trazo, page, site, console }) => {
  console.allow(/relaxed-SIMD build cannot be used/);
  site.intercept = (path) => (/relaxed.*\.delta$/.test(path) ? 404 : undefined);
  console.allow(/Failed to load resource/);
  await page.goto(site.url);
  await trazo.ready();
  expect(await trazo.build()).toBe("simd128");
  await trazo.draw(digit(7));
  await trazo.reads(7);
});

test("a worker that dies in the middle is started again, with the drawing still there", async ({ trazo, page }) => {
  await trazo.open();
  await trazo.draw(digit(5));
  await trazo.reads(5);
  const [worker] = page.workers();
  await worker!.evaluate(() => {
    setTimeout(() => {
      throw new Error("a fault in the worker");
    });
  }).catch(() => {});
  await trazo.click("undo");
  await trazo.click("redo");
  if ((await trazo.text("retry")) !== null) await trazo.click("retry");
  await trazo.reads(5);
});

test("where the rest of the engine does not come, drawings are read, and a lesson asks for it again", async ({ trazo, page, site, console }) => {
  console.allow(/Failed to load resource/);
  site.intercept = (path) => (/engine-rest.*\.wasm$/.test(path) ? 404 : undefined);
  await page.goto(site.url);
  await trazo.ready();
  await trazo.draw(digit(5));
  await trazo.reads(5);
  await trazo.click("teach-5");
  await expect.poll(() => trazo.complaints()).toMatch(/engine/i);
  await trazo.reads(5);
  site.intercept = undefined;
  await trazo.teach(5);
  expect(await trazo.exampleCount()).toBe(1);
});

test("where something is stored and the rest of the engine does not come, nothing is begun anew in its place", async ({ trazo, page, site, console }) => {
  await trazo.open();
  await trazo.draw(digit(5));
  await trazo.reads(5);
  await trazo.teach(5);
  await trazo.saved();
  console.allow(/Failed to load resource/);
  site.intercept = (path) => (/engine-rest.*\.wasm$/.test(path) ? 404 : undefined);
  await page.goto("about:blank");
  await page.goto(site.url);
  await expect(page.locator("html")).toHaveAttribute("data-engine", "failed");
  await expect.poll(() => trazo.complaints()).toMatch(/engine/i);
  site.intercept = undefined;
  await trazo.click("retry");
  await trazo.ready();
  expect(await trazo.exampleCount()).toBe(1);
});
