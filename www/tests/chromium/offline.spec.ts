/** After one visit everything works without a network; it can be installed; a new version is offered, not forced. */
import { cp, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { removeFolder, temporaryFolder } from "../harness/downloads.ts";
import { DIST } from "../harness/site.ts";
import { digit, scribble } from "../harness/strokes.ts";
import { byId } from "../harness/tab.ts";
import { test, expect } from "../harness/test.ts";

/** Waits until the service worker has everything and speaks for the page. */
const cached = (page: import("@playwright/test").Page) =>
  page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    while (registration.active?.state !== "activated") await new Promise((resolve) => setTimeout(resolve, 50));
  });

test("after one visit it works without a network, through a reload and a new tab", async ({ trazo, page, context, site }) => {
  await trazo.open();
  await cached(page);
  // Nobody answers at that address any more.
  await site.close();
  await context.setOffline(true);
  await trazo.reload();
  await trazo.draw(digit(7));
  await trazo.reads(7);
  await trazo.click("clear");
  await trazo.learn(scribble, 4);
  await trazo.saved();
  for (const screen of ["examples", "history", "files", "about"] as const) {
    await trazo.go(screen);
    await expect(page.locator("h1")).toBeVisible();
  }
  // The classic model was never asked for while there was a network.
  await trazo.go("files");
  await trazo.click("model-classic");
  await expect(page.locator(byId("model-name"))).toContainText(/classic/);

  const second = await context.newPage();
  await second.goto(`${site.url}?from=an-icon`);
  await expect(second.locator("html")).toHaveAttribute("data-engine", "ready");
});

test("it can be installed: manifest, icons, a worker of its own", async ({ trazo, page, site }) => {
  await trazo.open();
  await cached(page);
  const address = await page.locator("link[rel=manifest]").evaluate((link: HTMLLinkElement) => link.href);
  expect(address.startsWith(site.url)).toBe(true);
  const manifest = (await (await page.request.get(address)).json()) as {
    name: string;
    short_name: string;
    start_url: string;
    scope: string;
    display: string;
    icons: { src: string; sizes: string; type: string; purpose?: string }[];
  };
  expect(manifest.name).toBeTruthy();
  expect(manifest.short_name.length).toBeLessThanOrEqual(12);
  expect(["standalone", "minimal-ui", "fullscreen"]).toContain(manifest.display);
  // Relative to wherever the site lies.
  expect(new URL(manifest.start_url, address).href.startsWith(site.url)).toBe(true);
  expect(new URL(manifest.scope, address).href).toBe(site.url);
  for (const size of ["192x192", "512x512"]) expect(manifest.icons.map((icon) => icon.sizes)).toContain(size);
  expect(manifest.icons.some((icon) => icon.purpose?.includes("maskable"))).toBe(true);
  for (const icon of manifest.icons) {
    const response = await page.request.get(new URL(icon.src, address).href);
    expect(response.headers()["content-type"]).toBe(icon.type);
  }
  const devtools = await page.context().newCDPSession(page);
  const { installabilityErrors } = await devtools.send("Page.getInstallabilityErrors");
  // Playwright's contexts are as private windows, which install nothing: that is all it may say.
  expect(installabilityErrors.map((error) => error.errorId).filter((id) => id !== "in-incognito")).toEqual([]);
});

test("everything is fetched from the site itself, by relative addresses", async ({ trazo, page, site }) => {
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  await trazo.open();
  for (const screen of ["examples", "history", "files", "about"] as const) await trazo.go(screen);
  expect(asked.filter((url) => !url.startsWith(site.url) && !/^(blob|data):/.test(url))).toEqual([]);
});

test("a new version is offered, waits until it is wanted, and keeps the drawing", async ({ trazo, page, site }) => {
  const folder = await temporaryFolder("update");
  try {
    await trazo.open();
    await cached(page);
    await cp(DIST, folder, { recursive: true });
    await publishAnotherVersion(folder);
    site.dir = folder;
    await trazo.reload();
    await page.evaluate(async () => (await navigator.serviceWorker.ready).update());
    await expect(page.locator(byId("update"))).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.innerHTML.includes("the next version"))).toBe(false);
    await trazo.draw(digit(5));
    await trazo.reads(5);
    await page.locator(byId("update-now")).click();
    await expect.poll(() => page.evaluate(() => document.documentElement.innerHTML.includes("the next version")).catch(() => false)).toBe(true);
    await trazo.ready();
    await trazo.reads(5);
  } finally {
    await removeFolder(folder);
  }
});

/** Changes the page's HTML by a comment, and its revision in the service worker's list as a build would. */
async function publishAnotherVersion(folder: string) {
  const html = join(folder, "index.html");
  await writeFile(html, (await readFile(html, "utf8")).replace("</body>", "<!-- the next version --></body>"));
  const name = (await readdir(folder)).find((each) => /^(sw|service-worker)\.js$/.test(each));
  if (!name) throw new Error("the site has no service worker");
  const worker = join(folder, name);
  const text = await readFile(worker, "utf8");
  const changed = text.replace(/(revision:\s*"[^"]*",\s*url:\s*"index\.html"|url:\s*"index\.html",\s*revision:\s*"[^"]*")/, '{url:"index.html",revision:"next"}'.slice(1, -1));
  if (changed === text) throw new Error("index.html is not in the service worker's list");
  await writeFile(worker, changed);
}
