/** What is read surely and not corrected is remembered as the person's hand; and everything of a person can be wiped. */
import type { Page } from "@playwright/test";
import { violations } from "../harness/axe.ts";
import { ChromiumTab } from "../harness/chromium.ts";
import { corners, digit, placed, scribble } from "../harness/strokes.ts";
import { byId, type Line } from "../harness/tab.ts";
import { test, expect } from "../harness/test.ts";
import { Trazo } from "../harness/trazo.ts";

const status = (page: Page) => page.locator(byId("status"));

/** Draws and waits until the answer has been said: then it was there to be seen. */
async function seen(trazo: Trazo, page: Page, label: number, strokes: readonly Line[] = digit(label)) {
  await trazo.draw(strokes);
  await trazo.reads(label);
  await expect(status(page)).toContainText(`It reads a`);
}

/** … and clears it without a word. */
async function pass(trazo: Trazo, page: Page, label: number, strokes?: readonly Line[]) {
  await seen(trazo, page, label, strokes);
  await trazo.click("clear");
  await expect(status(page)).toContainText("Remembered as one of your");
}

const inHand = async (trazo: Trazo, page: Page) => {
  await trazo.go("examples");
  return Number(await page.locator(byId("hand-count")).innerText());
};

test("what was read surely and cleared is remembered, is told, and is there after a reload, apart from what was taught", async ({ trazo, page }) => {
  await trazo.open();
  await seen(trazo, page, 7);
  await trazo.click("clear");
  await expect(status(page)).toHaveText("Pad cleared. Remembered as one of your sevens.");
  // The pad's way back is the clearing's: remembering is no step of its own.
  await expect(page.locator(byId("undo"))).toHaveAttribute("data-undoes", "clearing");
  await pass(trazo, page, 4);
  expect(await trazo.exampleCount()).toBe(0);
  await trazo.saved();
  expect(await inHand(trazo, page)).toBe(2);
  await expect(page.locator(byId("hand-drawing"))).toHaveCount(2);
  await expect(page.locator(byId("example"))).toHaveCount(0);
  expect(await violations(page)).toEqual([]);
  await trazo.reload();
  await expect(page.locator(byId("hand-drawing"))).toHaveCount(2);
  // It counts where the score is about the person.
  await trazo.go("draw");
  await pass(trazo, page, 3);
  await trazo.go("examples");
  await expect(page.locator(byId("knows"))).toContainText("3 of the last 3");
});

test("a drawing that replaces another one remembers that, and a drawing to try is nobody's hand", async ({ trazo, page }) => {
  await trazo.open();
  await page.emulateMedia({ reducedMotion: "reduce" });
  await trazo.click("try-0");
  await trazo.reads(7);
  await expect(status(page)).toContainText("It reads a 7");
  await trazo.click("clear");
  await expect(status(page)).toHaveText("Pad cleared.");
  expect(await inHand(trazo, page)).toBe(0);
});

test("what was corrected, confirmed, not sure or asked about is not remembered", async ({ trazo, page }) => {
  await trazo.open();
  await seen(trazo, page, 7);
  await trazo.teach(1);
  await trazo.click("clear");
  await seen(trazo, page, 3);
  await trazo.teach(3);
  await trazo.click("clear");
  await trazo.draw(scribble);
  await expect(status(page)).toHaveText("It does not look like a digit.");
  await trazo.click("clear");
  // Corrected, and the correction undone: nobody knows what it was.
  await seen(trazo, page, 5);
  await trazo.teach(6);
  await trazo.click("undo");
  await expect.poll(() => trazo.exampleCount()).toBe(2);
  await trazo.click("clear");
  await expect(status(page)).toHaveText("Pad cleared.");
  expect(await inHand(trazo, page)).toBe(0);
});

test("what was remembered and is corrected after all leaves the hand", async ({ trazo, page }) => {
  await trazo.open();
  await pass(trazo, page, 7);
  await trazo.click("undo");
  await trazo.reads(7);
  await trazo.teach(1);
  await expect(page.locator(byId("lesson"))).toContainText("1 drawing of your hand");
  expect(await inHand(trazo, page)).toBe(0);
});

test("one of the hand becomes an example by one tap, or is forgotten; so are all; each can be undone", async ({ trazo, page }) => {
  await trazo.open();
  await pass(trazo, page, 7);
  await pass(trazo, page, 4);
  await pass(trazo, page, 3);
  expect(await inHand(trazo, page)).toBe(3);
  const counts = () => page.locator(`${byId("example-count")}, ${byId("hand-count")}`).allInnerTexts();
  await page.getByRole("button", { name: "Make this 4 an example" }).click();
  await expect(status(page)).toHaveText("Your 4 is an example now.");
  await expect.poll(counts).toEqual(["1", "2"]);
  await expect(page.locator(byId("example"))).toHaveCount(1);
  await expect(page.locator(byId("undo-change"))).toHaveAccessibleName("Undo making it an example");
  await trazo.click("undo-change");
  await expect.poll(counts).toEqual(["0", "3"]);
  await page.getByRole("button", { name: "Forget this 7" }).click();
  await expect(status(page)).toHaveText("1 drawing forgotten.");
  await expect.poll(counts).toEqual(["0", "2"]);
  await trazo.click("forget-hand");
  await expect(status(page)).toHaveText("2 drawings forgotten.");
  await expect.poll(counts).toEqual(["0", "0"]);
  await page.keyboard.press("Control+z");
  await expect(status(page)).toHaveText("What was forgotten is back.");
  await expect.poll(counts).toEqual(["0", "2"]);
  await trazo.saved();
  await trazo.reload();
  await expect.poll(counts).toEqual(["0", "2"]);
});

test("switched off it forgets, after asking, and remembers nothing more; undo brings both back", async ({ trazo, page }) => {
  await trazo.open();
  await pass(trazo, page, 7);
  await pass(trazo, page, 4);
  await trazo.go("examples");
  const toggle = page.locator(byId("learn-from-uncorrected"));
  await expect(toggle).toBeChecked();
  await toggle.click();
  await expect(page.getByRole("dialog")).toContainText("2 drawings that it remembers by itself will be forgotten.");
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(toggle).toBeChecked();
  await expect(page.locator(byId("hand-count"))).toHaveText("2");
  await toggle.click();
  await trazo.click("confirm-off");
  await expect(toggle).not.toBeChecked();
  await expect(page.locator(byId("hand-count"))).toHaveText("0");
  await trazo.saved();
  await trazo.reload();
  await expect(toggle).not.toBeChecked();
  await trazo.go("draw");
  await seen(trazo, page, 3);
  await trazo.click("clear");
  await expect(status(page)).toHaveText("Pad cleared.");
  expect(await inHand(trazo, page)).toBe(0);
  // On again nothing is asked, and it begins anew.
  await toggle.click();
  await expect(toggle).toBeChecked();
  await expect(page.locator(byId("hand-count"))).toHaveText("0");
  await trazo.go("draw");
  await pass(trazo, page, 8);
  await trazo.go("examples");
  await toggle.click();
  await trazo.click("confirm-off");
  await expect(toggle).not.toBeChecked();
  await trazo.click("undo-change");
  await expect(toggle).toBeChecked();
  await expect(page.locator(byId("hand-count"))).toHaveText("1");
});

test("someone else writes with a hand of their own, by name; both are there after a reload, and can be undone", async ({ trazo, page }) => {
  await trazo.open();
  await pass(trazo, page, 7);
  expect(await inHand(trazo, page)).toBe(1);
  await page.locator(byId("add-writer")).click();
  await page.getByRole("textbox", { name: "Name" }).fill("Ana");
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press("Enter");
  await expect(status(page)).toHaveText("Now Ana writes.");
  await expect(page.locator(byId("hand-count"))).toHaveText("0");
  await expect(page.locator(byId("writer"))).toHaveValue("Ana");
  await expect(page.getByRole("list", { name: "Set aside" })).toHaveText("Me: 1 drawing");
  await trazo.go("draw");
  await pass(trazo, page, 4);
  await pass(trazo, page, 3);
  await trazo.saved();
  await trazo.reload();
  expect(await inHand(trazo, page)).toBe(2);
  await expect(page.locator(byId("writer"))).toHaveValue("Ana");
  expect(await violations(page)).toEqual([]);
  await page.locator(byId("writer")).selectOption({ label: "Me" });
  await expect(status(page)).toHaveText("Now you write.");
  await expect(page.locator(byId("hand-count"))).toHaveText("1");
  await page.getByRole("button", { name: "Forget the hand of Ana" }).click();
  await expect(status(page)).toHaveText("The hand of Ana is forgotten.");
  await expect(page.locator(byId("writer")).getByRole("option")).toHaveCount(1);
  await trazo.takeBack();
  await expect(status(page)).toContainText("The hand that was forgotten is back.");
  await trazo.go("examples");
  await expect(page.getByRole("list", { name: "Set aside" })).toHaveText("Ana: 2 drawings");
});

test("the history has one moment for all that was remembered in a sitting", async ({ trazo, page }) => {
  await trazo.open();
  await pass(trazo, page, 7);
  await pass(trazo, page, 4);
  await trazo.go("history");
  await expect(page.locator(byId("history-point"))).toHaveCount(2);
  await expect(page.locator(byId("history-point")).first()).toContainText("Remembered 2 drawings of your hand");
});

test("why it is read so is shown beside the answer once the pen rests, and nothing moves", async ({ trazo, page }) => {
  await trazo.open();
  const slanted = placed(corners, 0.95, 12, -8);
  await trazo.draw(corners);
  await trazo.teach(4);
  await trazo.click("clear");
  // The one after a lesson is answered with whether it got the idea.
  await seen(trazo, page, 0);
  await trazo.click("clear");
  for (const size of [{ width: 390, height: 844 }, { width: 360, height: 640 }, { width: 820, height: 1180 }, { width: 1024, height: 768 }, { width: 1440, height: 900 }]) {
    await page.setViewportSize(size);
    const likes = page.locator(byId("likes"));
    const places = () =>
      page.evaluate(() => [".words-main", "[data-testid=confirm]", "[data-testid=teach-0]", "[data-testid=teach-9]", ".sees"].map((each) => {
        const { x, y, width } = document.querySelector(each)!.getBoundingClientRect();
        // What is in that place is centered, and may be a line higher.
        return [each, Math.round(x), each === ".sees" ? "" : Math.round(y), Math.round(width)].join(" ");
      }));
    let before: string[] = [];
    await expect(async () => {
      await trazo.click("clear");
      await trazo.draw(slanted);
      await expect(page.locator(".words-main")).toHaveText(/It’s a 4 · over 99% sure/);
      before = await places();
      // Where the machine is busy the pen has rested by then.
      expect(await likes.count()).toBe(0);
    }).toPass();
    await expect(likes).toHaveText("Read as a 4 because it looks like your fours.");
    await expect(status(page)).toContainText("Read as a 4 because it looks like your fours.");
    expect(await places(), `${size.width}`).toEqual(before);
    await expect(likes.getByRole("img", { name: "Your 4" })).toHaveCount(1);
    expect(await likes.evaluate((figure) => figure.scrollHeight - figure.clientHeight), `${size.width}`).toBeLessThanOrEqual(0);
    expect(await violations(page)).toEqual([]);
    // Another stroke, and it is no longer so.
    await trazo.draw([[[100, 100], [150, 900]]]);
    await expect(likes).toHaveCount(0);
    await trazo.click("clear");
    // A drawing that memory has nothing to say of shows what the network sees.
    await seen(trazo, page, 0);
    await expect(page.locator(byId("network-input"))).toBeVisible();
    await trazo.click("clear");
  }
});

/** What is kept in this browser, without the site's own files. */
const kept = (page: Page) =>
  page.evaluate(async () => {
    const done = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const entries: string[] = [];
    let bytes = 0;
    for (const { name } of await indexedDB.databases()) {
      const database = await done(indexedDB.open(name!));
      for (const store of database.objectStoreNames) {
        const objects = database.transaction(store).objectStore(store);
        entries.push(...(await done(objects.getAllKeys())).map((key) => `${store} ${String(key)}`));
        for (const value of (await done(objects.getAll())) as unknown[]) bytes += value instanceof Uint8Array ? value.length : 0;
      }
      database.close();
    }
    return { entries, bytes, local: Object.keys(localStorage), session: Object.keys(sessionStorage) };
  });

test("wiped for the next person: nothing is left, in the database and in the page, in a second tab neither", async ({ trazo, page, context, site }) => {
  await trazo.open();
  const shipped = await trazo.weights();
  await pass(trazo, page, 7);
  await trazo.learn(scribble, 4);
  await trazo.speak("es");
  await trazo.tab.select("theme", "dark");
  await trazo.saved();
  const other = await context.newPage();
  const second = new Trazo(new ChromiumTab(other), site.url);
  await second.open();
  expect(await second.exampleCount()).toBeGreaterThan(0);
  await second.draw(digit(5));
  await second.reads(5);

  await page.bringToFront();
  await trazo.draw(digit(2));
  await trazo.go("files");
  await trazo.click("wipe");
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("No se puede deshacer");
  expect(await violations(page)).toEqual([]);
  expect((await trazo.download("wipe-download")).name).toBe("trazo-project.trazo");
  await trazo.click("keep-all");
  expect((await kept(page)).entries.some((entry) => entry.startsWith("chunks"))).toBe(true);
  await trazo.click("wipe");
  await trazo.click("confirm-wipe");
  await expect(page.locator(byId("empty"))).toBeVisible();
  await trazo.ready();
  await expect(status(page)).toHaveText("Everything is gone: Trazo is as on a first visit.");

  for (const [tab, each] of [[trazo, page], [second, other]] as const) {
    await expect(each.locator(byId("empty"))).toBeVisible();
    await tab.ready();
    expect(await tab.language()).toBe("en");
    await expect(each.locator("html")).toHaveAttribute("data-theme", "light");
    expect(await tab.exampleCount()).toBe(0);
    expect((await tab.weights()).equals(shipped)).toBe(true);
    await tab.go("examples");
    await expect(each.locator(byId("hand-count"))).toHaveText("0");
    await tab.go("history");
    await expect(each.locator(byId("history-point"))).toHaveCount(0);
    await expect(each.locator(byId("undo-change")).or(each.locator(byId("undo-lesson")))).toHaveCount(0);
    await tab.go("draw");
  }
  const { entries, bytes, local, session } = await kept(page);
  expect(entries.filter((entry) => !/^state (?:slot-[ab]|pointer)$/.test(entry))).toEqual([]);
  // The empty state: no weights that differ, no drawing.
  expect(bytes).toBeLessThan(2000);
  expect(local.filter((key) => !key.startsWith("trazo.wiped:"))).toEqual([]);
  expect(session).toEqual([]);

  // The next person goes on as anyone does.
  await other.close();
  await page.bringToFront();
  await trazo.reload();
  await trazo.draw(digit(3));
  await trazo.reads(3);
  await trazo.teach(3);
  await trazo.saved();
  await trazo.reload();
  expect(await trazo.exampleCount()).toBe(1);
});

test("the tab that reads along can wipe, too, and the former database goes with it", async ({ trazo, page, context, site }) => {
  await trazo.open();
  await trazo.learn(scribble, 4);
  await trazo.saved();
  await page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        const request = indexedDB.open("trazo", 1);
        request.onsuccess = () => {
          request.result.close();
          resolve();
        };
      }),
  );
  const other = await context.newPage();
  const second = new Trazo(new ChromiumTab(other), site.url);
  await second.open();
  expect(await second.storage()).toBe("reading-along");
  await second.go("files");
  await second.click("wipe");
  await second.click("confirm-wipe");
  await expect(other.locator(byId("empty"))).toBeVisible();
  await second.ready();
  await expect(page.locator(byId("empty"))).toBeVisible();
  await trazo.ready();
  for (const tab of [trazo, second]) expect(await tab.exampleCount()).toBe(0);
  expect(await other.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name))).toEqual(["trazo:/some/sub/path/"]);
});
