/** What the service worker keeps and answers, and that the page can be installed. That it works offline is in `kept.spec.ts`. */
import { cached } from "../harness/stored.ts";
import { test, expect } from "../harness/test.ts";

test("of the engine's two builds it fetches and keeps the one that this browser uses", async ({ trazo, page, site }) => {
  const asked: string[] = [];
  site.intercept = (path) => void asked.push(path);
  await trazo.open();
  await cached(trazo.tab);
  const kept = await page.evaluate(async () => {
    const requests = await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).keys()));
    return requests.flat().map(({ url }) => url);
  });
  const build = (await trazo.hasRelaxedSimd()) ? "relaxed" : "simd";
  for (const urls of [asked, kept]) {
    const engines = urls.flatMap((url) => /engine-\w+(-rest)?(?=-[\w-]{8}\.wasm)/.exec(url)?.[0] ?? []);
    expect([...new Set(engines)].sort()).toEqual([`engine-${build}`, `engine-${build}-rest`]);
  }
});

test("what is not the page is not answered with the page", async ({ trazo, page, site, console }) => {
  console.allow(/status of 404/);
  await trazo.open();
  await cached(trazo.tab);
  await page.goto(`${site.url}licenses.html`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Licenses");
  expect((await page.goto(`${site.url}no/such/page`))?.status()).toBe(404);
});

test("it can be installed: manifest, icons, a worker of its own", async ({ trazo, page, site }) => {
  await trazo.open();
  await cached(trazo.tab);
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
