/** `<trazo-pad>` as others have it in their forms: on the screen that shows it, and in a page of its own. */
import type { Page } from "@playwright/test";
import { violations } from "../harness/axe.ts";
import { ChromiumTab } from "../harness/chromium.ts";
import { digit, placed, scribble } from "../harness/strokes.ts";
import { byId, type Line } from "../harness/tab.ts";
import { test, expect } from "../harness/test.ts";

const pad = (page: Page) => page.locator(byId("embed-pad"));
const sheet = (page: Page) => pad(page).getByRole("application");

async function write(page: Page, strokes: readonly Line[]) {
  await sheet(page).scrollIntoViewIfNeeded();
  const { x, y, width } = (await sheet(page).boundingBox())!;
  await new ChromiumTab(page).draw(strokes.map((line) => line.map(([px, py]) => [x + (px / 1000) * width, y + (py / 1000) * width] as const)));
}

/** What the form would send; null where it would send nothing. */
const field = (page: Page) => page.locator(byId("embed-form")).evaluate((form) => new FormData(form as HTMLFormElement).get("digit"));
const value = (page: Page) => pad(page).evaluate((each) => (each as HTMLElement & { value: string }).value);

/** Writes down the events of the pad from now on, with their details. */
async function listen(page: Page): Promise<() => Promise<{ type: string; detail: Record<string, unknown> | null }[]>> {
  await pad(page).evaluate((each) => {
    const heard: unknown[] = [];
    Object.assign(globalThis, { heard });
    for (const type of ["read", "teach", "input", "change"]) each.addEventListener(type, (event) => heard.push({ type, detail: (event as CustomEvent).detail ?? null }));
  });
  return () => page.evaluate(() => (globalThis as unknown as { heard: { type: string; detail: Record<string, unknown> | null }[] }).heard);
}

test.beforeEach(async ({ trazo, page }) => {
  await trazo.open();
  await trazo.go("about");
  await page.getByRole("link", { name: "Use the pad in your own page" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("In your own page");
});

test("what is drawn is the form's value, and is sent", async ({ page }) => {
  expect(await field(page)).toBeNull();
  const heard = await listen(page);
  await write(page, digit(7));
  await expect.poll(() => field(page)).toBe("7");
  // The pen rests: the form hears of it once.
  await expect.poll(async () => (await heard()).filter(({ type }) => type === "change").length).toBe(1);
  const read = (await heard()).findLast(({ type }) => type === "read")!.detail!;
  expect(read).toMatchObject({ value: "7", digit: 7, sure: true });
  expect(read["confidence"]).toBeGreaterThan(0.9);
  await expect(pad(page).getByRole("status")).toHaveText(/^7, \d+% sure$/);
  await page.locator(byId("embed-send")).click();
  await expect(page.locator(byId("embed-said"))).toHaveText("The form would send: digit=7");
});

test("a required pad that is empty, or of which the network is not sure, stops the form and says why", async ({ page }) => {
  const said = () => pad(page).evaluate((each) => (each as HTMLInputElement).validationMessage);
  await page.locator(byId("embed-send")).click();
  await expect(page.locator(byId("embed-said"))).toHaveText("");
  await expect(sheet(page)).toBeFocused();
  expect(await said()).toBe("Draw a digit, or type it.");
  const heard = await listen(page);
  await write(page, scribble);
  await expect.poll(async () => (await heard()).length).toBeGreaterThan(0);
  await expect(pad(page).getByRole("status")).toHaveText("Not sure");
  expect(await field(page)).toBeNull();
  expect(await said()).toContain("not sure");
  await page.keyboard.press("4");
  await expect.poll(() => field(page)).toBe("4");
  expect(await said()).toBe("");
});

test("reset empties the pad, or brings back what it had from the start", async ({ page }) => {
  await write(page, digit(7));
  await expect.poll(() => value(page)).toBe("7");
  await page.locator(byId("embed-reset")).click();
  await expect.poll(() => value(page)).toBe("");
  expect(await pad(page).evaluate((each) => (each as HTMLElement & { strokes: unknown[] }).strokes)).toEqual([]);
  await expect(page.locator(byId("embed-said"))).toHaveText("The form is empty again.");
  await pad(page).evaluate((each) => each.setAttribute("value", "3"));
  await write(page, digit(7));
  await expect.poll(() => value(page)).toBe("7");
  await page.locator(byId("embed-reset")).click();
  await expect.poll(() => field(page)).toBe("3");
});

test("by keyboard: the digit is typed, Ctrl+Z takes a stroke back, Backspace and Escape wipe", async ({ page }) => {
  await page.locator("label[for=embed-pad]").click();
  await expect(sheet(page)).toBeFocused();
  await page.keyboard.press("7");
  expect(await field(page)).toBe("7");
  await page.keyboard.press("Backspace");
  expect(await field(page)).toBeNull();
  await write(page, digit(7));
  await expect.poll(() => value(page)).toBe("7");
  await write(page, [[[100, 900], [900, 900]]]);
  await page.keyboard.press("Control+z");
  await expect.poll(() => value(page)).toBe("7");
  await page.keyboard.press("Escape");
  expect(await value(page)).toBe("");
  await page.keyboard.press("Tab");
  await expect(pad(page).getByRole("button", { name: "Clear" })).toBeFocused();
});

test("who types what a drawing is teaches: the page gets it with the strokes, and the next stroke is another drawing", async ({ page }) => {
  await write(page, digit(7));
  await expect.poll(() => value(page)).toBe("7");
  const heard = await listen(page);
  await page.keyboard.press("1");
  const taught = (await heard()).find(({ type }) => type === "teach")!.detail!;
  expect(taught).toMatchObject({ digit: 1, read: { digit: 7, sure: true } });
  expect((taught["strokes"] as number[][][]).length).toBe(digit(7).length);
  expect(await field(page)).toBe("1");
  await write(page, digit(3));
  await expect.poll(() => value(page)).toBe("3");
  expect(await pad(page).evaluate((each) => (each as HTMLElement & { strokes: unknown[] }).strokes.length)).toBe(digit(3).length);
});

test("with several digits it is a number: written, typed, said, sent", async ({ page }) => {
  await page.locator(byId("embed-many")).check();
  await expect(sheet(page)).toHaveAccessibleName("A number");
  const sent = () => page.locator(byId("embed-form")).evaluate((form) => new FormData(form as HTMLFormElement).get("number"));
  const heard = await listen(page);
  // Units of its width: the pad is half as high.
  await write(page, [...placed(digit(1), 0.4, -250, -250), ...placed(digit(7), 0.4, 150, -250)]);
  await expect.poll(sent).toBe("17");
  await expect(pad(page).getByRole("status")).toHaveText(/^17, \d+% sure$/);
  expect((await heard()).findLast(({ type }) => type === "read")!.detail).toMatchObject({ value: "17", text: "17", digit: null, sure: true });
  // What it was: typed, and said by Enter.
  await sheet(page).focus();
  await page.keyboard.type("-4.2");
  await page.keyboard.press("Backspace");
  await page.keyboard.type("5x");
  expect((await heard()).filter(({ type }) => type === "teach")).toEqual([]);
  await page.keyboard.press("Enter");
  const taught = (await heard()).find(({ type }) => type === "teach")!.detail!;
  expect(taught).toMatchObject({ digit: null, text: "-4.5", read: { text: "17" } });
  expect(await sent()).toBe("-4.5");
  // Half a number is none.
  await page.keyboard.press("Escape");
  await page.keyboard.type("12.");
  expect(await sent()).toBeNull();
  await page.keyboard.press("Tab");
  expect(await sent()).toBeNull();
  await sheet(page).focus();
  await page.keyboard.type("12");
  await page.keyboard.press("Tab");
  expect(await sent()).toBe("12");
  expect(await violations(page)).toEqual([]);
});

test("a disabled pad, by itself or in a fieldset, takes neither ink nor keys, and sends nothing", async ({ page }) => {
  await page.locator("label[for=embed-pad]").click();
  await page.keyboard.press("7");
  await pad(page).evaluate((each) => ((each as HTMLInputElement).disabled = true));
  await expect(sheet(page)).toHaveAttribute("aria-disabled", "true");
  await write(page, digit(3));
  await page.keyboard.press("3");
  expect([await value(page), await field(page)]).toEqual(["7", null]);
  await pad(page).evaluate((each) => ((each as HTMLInputElement).disabled = false));
  expect(await field(page)).toBe("7");
  await pad(page).evaluate((each) => {
    const fieldset = Object.assign(document.createElement("fieldset"), { disabled: true });
    each.before(fieldset);
    fieldset.append(each);
  });
  await expect(sheet(page)).toHaveAttribute("aria-disabled", "true");
});

test("it has the label's name, the language of its page, and nothing that axe would mend", async ({ trazo, page }) => {
  await expect(sheet(page)).toHaveAccessibleName("Favorite digit");
  await write(page, digit(7));
  await expect.poll(() => value(page)).toBe("7");
  expect(await violations(page)).toEqual([]);
  await trazo.speak("es");
  await expect(pad(page).getByRole("button")).toHaveText("Borrar");
  await sheet(page).focus();
  await expect(sheet(page)).toHaveAccessibleName("Dígito favorito");
});

test("in a page that runs from right to left the digit still stands before its per cent", async ({ page }) => {
  await page.evaluate(() => (document.documentElement.dir = "rtl"));
  await write(page, digit(7));
  await expect.poll(() => value(page)).toBe("7");
  const [first = 0, last = 0] = await pad(page).evaluate((each) => {
    const text = each.shadowRoot!.querySelector("[part=answer]")!.firstChild!;
    return [0, text.textContent!.length - 1].map((at) => {
      const range = document.createRange();
      range.setStart(text, at);
      range.setEnd(text, at + 1);
      return range.getBoundingClientRect().left;
    });
  });
  expect(first).toBeLessThan(last);
});

test("the lines to copy are those of a page that works", async ({ page, site, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: new URL(site.url).origin });
  await page.getByRole("button", { name: "Copy" }).first().click();
  const lines = await page.evaluate(() => navigator.clipboard.readText());
  expect(lines).toContain(`${site.url}package/pad.js`);
  await page.route("**/copied.html", (route) =>
    route.fulfill({ contentType: "text/html", body: `<!doctype html><html lang="en"><link rel="icon" href="data:,">${lines.replace("<trazo-pad", '<trazo-pad data-testid="embed-pad"')}` }),
  );
  await page.goto(`${site.url}copied.html`);
  await write(page, digit(7));
  await expect.poll(() => value(page)).toBe("7");
});
