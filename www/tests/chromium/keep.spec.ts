/** What is kept, and what happens when it cannot be: a full disk, a killed tab, a second tab, a damaged database. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { chromium, type BrowserContext, type Page } from "@playwright/test";
import { ChromiumTab, launchOptions } from "../harness/chromium.ts";
import { removeFolder, temporaryFolder } from "../harness/downloads.ts";
import { digit, placed, scribble } from "../harness/strokes.ts";
import { byId } from "../harness/tab.ts";
import { test, expect } from "../harness/test.ts";
import { Trazo } from "../harness/trazo.ts";

test("after a reload everything is as it was: weights, examples, model, language, theme", async ({ trazo, page }) => {
  await trazo.open();
  await trazo.learn(scribble, 4);
  await trazo.saved();
  const examples = await trazo.exampleCount();
  const digits = await trazo.weights();
  await trazo.go("files");
  await trazo.click("model-classic");
  await trazo.saved();
  await trazo.speak("es");
  await trazo.tab.select("theme", "dark");
  await trazo.saved();

  await trazo.reload();
  expect(await trazo.language()).toBe("es");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await expect(page.locator(byId("model-name"))).toContainText(/classic/);
  await trazo.click("model-digits");
  await expect(page.locator(byId("model-name"))).toContainText(/digits/);
  expect((await trazo.weights()).equals(digits)).toBe(true);
  await trazo.go("draw");
  expect(await trazo.exampleCount()).toBe(examples);
});

test("the undone lesson stays undone after a reload", async ({ trazo }) => {
  await trazo.open();
  const before = await trazo.weights();
  await trazo.draw(scribble);
  await trazo.teach(4);
  await trazo.saved();
  await trazo.takeBack();
  await expect.poll(() => trazo.exampleCount()).toBe(0);
  await trazo.saved();
  await trazo.reload();
  expect(await trazo.exampleCount()).toBe(0);
  expect((await trazo.weights()).equals(before)).toBe(true);
});

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

test("a second tab reads along and can take over; nothing is lost", async ({ trazo, page, context, site }) => {
  await trazo.open();
  await trazo.draw(digit(3));
  await trazo.reads(3);
  await trazo.teach(3);
  await trazo.saved();

  const other = await context.newPage();
  const second = new Trazo(new ChromiumTab(other), site.url);
  await second.open();
  expect(await second.storage()).toBe("reading-along");
  expect(await second.exampleCount()).toBe(1);
  await second.draw(digit(7));
  await second.reads(7);

  // The first goes on writing, and the second sees it.
  await page.bringToFront();
  await trazo.click("clear");
  await trazo.draw(digit(5));
  await trazo.reads(5);
  await trazo.teach(5);
  await trazo.saved();
  await expect.poll(() => second.exampleCount()).toBe(2);

  await other.bringToFront();
  await second.click("take-over");
  await expect.poll(() => second.storage()).toBe("saved");
  await expect.poll(() => trazo.storage()).toBe("reading-along");
  await second.teach(7);
  await second.saved();
  await other.close();

  await page.bringToFront();
  await trazo.reload();
  expect(await trazo.exampleCount()).toBe(3);
});

test("when the writing tab closes, the other saves from then on", async ({ trazo, page, context, site }) => {
  const other = await context.newPage();
  const first = new Trazo(new ChromiumTab(other), site.url);
  await first.open();
  await page.bringToFront();
  await trazo.open();
  expect(await trazo.storage()).toBe("reading-along");
  await other.close();
  await expect.poll(() => trazo.storage()).not.toBe("reading-along");
  await trazo.draw(digit(3));
  await trazo.reads(3);
  await trazo.teach(3);
  await trazo.saved();
});

test("a damaged snapshot is set aside, offered as a download, and the one before takes its place", async ({ trazo, page }) => {
  await trazo.open();
  for (const label of [3, 5]) {
    await trazo.click("clear");
    await trazo.draw(digit(label));
    await trazo.reads(label);
    await trazo.teach(label);
    await trazo.saved();
  }
  await damage(page, "latest");
  await trazo.reload();
  await expect(page.locator(byId("recovered"))).toBeVisible();
  expect(await trazo.exampleCount()).toBe(1);
  const { bytes } = await trazo.download("download-damaged");
  expect(bytes.length).toBeGreaterThan(0);
  await trazo.draw(digit(7));
  await trazo.reads(7);
});

test("where both snapshots are damaged it starts from the pretrained network and says so", async ({ trazo, page }) => {
  await trazo.open();
  const shipped = await trazo.weights();
  await trazo.learn(scribble, 4);
  await trazo.saved();
  await trazo.teach(4);
  await trazo.saved();
  await damage(page, "all");
  await trazo.reload();
  await expect(page.locator(byId("recovered"))).toBeVisible();
  expect((await trazo.weights()).equals(shipped)).toBe(true);
  await trazo.draw(digit(7));
  await trazo.reads(7);
});

test("a database from a newer version is left alone", async ({ trazo, page, console }) => {
  console.allow(/nothing is saved here/);
  await trazo.open();
  await trazo.draw(digit(3));
  await trazo.reads(3);
  await trazo.teach(3);
  await trazo.saved();
  const name = await databaseName(page);
  // The engine gives way to whoever raises the version.
  await page.evaluate(
    (database) =>
      new Promise<void>((resolve, reject) => {
        const request = indexedDB.open(database, 999);
        request.onsuccess = () => {
          request.result.close();
          resolve();
        };
        request.onerror = () => reject(request.error);
      }),
    name,
  );
  await trazo.reload();
  expect(await trazo.storage()).toBe("newer");
  await trazo.draw(digit(7));
  await trazo.reads(7);
  await trazo.teach(7);
  await expect.poll(() => trazo.storage()).toBe("newer");
  const version = await page.evaluate(async (database) => (await indexedDB.databases()).find((each) => each.name === database)?.version, name);
  expect(version).toBe(999);
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

const databaseName = (page: Page) =>
  page.evaluate(async () => {
    const [database] = await indexedDB.databases();
    if (!database?.name) throw new Error("there is no database");
    return database.name;
  });

/** Flips a byte in the middle of the latest snapshot, or of every one; crates/web/src/store.rs says how they lie. */
async function damage(page: Page, which: "latest" | "all") {
  const name = await databaseName(page);
  await page.evaluate(
    async ([database, each]) => {
      const done = <T>(request: IDBRequest<T>) =>
        new Promise<T>((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error);
        });
      const db = await done(indexedDB.open(database));
      const store = db.transaction("state", "readwrite").objectStore("state");
      const keys = (await done(store.getAllKeys())).filter((key) => String(key).startsWith("slot"));
      const slots: { key: IDBValidKey; bytes: Uint8Array }[] = [];
      for (const key of keys) slots.push({ key, bytes: (await done(store.get(key))) as Uint8Array });
      const pointer = (await done(store.get("pointer"))) as Uint8Array;
      const latest = pointer[2] === 0 ? "slot-a" : "slot-b";
      const hit = each === "all" ? slots : slots.filter(({ key }) => key === latest);
      if (hit.length === 0) throw new Error(`no slot among ${keys.join()}`);
      for (const { key, bytes } of hit) {
        const middle = bytes.length >> 1;
        bytes[middle] = bytes[middle]! ^ 0x10;
        await done(store.put(bytes, key));
      }
      db.close();
    },
    [name, which] as const,
  );
}
