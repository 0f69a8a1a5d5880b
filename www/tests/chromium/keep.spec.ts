/** What is kept where something fails: a full disk, a killed tab, a damaged or refused database. The rest is in `kept.spec.ts`. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { chromium, type BrowserContext, type Page } from "@playwright/test";
import { ChromiumTab, launchOptions } from "../harness/chromium.ts";
import { removeFolder, temporaryFolder } from "../harness/downloads.ts";
import { damage } from "../harness/stored.ts";
import { digit, placed, scribble } from "../harness/strokes.ts";
import { byId } from "../harness/tab.ts";
import { test, expect } from "../harness/test.ts";
import { Trazo } from "../harness/trazo.ts";

test("a full disk keeps the state before, says so, offers the download, and training goes on", async ({ site }) => {
  await withProfile(async (restart) => {
    let { trazo, page, context } = await restart();
    await trazo.open();
    await trazo.draw(digit(3));
    await trazo.reads(3);
    await trazo.teach(3);
    await trazo.saved();

    // A browser that has just started: a running one goes on for half a minute with the room that it counted before.
    ({ trazo, page, context } = await restart());
    const devtools = await context.newCDPSession(page);
    const { origin } = new URL(site.url);
    await devtools.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 1 });
    await trazo.open();
    await trazo.draw(scribble);
    await trazo.teach(4);
    await expect.poll(() => trazo.storage()).toBe("full");
    await expect(page.locator(byId("storage-banner"))).toContainText(/full/i);
    await expect(page.locator(byId("banner-download"))).toBeVisible();
    expect(await trazo.exampleCount()).toBe(2);
    await trazo.click("train-start");
    await expect(page.locator(byId("train-progress"))).toBeVisible();
    await trazo.click("clear");
    await trazo.draw(digit(5));
    await trazo.reads(5);
    expect(await trazo.storage()).toBe("full");

    // What was saved before is what the next start finds, and there is room again.
    ({ trazo } = await restart());
    await trazo.open();
    expect(await trazo.exampleCount()).toBe(1);
    await trazo.draw(scribble);
    await trazo.teach(4);
    await trazo.saved();
  }, site.url);
});

test("where both snapshots are damaged it starts from the pretrained network and says so", async ({ trazo, page }) => {
  await trazo.open();
  const shipped = await trazo.weights();
  await trazo.learn(scribble, 4);
  await trazo.saved();
  await trazo.teach(4);
  await trazo.saved();
  await damage(trazo.tab, "all");
  await trazo.reload();
  await expect(page.locator(byId("recovered"))).toBeVisible();
  expect((await trazo.weights()).equals(shipped)).toBe(true);
  await trazo.draw(digit(7));
  await trazo.reads(7);
});

test("what an earlier version kept under the name that all sites of a host shared is taken over, once", async ({ trazo, page, site, console }) => {
  console.allow(/status of 404/);
  await trazo.open();
  await trazo.learn(scribble, 4);
  await trazo.saved();
  const [weights, examples] = [await trazo.weights(), await trazo.exampleCount()];
  await page.goto(`${site.url}icon.svg`);
  await toFormerName(page);

  await trazo.open();
  expect([await trazo.exampleCount(), await trazo.storage()]).toEqual([examples, "saved"]);
  expect((await trazo.weights()).equals(weights)).toBe(true);
  await trazo.click("clear");
  await trazo.draw(digit(7));
  await trazo.reads(7);
  await trazo.teach(7);
  await trazo.saved();
  await trazo.reload();
  expect(await trazo.exampleCount()).toBe(examples + 1);
  expect(await page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name).sort())).toEqual(["trazo", "trazo:/some/sub/path/"]);
});

test("where there is no room to take it over, it is used where it lies", async ({ trazo, page, site, console }) => {
  // A picture has no icon of its own.
  console.allow(/former name|status of 404/);
  await trazo.open();
  await trazo.draw(digit(7));
  await trazo.reads(7);
  await trazo.teach(7);
  await trazo.saved();
  await page.goto(`${site.url}icon.svg`);
  await toFormerName(page);
  site.intercept = (path) =>
    /engine.*\.js$/.test(path)
      ? {
          before: `const { put } = IDBObjectStore.prototype;
            IDBObjectStore.prototype.put = function (...args) {
              if (this.transaction.db.name !== "trazo") throw new DOMException("no room", "QuotaExceededError");
              return put.apply(this, args);
            };`,
        }
      : undefined;
  await trazo.open();
  expect([await trazo.exampleCount(), await trazo.storage()]).toEqual([1, "saved"]);
  await trazo.click("clear");
  await trazo.draw(digit(3));
  await trazo.reads(3);
  await trazo.teach(3);
  await trazo.saved();
  // There is room again.
  site.intercept = undefined;
  await trazo.reload();
  expect(await trazo.exampleCount()).toBe(2);
  expect(await page.evaluate(async () => (await indexedDB.databases()).length)).toBe(2);
});

test("where the browser refuses a database, Trazo works in memory and says so", async ({ site }) => {
  // The real thing: a profile that blocks all site data, IndexedDB and localStorage with it.
  const blocked = { profile: { default_content_setting_values: { cookies: 2 } } };
  await withProfile(async (restart) => {
    const { trazo, page } = await restart();
    await trazo.open();
    const kept = await page.evaluate(() => {
      try {
        return typeof localStorage;
      } catch {
        return "refused";
      }
    });
    expect(kept).toBe("refused");
    await expect.poll(() => trazo.storage()).toBe("memory");
    await trazo.draw(digit(3));
    await trazo.reads(3);
    await trazo.teach(3);
    expect(await trazo.storage()).toBe("memory");
    await expect(page.locator(byId("banner-download"))).toBeVisible();
  }, site.url, blocked);
});

test("a browser killed at any moment of a save finds the state before or after, never a mix", async ({ site }, info) => {
  info.setTimeout(180_000);
  await withProfile(async (restart) => {
    let before: { count: number; weights: Buffer } | undefined;
    let lessons = 0;
    // The delays sweep over a lesson and its save.
    for (const delay of [0, 20, 60, 120, 200, 300, 450, Number.NaN]) {
      const { trazo, page } = await restart();
      await trazo.open();
      expect(await trazo.text("recovered")).toBeNull();
      const count = await trazo.exampleCount();
      const weights = await trazo.weights();
      if (before) {
        expect([before.count, before.count + 1]).toContain(count);
        // The examples and the weights are of one and the same moment.
        expect(weights.equals(before.weights)).toBe(count === before.count);
      }
      if (Number.isNaN(delay)) break;
      before = { count, weights };
      // Each time another drawing, taught as what it is not, so that every lesson changes the weights.
      await trazo.draw(placed(scribble, 0.5 + delay / 1000, delay / 4, -delay / 5));
      await trazo.click(`teach-${(4 + lessons) % 10}`);
      lessons += 1;
      await new Promise((resolve) => setTimeout(resolve, delay));
      // As the system ends a process, in the middle of whatever it does.
      const devtools = await page.context().newCDPSession(page);
      await Promise.race([devtools.send("Page.crash").catch(() => {}), page.waitForEvent("crash").catch(() => {})]);
    }
  }, site.url);
});

/** A browser of its own on a profile that outlives it; `restart` ends the one that runs and starts the next. */
async function withProfile(
  journey: (restart: () => Promise<{ trazo: Trazo; page: Page; context: BrowserContext }>) => Promise<void>,
  url: string,
  preferences: object = {},
) {
  const folder = await temporaryFolder("profile");
  await mkdir(join(folder, "Default"));
  await writeFile(join(folder, "Default", "Preferences"), JSON.stringify(preferences));
  let context: BrowserContext | undefined;
  try {
    await journey(async () => {
      await context?.close();
      context = await chromium.launchPersistentContext(folder, { ...launchOptions, locale: "en-US" });
      const page = context.pages()[0] ?? (await context.newPage());
      return { trazo: new Trazo(new ChromiumTab(page), url), page, context };
    });
  } finally {
    await context?.close();
    await removeFolder(folder);
  }
}

/** Puts the database back under the name that it had in earlier versions. */
const toFormerName = (page: Page) =>
  page.evaluate(async () => {
    const done = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const ours = (await indexedDB.databases()).find(({ name }) => name?.startsWith("trazo:"))?.name ?? "";
    const from = await done(indexedDB.open(ours));
    const opened = indexedDB.open("trazo", 1);
    opened.onupgradeneeded = () => {
      for (const store of from.objectStoreNames) opened.result.createObjectStore(store);
    };
    const to = await done(opened);
    for (const store of from.objectStoreNames) {
      const objects = from.transaction(store).objectStore(store);
      const [keys, values] = [await done(objects.getAllKeys()), await done(objects.getAll())];
      const put = to.transaction(store, "readwrite").objectStore(store);
      for (const [i, key] of keys.entries()) await done(put.put(values[i], key));
    }
    from.close();
    to.close();
    await done(indexedDB.deleteDatabase(ours));
  });
