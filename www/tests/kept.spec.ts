/** What must last in every engine: over a reload, beside another tab, without a network, through a new version. */
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { removeFolder, temporaryFolder } from "./harness/downloads.ts";
import { DIST, type Site } from "./harness/site.ts";
import { cached, damage, databaseName, publishAnotherVersion } from "./harness/stored.ts";
import { digit, scribble } from "./harness/strokes.ts";
import type { Line } from "./harness/tab.ts";
import { core as test, expect } from "./harness/test.ts";
import type { Trazo } from "./harness/trazo.ts";
import { serve } from "../../scripts/static-server.mjs";

/** Draws a digit on a clear pad, teaches it as what it is, and waits until that is saved. */
async function lesson(trazo: Trazo, label: number, strokes: readonly Line[] = digit(label)) {
  await trazo.click("clear");
  await trazo.draw(strokes);
  await trazo.reads(label);
  await trazo.teach(label);
  await trazo.saved();
}

test("after a reload everything is as it was: weights, examples, model, language, theme", async ({ fresh }) => {
  const trazo = await fresh();
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
  expect(await trazo.tab.evaluate(() => document.documentElement.dataset["theme"])).toBe("dark");
  await expect.poll(() => trazo.text("model-name")).toMatch(/classic/);
  await trazo.click("model-digits");
  await expect.poll(() => trazo.text("model-name")).toMatch(/digits/);
  expect((await trazo.weights()).equals(digits)).toBe(true);
  await trazo.go("draw");
  expect(await trazo.exampleCount()).toBe(examples);
});

test("a reload in the middle of a lesson loses the drawing in no case: it was learned, or it is on the pad", async ({ fresh }) => {
  const trazo = await fresh();
  await trazo.draw(digit(7));
  await trazo.reads(7);
  await trazo.click("teach-1");
  await trazo.reload();
  await expect.poll(async () => (await trazo.exampleCount()) === 1 || (await trazo.text("prediction")) === "7").toBe(true);
});

test("the undone lesson stays undone after a reload", async ({ fresh }) => {
  const trazo = await fresh();
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

test("a run of the Lab that a reload broke off goes on from where it was kept, to its end", async ({ fresh }) => {
  const trazo = await fresh();
  await trazo.go("lab");
  await expect.poll(() => trazo.text("lab-start")).toBe("Start");
  await trazo.tab.select("lab-template", "adding");
  await trazo.tab.select("lab-pace", "100");
  await trazo.click("lab-start");
  await expect.poll(async () => Number(await trazo.attribute("lab-seen", "data-value"))).toBeGreaterThan(300);
  await trazo.click("lab-pause");
  await expect.poll(() => trazo.text("lab-pause")).toBe("Go on");
  const kept = () => trazo.tab.evaluate(async () => (await (await caches.open(`trazo.lab:${location.pathname}`)).keys()).length);
  await expect.poll(kept, { message: "what it can go on from" }).toBe(1);
  await trazo.reload();
  await expect.poll(() => trazo.text("lab-broken")).not.toBeNull();
  await trazo.click("lab-broken-go");
  await expect.poll(() => trazo.text("lab-fresh"), { timeout: 60_000 }).not.toBeNull();
  // Ten epochs of 46 batches, as if nothing had happened.
  expect(await trazo.attribute("lab-seen", "data-value")).toBe("29440");
  expect(Number(await trazo.attribute("lab-accuracy", "data-value"))).toBeGreaterThan(0.9);
});

test("a second tab reads along and can take over; nothing is lost", async ({ fresh }) => {
  const trazo = await fresh();
  await lesson(trazo, 3);

  const second = await trazo.beside();
  await second.open();
  expect(await second.storage()).toBe("reading-along");
  expect(await second.exampleCount()).toBe(1);
  await second.draw(digit(7));
  await second.reads(7);

  // The first goes on writing, and the second sees it.
  await trazo.tab.front();
  await lesson(trazo, 5);
  await second.tab.front();
  await expect.poll(() => second.exampleCount()).toBe(2);

  await second.click("take-over");
  await second.saved();
  await expect.poll(() => trazo.storage()).toBe("reading-along");
  await second.tab.front();
  await second.teach(7);
  await second.saved();
  await second.tab.leave();

  await trazo.tab.front();
  await trazo.reload();
  expect(await trazo.exampleCount()).toBe(3);
});

test("when the writing tab closes, the other saves from then on", async ({ fresh }) => {
  const first = await fresh();
  const trazo = await first.beside();
  await trazo.open();
  expect(await trazo.storage()).toBe("reading-along");
  await first.tab.leave();
  await trazo.tab.front();
  await expect.poll(() => trazo.storage()).toBe("fresh");
  await lesson(trazo, 3);
});

test("a damaged snapshot is set aside, offered as a download, and the one before takes its place", async ({ fresh }) => {
  const trazo = await fresh();
  for (const label of [3, 5]) await lesson(trazo, label);
  await damage(trazo.tab, "latest");
  await trazo.reload();
  await expect.poll(() => trazo.text("recovered")).not.toBeNull();
  expect(await trazo.exampleCount()).toBe(1);
  const { bytes } = await trazo.download("download-damaged");
  expect(bytes.length).toBeGreaterThan(0);
  await trazo.click("clear");
  await trazo.draw(digit(7));
  await trazo.reads(7);
});

test("a database from a newer version is left alone", async ({ fresh }) => {
  const trazo = await fresh();
  await lesson(trazo, 3);
  const name = await databaseName(trazo.tab);
  // The engine gives way to whoever raises the version.
  await trazo.tab.evaluate(
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
  await trazo.click("clear");
  await trazo.draw(digit(7));
  await trazo.reads(7);
  await trazo.teach(7);
  await expect.poll(() => trazo.storage()).toBe("newer");
  const version = await trazo.tab.evaluate(async (database) => (await indexedDB.databases()).find((each) => each.name === database)?.version, name);
  expect(version).toBe(999);
});

test("two copies of the site on one host have nothing to do with each other", async ({ fresh }) => {
  const folder = await temporaryFolder("copies");
  for (const copy of ["some", "other"]) await cp(DIST, join(folder, copy), { recursive: true });
  const host = (await serve({ dir: folder })) as Site;
  const first = await fresh();
  const one = await first.beside(`${host.url}some/`);
  await one.open();
  await lesson(one, 7);
  const two = await first.beside(`${host.url}other/`);
  await two.open();
  expect([await two.exampleCount(), await two.storage()]).toEqual([0, "fresh"]);
  await lesson(two, 3);
  await one.tab.front();
  await one.reload();
  expect([await one.exampleCount(), await one.storage()]).toEqual([1, "saved"]);
  await host.close();
  await removeFolder(folder);
});

test("after one visit it works without a network, through a reload and in a new tab", async ({ fresh, site }) => {
  const trazo = await fresh();
  await cached(trazo.tab);
  // Nobody answers at that address any more.
  await site.close();
  await trazo.reload();
  await trazo.draw(digit(7));
  await trazo.reads(7);
  await trazo.learn(scribble, 4);
  await trazo.saved();
  for (const screen of ["examples", "history", "about", "files"] as const) await trazo.go(screen);
  // The classic model was never asked for while there was a network.
  await trazo.click("model-classic");
  await expect.poll(() => trazo.text("model-name")).toMatch(/classic/);

  const second = await trazo.beside(`${site.url}?from=an-icon`);
  await second.open();
});

test("on the first visit, too, a new version is offered, waits until it is wanted, and keeps the drawings of all tabs", async ({ fresh, site }) => {
  const folder = await temporaryFolder("update");
  const isNext = (trazo: Trazo) => trazo.tab.evaluate(() => document.documentElement.innerHTML.includes("the next version")).catch(() => false);
  try {
    const trazo = await fresh();
    await cached(trazo.tab);
    await cp(DIST, folder, { recursive: true });
    await publishAnotherVersion(folder);
    const second = await trazo.beside();
    await second.open();
    await second.draw(digit(7));
    await second.reads(7);
    await trazo.tab.front();
    site.dir = folder;
    await trazo.tab.evaluate(async () => void (await (await navigator.serviceWorker.ready).update()));
    await expect.poll(() => trazo.text("update"), { timeout: 30_000 }).not.toBeNull();
    expect(await isNext(trazo)).toBe(false);
    await trazo.draw(digit(5));
    await trazo.reads(5);
    await trazo.click("update-now");
    await expect.poll(() => isNext(trazo)).toBe(true);
    await trazo.ready();
    await trazo.reads(5);
    await second.tab.front();
    await expect.poll(() => isNext(second)).toBe(true);
    await second.ready();
    await second.reads(7);
  } finally {
    await removeFolder(folder);
  }
});
