/** What holds on every screen: the menu, the focus, the way to read on, paper. */
import { corners, digit } from "../harness/strokes.ts";
import { byId } from "../harness/tab.ts";
import { test, expect } from "../harness/test.ts";

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 } });
  test("Escape closes the menu and brings the focus back to its button", async ({ trazo, page }) => {
    await trazo.open();
    const menu = page.locator(byId("menu"));
    await menu.click();
    await page.getByRole("link", { name: "History" }).focus();
    await page.keyboard.press("Escape");
    await expect(menu).toHaveAttribute("aria-expanded", "false");
    await expect(menu).toBeFocused();
  });
});

test("a button that has led to the end of the history keeps the focus", async ({ trazo, page }) => {
  await trazo.open();
  await trazo.draw(corners);
  await trazo.teach(4);
  await trazo.go("history");
  const back = page.locator(byId("history-back"));
  await back.focus();
  await page.keyboard.press("Enter");
  await expect(back).toBeDisabled();
  await expect(back).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.locator(byId("history-point")).nth(1)).toHaveAttribute("aria-current", "step");
});

test("the Lab is in the menu, and the experiment a step from it", async ({ trazo, page }) => {
  await trazo.open();
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Lab" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Lab");
  await trazo.click("experiment-link");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Two ways of learning");
});

test("About leads to the model card and to the licenses, which are there", async ({ trazo, page }) => {
  await trazo.open();
  await trazo.go("about");
  for (const [name, says] of [[/^Model card/, "MNIST"], [/^Licenses/, "preact"]] as const) {
    await page.getByRole("link", { name }).click();
    // A page to read, not Markdown as it was typed.
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(page.locator("main")).toContainText(says);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    await page.goBack();
  }
});

test("before anything was taught every screen says what it is for, and leads to the pad", async ({ trazo, page }) => {
  await trazo.open();
  await trazo.go("examples");
  await expect(page.locator("main")).toContainText("Nothing here yet. Draw a digit, say what it was, and it is kept here.");
  for (const id of ["example", "mixups", "knows", "export-examples", "train-start"]) await expect(page.locator(byId(id)), id).toHaveCount(0);
  await page.getByRole("link", { name: "Draw one" }).click();
  await expect(page.locator(byId("pad"))).toBeVisible();
  await trazo.go("history");
  await expect(page.locator("main")).toContainText("Nothing here yet. Every lesson becomes a step that you can return to.");
  await page.getByRole("link", { name: "Draw one" }).click();
  await expect(page.locator(byId("empty"))).toBeVisible();
  await trazo.go("files");
  await expect(page.locator("main")).toContainText("No changes yet.");
  await trazo.go("experiment");
  await expect(page.locator(byId("experiment-says"))).toHaveCount(0);
  await expect(page.locator(byId("undo-change"))).toHaveCount(0);
});

test("on paper there is ink on white, nothing to press, and a list is whole, in the dark theme too", async ({ trazo, page }) => {
  await page.emulateMedia({ colorScheme: "dark" });
  await trazo.open();
  await trazo.draw(digit(7));
  await trazo.teach(7);
  await page.emulateMedia({ media: "print" });
  for (const screen of ["examples", "history", "files"] as const) {
    await trazo.go(screen);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(page.locator(".button:visible, .filter:visible, .footer:visible, .header:visible")).toHaveCount(0);
    expect(await page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue("--paper").trim())).toBe("#fff");
    const cut = await page.locator(".list-table").evaluateAll((lists) => lists.some((list) => list.scrollHeight > list.clientHeight + 1));
    expect(cut).toBe(false);
  }
});

test.describe("for someone in Mexico", () => {
  test.use({ locale: "es-MX" });
  test("numbers are written as there", async ({ trazo, page }) => {
    await trazo.open();
    await trazo.go("files");
    await expect(page.locator("#digits-figures")).toContainText(/\d\d,\d{3} pesos/);
  });
});

test("what changes is seen where a browser has translated the page", async ({ trazo, page }) => {
  await trazo.open();
  await trazo.draw(digit(7));
  await trazo.teach(7);
  await trazo.go("files");
  await trazo.click("train-start");
  await expect(page.locator(byId("train-pause"))).toHaveText("Pause");
  // As browsers do it: each text is taken out, and elements of their own stand in its place.
  await page.evaluate(() => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found: Text[] = [];
    while (texts.nextNode()) found.push(texts.currentNode as Text);
    for (const text of found) {
      if (!text.data.trim() || text.parentElement?.closest('[translate="no"]')) continue;
      const font = document.createElement("font");
      font.textContent = text.data;
      text.replaceWith(font);
    }
  });
  await trazo.click("train-pause");
  await expect(page.locator(byId("train-pause"))).toHaveText("Resume");
  await trazo.click("train-stop");
  await expect(page.locator(byId("train-start"))).toBeVisible();
  await trazo.go("examples");
  await expect(page.locator(byId("example-count"))).toHaveText("1");
});
