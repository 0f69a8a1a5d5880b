/** What happens when parts of the site do not come, or the browser is too old. */
import { ChromiumTab } from "../harness/chromium.ts";
import { DIST } from "../harness/site.ts";
import { digit } from "../harness/strokes.ts";
import { byId } from "../harness/tab.ts";
import { test, expect } from "../harness/test.ts";
import { Trazo } from "../harness/trazo.ts";

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

test("a lesson that is said again after a part of the engine did not come is not told by what failed before", async ({ trazo, page, site, console }) => {
  console.allow(/Failed to load resource|net::ERR/);
  let open = () => {};
  const gate = new Promise<void>((resolve) => (open = resolve));
  let missing = true;
  await page.route("**/engine-*-rest-*.wasm", async (route) => {
    if (missing) return route.fulfill({ status: 404 });
    await gate;
    return route.continue();
  });
  await page.goto(site.url);
  await trazo.ready();
  await trazo.draw(digit(5));
  await trazo.reads(5);
  await trazo.click("teach-5");
  await expect(page.locator(byId("status"))).toContainText("The engine did not load");
  missing = false;
  await trazo.click("teach-5");
  await expect(page.locator(byId("status"))).toHaveText("Learning…");
  open();
  await expect(page.locator(byId("status"))).toHaveText("A 5 it is. Kept as an example.");
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
  site.intercept = (path) => (/relaxed.*\.wasm$/.test(path) ? 404 : undefined);
  console.allow(/Failed to load resource/);
  await page.goto(site.url);
  await trazo.ready();
  expect(await trazo.build()).toBe("simd128");
  await trazo.draw(digit(7));
  await trazo.reads(7);
});

test("where WebAssembly is switched off, the page says that, and not that the engine stopped", async ({ trazo, page, site }) => {
  site.intercept = (path) => (/engine.*\.js$/.test(path) ? { before: "delete globalThis.WebAssembly;" } : undefined);
  await page.goto(site.url);
  await expect(page.locator("html")).toHaveAttribute("data-engine", "failed");
  await expect.poll(() => trazo.complaints()).toMatch(/WebAssembly is switched off/);
});

const notStarted = [
  { what: "the page's script is gone, as in the middle of a deployment", fails: /index-.*\.js$/, verdict: 404, says: /being updated/ },
  { what: "the page's script breaks off", fails: /index-.*\.js$/, verdict: "drop", says: /being updated/ },
  { what: "the page lies under another address than its parts", fails: /./, verdict: 404, says: /is not at this address/ },
  { what: "the browser is too old for the page's script", fails: /index-.*\.js$/, verdict: { before: "const const;" }, says: /newer browser/ },
  { what: "the page's script has a fault", fails: /index-.*\.js$/, verdict: { before: "nothing.there;" }, says: /fault is its own.*nothing is not defined/s },
] as const;

for (const { what, fails, verdict, says } of notStarted) {
  test(`where ${what}, that is what is said`, async ({ page, site, console }) => {
    console.allow(/Failed to load resource|net::ERR|uncaught|SyntaxError|nothing is not defined/);
    site.intercept = (path) => (path !== "" && fails.test(path) ? verdict : undefined);
    await page.goto(site.url);
    await expect(page.locator("#boot")).toHaveText(says);
    await expect(page.locator("#boot p:visible")).toHaveCount(1);
  });
}

test("opened from a file, the page says that it has to come from a server", async ({ page, console }) => {
  console.allow(/./);
  await page.goto(`file://${DIST}/index.html`);
  await expect(page.locator("#boot p:visible")).toHaveText(/opened from a file/);
});

test("a tab that cannot take up what another one saved says so, saves nothing over it, and does when it can", async ({ trazo, page, context, site, console }) => {
  console.allow(/Failed to load resource/);
  await trazo.open();
  site.intercept = (path) => (/engine-.*rest.*\.wasm$/.test(path) ? 404 : undefined);
  const other = await context.newPage();
  const second = new Trazo(new ChromiumTab(other), site.url);
  await second.open();
  expect(await second.storage()).toBe("reading-along");
  await page.bringToFront();
  await trazo.draw(digit(3));
  await trazo.reads(3);
  await trazo.teach(3);
  await trazo.saved();
  await expect.poll(() => second.storage()).toBe("failed");
  await page.close();
  await other.bringToFront();
  await expect(other.locator(byId("storage"))).toHaveText(/not saved/i);

  site.intercept = undefined;
  await second.draw(digit(7));
  await second.reads(7);
  await second.teach(7);
  await second.saved();
  await expect.poll(() => second.exampleCount()).toBe(2);
  await second.reload();
  expect(await second.exampleCount()).toBe(2);
});

test("after a crash while it trains, nothing says that it trains", async ({ trazo, page, site, console }) => {
  console.allow(/./);
  site.intercept = (path) => (/engine.*\.js$/.test(path) ? { before: 'new BroadcastChannel("probe").onmessage = () => { throw new Error("a fault in the worker"); };' } : undefined);
  await trazo.open();
  await trazo.draw(digit(5));
  await trazo.reads(5);
  await trazo.teach(5);
  await trazo.saved();
  await trazo.click("train-start");
  await expect(page.locator(byId("train-stop")).first()).toBeVisible();
  await page.evaluate(() => new BroadcastChannel("probe").postMessage("now"));
  await expect(page.locator("html")).toHaveAttribute("data-engine", "failed");
  await expect(page.locator(byId("train-stop"))).toHaveCount(0);
  await expect(page.locator(byId("train-pause"))).toHaveCount(0);
  await trazo.click("retry");
  await trazo.ready();
  expect(await trazo.exampleCount()).toBe(1);
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
  await expect(page.locator("html")).toHaveAttribute("data-engine", "failed");
  await trazo.click("undo");
  await trazo.click("redo");
  await trazo.click("retry");
  await trazo.ready();
  await trazo.reads(5);
});

test("where the rest of the engine does not come, drawings are read, and a lesson asks for it again", async ({ trazo, page, site, console }) => {
  console.allow(/Failed to load resource/);
  site.intercept = (path) => (/engine-.*-rest.*\.wasm$/.test(path) ? 404 : undefined);
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

test("where the browser is slow to give the only tab its lock, nothing is asked of what has not come", async ({ trazo, page, site }) => {
  let open = () => {};
  const gate = new Promise<void>((resolve) => (open = resolve));
  await page.route("**/engine-*-rest-*.wasm", async (route) => {
    await gate;
    await route.continue();
  });
  const slowly = `const { request } = LockManager.prototype;
    const turn = new Promise((go) => (new BroadcastChannel("probe").onmessage = go));
    LockManager.prototype.request = function (...args) {
      return turn.then(() => request.apply(this, args));
    };`;
  site.intercept = (path) => (/engine.*\.js$/.test(path) ? { before: slowly } : undefined);
  await page.goto(site.url);
  await trazo.ready();
  expect(await trazo.storage()).toBe("reading-along");
  await page.evaluate(() => new BroadcastChannel("probe").postMessage("now"));
  await expect.poll(() => trazo.storage()).toBe("fresh");
  await trazo.draw(digit(5));
  await trazo.reads(5);
  open();
  await trazo.teach(5);
  await trazo.saved();
});

test("where something is stored and the rest of the engine does not come, nothing is begun anew in its place", async ({ trazo, page, site, console }) => {
  await trazo.open();
  await trazo.draw(digit(5));
  await trazo.reads(5);
  await trazo.teach(5);
  await trazo.saved();
  console.allow(/Failed to load resource/);
  site.intercept = (path) => (/engine-.*-rest.*\.wasm$/.test(path) ? 404 : undefined);
  await page.goto("about:blank");
  await page.goto(site.url);
  await expect(page.locator("html")).toHaveAttribute("data-engine", "failed");
  await expect.poll(() => trazo.complaints()).toMatch(/engine/i);
  site.intercept = undefined;
  await trazo.click("retry");
  await trazo.ready();
  expect(await trazo.exampleCount()).toBe(1);
});
