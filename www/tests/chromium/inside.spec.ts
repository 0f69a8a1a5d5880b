/** Inside: every number to the touch, and what one touches adds up. */
import { writeFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { violations } from "../harness/axe.ts";
import { digit, scribble } from "../harness/strokes.ts";
import { byId } from "../harness/tab.ts";
import { test, expect } from "../harness/test.ts";
import type { Trazo } from "../harness/trazo.ts";

const at = (page: Page, query: string) =>
  page.evaluate((hash) => {
    location.hash = hash;
  }, `#/inside?${query}`);

/** A seven is drawn, and the number stands. */
async function opened(trazo: Trazo, page: Page, query: string) {
  await trazo.open();
  await trazo.draw(digit(7));
  await trazo.reads(7);
  await at(page, query);
  await expect(page.locator(byId("inside-ladder"))).toBeVisible();
}

/** The table as a person with a calculator reads it: its rows, and what the last one says. */
async function ladder(page: Page, id = "inside-ladder"): Promise<{ rows: number[]; total: number }> {
  const numbers = await page.locator(`${byId(id)} [data-value]`).evaluateAll((cells) => cells.map((cell) => Number(cell.getAttribute("data-value"))));
  return { rows: numbers.slice(0, -1), total: numbers.at(-1) ?? Number.NaN };
}

async function addsUp(page: Page, id = "inside-ladder"): Promise<number> {
  // A number is known before its sum: for a moment there is none.
  await expect.poll(async () => (await ladder(page, id)).rows.length).toBeGreaterThan(0);
  const { rows, total } = await ladder(page, id);
  // Ten numbers at a time, and the bias.
  expect(rows.length).toBeLessThanOrEqual(11);
  const sum = rows.reduce((all, row) => all + row, 0);
  // Each has nine digits, so each may be off by half of the ninth.
  const off = [...rows, total].reduce((all, number) => all + Math.abs(number) * 1e-8, 1e-12);
  expect(Math.abs(sum - total)).toBeLessThanOrEqual(off);
  return total;
}

const value = async (page: Page) => Number(await page.locator(byId("inside-value")).getAttribute("data-value"));

test("every kind of layer's sum adds up, level by level, down to single products", async ({ trazo, page }) => {
  await opened(trazo, page, "layer=dense-1&unit=7");
  for (const query of ["layer=conv-1&unit=4.12.13", "layer=conv-2&unit=3.10.9", "layer=maxpool-1&unit=5.4.4", "layer=conv-4&unit=12.3.7", "layer=maxpool-3&unit=20.2.2", "layer=dense-1&unit=7"]) {
    await at(page, query);
    const [layer = "", unit = ""] = query.replace("layer=", "").split("&unit=");
    await expect(page.locator(byId("inside-layer"))).toHaveText(layer.replace("maxpool", "pool").replace("-", " "));
    await expect(page.locator(byId("inside-unit"))).toContainText(unit.split(".").at(-1)!);
    await expect.poll(async () => (await ladder(page)).rows.length).toBeGreaterThan(3);
    const z = await addsUp(page);
    const activated = layer.startsWith("conv") ? Math.max(0, z) : z;
    expect(Math.abs((await value(page)) - activated)).toBeLessThan(1e-4);
    // What a row says is what its own sum comes to.
    const rows = page.locator(`${byId("inside-ladder")} tbody tr`).filter({ hasText: /products/ });
    for (let deep = 0; deep < 3 && (await rows.count()) > 0; deep += 1) {
      const row = rows.first();
      const said = Number(await row.locator("[data-value]").getAttribute("data-value"));
      await row.getByRole("button").click();
      await expect(page.locator(byId("inside-path")).locator("[aria-current]")).toBeVisible();
      await expect.poll(async () => (await ladder(page)).total).toBe(said);
      await addsUp(page);
    }
  }
});

test("the chance is e^z over the sum, and leads down to the network's sum and further to the input", async ({ trazo, page }) => {
  await opened(trazo, page, "layer=answer&unit=7");
  const { rows, total } = await ladder(page);
  expect(rows).toHaveLength(10);
  await addsUp(page);
  expect(Math.abs(rows[7]! / total - (await value(page)))).toBeLessThan(1e-6);
  await page.getByRole("button", { name: "digit 7", exact: true }).click();
  let logit = Number.NaN;
  await expect(async () => {
    logit = await addsUp(page);
    expect(Math.abs(Math.exp(logit) - rows[7]!)).toBeLessThan(rows[7]! * 1e-6);
  }).toPass({ timeout: 15_000 });
  await page.getByRole("button", { name: "the network’s sum" }).click();
  await expect(page.locator(byId("inside-layer"))).toHaveText("dense 1");
  await expect.poll(async () => Math.abs((await value(page)) - logit)).toBeLessThan(1e-5);
  // A place, then one of its terms: that number's own sum.
  await page.getByRole("button", { name: "row 2, column 2", exact: true }).click();
  const term = page.locator(`${byId("inside-ladder")} tbody tr`).first();
  const name = await term.getByRole("button").innerText();
  await term.getByRole("button").click();
  await expect(page.locator(byId("inside-sum")).getByRole("heading")).toHaveText(name);
  await addsUp(page);
  // The way down stands as a path, and leads back up.
  await expect(page.locator(byId("inside-path")).getByRole("listitem")).toHaveCount(3);
  await page.locator(byId("inside-path")).getByRole("button").first().click();
  await expect(page.locator(byId("inside-layer"))).toHaveText("Chances");
  await page.goBack();
  await expect(page.locator(byId("inside-sum")).getByRole("heading")).toHaveText(name);
});

test("classic has no softmax, and a hidden unit is whole numbers times one scale", async ({ trazo, page }) => {
  await opened(trazo, page, "model=classic&layer=dense-1&unit=37");
  await expect(page.locator(byId("inside-layer"))).toHaveText("dense 1");
  await expect(page.locator(byId("inside-unit"))).toHaveText("unit 37");
  const z = await addsUp(page);
  await page.locator(byId("inside-whole")).check();
  const { rows, total } = await ladder(page);
  for (const row of [...rows, total]) expect(Number.isInteger(row)).toBe(true);
  expect(rows.reduce((all, row) => all + row, 0)).toBe(total);
  // «−444 × 0.00941191 + (0.540565) = −3.6383»
  const [, q, scale, bias] = /^(\S+) × (\S+) \+ \((\S+)\)/.exec((await page.locator(".formula").first().innerText()).replaceAll("−", "-"))!;
  expect(Number(q)).toBe(total);
  expect(Math.abs(Number(q) * Number(scale) + Number(bias) - z)).toBeLessThan(1e-5);
  await at(page, "model=classic&layer=answer&unit=7");
  await expect(page.locator(byId("inside-layer"))).toHaveText("Answers");
  await expect(page.locator(byId("inside-sum"))).toContainText("no softmax");
  await expect(page.locator(byId("inside-sum"))).not.toContainText("e^(");
});

test("while one draws, an open sum follows", async ({ trazo, page }) => {
  await opened(trazo, page, "layer=answer&unit=7");
  const before = await value(page);
  expect(before).toBeGreaterThan(0.5);
  await trazo.draw([[[300, 850], [700, 850]]]);
  await trazo.draw([[[250, 500], [750, 500]]]);
  await expect.poll(() => value(page)).not.toBe(before);
  await addsUp(page);
  // The same drawing is on the other screen.
  await trazo.click("clear");
  await expect(page.locator(byId("inside-empty"))).toBeVisible();
  await trazo.go("draw");
  await trazo.reads("");
});

test("a link carries the drawing and the number; one to what is not there says so", async ({ trazo, page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await opened(trazo, page, "layer=conv-4&unit=12.3.7&in=4");
  await page.locator(byId("inside-link")).click();
  await expect(page.locator(byId("status"))).toContainText("Link copied");
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link.length).toBeLessThan(2000);
  const other = await context.browser()!.newContext({ locale: "en-US", viewport: { width: 1280, height: 800 } });
  const theirs = await other.newPage();
  await theirs.goto(link);
  // Copying puts the drawing on the link's grid, and it is read anew.
  await expect(async () => {
    const [mine, sent] = await Promise.all([page, theirs].map((each) => each.locator(byId("inside-ladder")).innerText({ timeout: 5000 })));
    expect(sent).toBe(mine);
  }).toPass({ timeout: 15_000 });
  // The drawing is on the pad now, and no longer in the address.
  expect(theirs.url()).not.toContain("d=");
  await other.close();

  await at(page, "layer=conv-9&unit=1");
  await expect(page.locator(byId("inside-missing"))).toHaveText("This link names a layer that this network does not have.");
  await at(page, "layer=conv-1&unit=13.1.1");
  await expect(page.locator(byId("inside-missing"))).toHaveText("This link names a unit that this layer does not have.");
  for (const model of ["letters", "own"]) {
    await at(page, `model=${model}`);
    await expect(page.locator(byId("inside-missing"))).toContainText("a network that is not here");
    await expect(page.locator(byId("inside-model"))).toHaveValue("digits");
    await at(page, "");
    await expect(page.locator(byId("inside-missing"))).toBeHidden();
  }
});

test("a sum can be copied for a calculator", async ({ trazo, page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await opened(trazo, page, "layer=conv-1&unit=4.12.13");
  await page.locator(byId("inside-copy")).click();
  const text = await page.evaluate(() => navigator.clipboard.readText());
  const [sum = "", total = ""] = text.split(" = ");
  expect(sum).toMatch(/^[-\d.()*+ e]+$/);
  // As a calculator would.
  const reckoned = sum.split(" + ").map((part) => part.split("*").map((factor) => Number(factor.replace(/[()]/g, ""))).reduce((a, b) => a * b, 1)).reduce((a, b) => a + b, 0);
  expect(Math.abs(reckoned - Number(total))).toBeLessThan(1e-6);
});

test("with the keyboard alone: to a map, from cell to cell, into the sum and out again", async ({ trazo, page }) => {
  await trazo.open();
  await trazo.draw(digit(7));
  await trazo.reads(7);
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Inside" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent ?? "");
  await expect(page.locator(".map").first()).toBeVisible();
  for (let presses = 0; presses < 40 && !(await focused()).startsWith("conv 1, map 1"); presses += 1) await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  const loupe = page.locator(byId("inside-loupe"));
  await expect(loupe).toBeFocused();
  const unit = page.locator(byId("inside-unit"));
  const before = await unit.innerText();
  await page.keyboard.press("Shift+ArrowUp");
  await expect(unit).not.toHaveText(before);
  await page.keyboard.press("]");
  await expect(unit).toContainText("map 2,");
  await expect(page.locator(byId("status"))).toHaveText(/^conv 1, map 2, row \d+, column \d+: −?\d+\.\d{4}$/);
  await page.keyboard.press("PageDown");
  await expect(page.locator(byId("inside-layer"))).toHaveText("conv 2");
  // The number is known before its sum.
  await expect(page.locator(byId("inside-ladder"))).toBeVisible();
  await page.keyboard.press("t");
  expect(await page.evaluate(() => document.activeElement?.closest("table")?.getAttribute("data-testid"))).toBe("inside-ladder");
  await page.keyboard.press("Enter");
  await expect(page.locator(byId("inside-path")).getByRole("listitem")).toHaveCount(2);
  await page.keyboard.press("t");
  await page.keyboard.press("Backspace");
  await expect(page.locator(byId("inside-path"))).toHaveCount(0);
});

test("asked for before it stands, the table has the focus once it does", async ({ trazo, page }) => {
  await opened(trazo, page, "layer=conv-4&unit=12.3.7");
  await page.locator(byId("inside-loupe")).focus();
  const inLadder = () => page.evaluate(() => document.activeElement?.closest("table")?.getAttribute("data-testid"));
  // The other number's sum is still being asked for.
  await page.evaluate(() => {
    const loupe = document.querySelector("[data-testid=inside-loupe]");
    for (const key of ["ArrowUp", "t"]) loupe?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  });
  await expect.poll(inLadder).toBe("inside-ladder");
  await expect(page.locator(byId("inside-unit"))).toContainText("row 2, column 7");
});

/** Weights alone, as other tools save them: 784 inputs, so many hidden units, so many outputs. */
function weights(hidden: number, outputs: number, weight: (layer: number, at: number) => number): Buffer {
  const shapes = { "fc1.weight": [hidden, 784], "fc1.bias": [hidden], "fc2.weight": [outputs, hidden], "fc2.bias": [outputs] };
  let end = 0;
  const tensors = Object.entries(shapes).map(([name, shape], index) => {
    const data = Float32Array.from({ length: shape.reduce((all, size) => all * size, 1) }, (_, at) => weight(index, at));
    const begin = end;
    end += data.byteLength;
    return { data, entry: [name, { dtype: "F32", shape, data_offsets: [begin, end] }] as const };
  });
  const header = Buffer.from(JSON.stringify(Object.fromEntries(tensors.map(({ entry }) => entry))));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, ...tensors.map(({ data }) => Buffer.from(data.buffer))]);
}

test("a network a thousand wide, and one with weights of 1e30: each sum still adds up, ten rows at a time", async ({ trazo, page }, info) => {
  await trazo.open();
  const path = info.outputPath("wide.safetensors");
  // Small whole steps, no two rows alike; or far beyond what a screen has room for.
  const some = (layer: number, at: number) => (((at * 7 + layer * 3) % 11) - 5) / 100;
  for (const huge of [1, 1e30]) {
    await trazo.go("files");
    await writeFile(path, weights(1000, 10, (layer, at) => some(layer, at) * (layer === 0 ? huge : 1)));
    await trazo.upload(path);
    await expect(page.locator(byId("opened"))).toContainText("wide.safetensors");
    await trazo.click("answer-relu");
    await expect(page.locator(byId("opened"))).not.toContainText("Not opened");
    await trazo.go("draw");
    await trazo.draw(digit(7));
    await at(page, "layer=dense-1&unit=999");
    await expect(page.locator(byId("inside-unit"))).toHaveText("unit 999");
    const hidden = await addsUp(page);
    expect(Number.isFinite(hidden)).toBe(true);
    await at(page, "layer=dense-2&unit=3");
    await expect(page.locator(byId("inside-layer"))).toHaveText("dense 2");
    expect(Number.isFinite(await addsUp(page))).toBe(true);
    await at(page, "layer=answer&unit=3");
    await expect(page.locator(byId("inside-layer"))).toHaveText("Chances");
    await addsUp(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    await trazo.click("clear");
  }
  // Sixty-four classes are not ten digits.
  await trazo.go("files");
  await writeFile(path, weights(16, 64, some));
  await trazo.upload(path);
  await expect(page.locator(byId("opened"))).toContainText("Not opened");
});

test("each of the ten bars opens its sum, and «look inside» is one tap away", async ({ trazo, page }) => {
  await trazo.open();
  await trazo.draw(digit(7));
  await trazo.reads(7);
  await page.locator(byId("inside-7")).click();
  await expect(page.locator(byId("inside-unit"))).toHaveText("digit 7");
  await addsUp(page);
  await trazo.go("draw");
  await page.locator(byId("look-inside")).click();
  await expect(page.getByRole("heading", { level: 1, name: "Inside" })).toBeVisible();
});

test("why not another: the margin adds up, and what is left out is read anew", async ({ trazo, page }) => {
  await trazo.open();
  await trazo.learn(scribble, 4);
  await trazo.go("inside");
  await page.getByRole("navigation", { name: "Views" }).getByRole("link", { name: "Why not another?" }).click();
  await page.locator(byId("why-1")).click();
  await expect(page.getByRole("heading", { name: "Why a 4, and not a 1?" })).toBeVisible();
  const margin = page.locator(byId("inside-margin"));
  await expect(margin).toContainText("what your lessons add");
  // Nine places, the bias, and memory.
  const { rows } = await ladder(page, "inside-margin");
  expect(rows).toHaveLength(11);
  const total = rows.reduce((all, row) => all + row, 0);
  expect(Math.abs(total - (await ladder(page, "inside-margin")).total)).toBeLessThan(1e-6);
  await expect(page.locator(".formula")).toContainText("so many times is the chance of the 4 that of the 1");
  await margin.getByRole("button", { name: "row 2, column 2", exact: true }).click();
  await expect.poll(async () => (await ladder(page, "inside-margin")).total).toBe(rows[4]);
  await addsUp(page, "inside-margin");
  // What reminded it is the lesson itself.
  await expect(page.locator(byId("why-neighbours"))).toContainText("nearness 1.0000");
  await page.locator(byId("why-pieces-go")).click();
  const pieces = page.locator(`${byId("why-pieces")} tbody tr`);
  await expect(pieces.nth(5)).toBeVisible();
  expect(await pieces.count()).toBeLessThanOrEqual(30);
  await page.locator(byId("why-gradient-go")).click();
  await expect(page.getByRole("img", { name: "one that nobody trained" })).toBeVisible();
  const says = page.locator(byId("why-patch-says"));
  const before = await says.innerText();
  expect(before).toMatch(/^Without it: \d, \d+%/);
  await page.locator(byId("why-patch")).focus();
  for (let i = 0; i < 3; i += 1) await page.keyboard.press("Shift+ArrowUp");
  await expect(page.locator(byId("why-patch"))).toHaveAccessibleName(/from row 1, column/);
});

test("what wakes a unit: nine exam drawings, strongest first, and one's own", async ({ trazo, page }) => {
  await trazo.open();
  await trazo.draw(digit(7));
  await trazo.reads(7);
  await trazo.teach(7);
  await at(page, "view=wakes&layer=conv-4&unit=12.3.7");
  await expect(page.locator(`${byId("wakes-exam")} li`)).toHaveCount(9);
  await expect(page.locator(`${byId("wakes-own")} li`)).toHaveCount(1);
  const strengths = async () =>
    (await page.locator(`${byId("wakes-exam")} p`).allInnerTexts()).map((text) => Number(/z = (\S+?),? ?(?:at|$)/.exec(text.replaceAll("−", "-"))?.[1]?.replace(/,$/, "")));
  const anywhere = await strengths();
  expect(anywhere).toEqual([...anywhere].sort((a, b) => b - a));
  await page.locator(byId("wakes-where")).selectOption("false");
  await expect.poll(async () => (await strengths())[0]).not.toBe(anywhere[0]);
  expect((await strengths())[0]).toBeLessThanOrEqual(anywhere[0]!);
});

test("one lesson, slowly: an output's error is what it is less what it should be; a step makes the hidden units move", async ({ trazo, page }) => {
  await trazo.open();
  await trazo.draw(digit(7));
  await trazo.reads(7);
  await at(page, "view=lesson&model=classic");
  await page.locator(byId("lesson-1")).click();
  const table = page.locator(byId("lesson-table"));
  const numbers = async () => (await table.first().locator("[data-value]").evaluateAll((cells) => cells.map((cell) => Number(cell.getAttribute("data-value")))));
  await expect(table).toBeVisible();
  await page.locator(byId("lesson-next")).click();
  await expect(page.getByRole("heading", { name: "The error" })).toBeVisible();
  const errors = await numbers();
  for (let i = 0; i < 10; i += 1) {
    const [now = 0, should = 0, off = 0] = errors.slice(3 * i, 3 * i + 3);
    expect(should).toBe(i === 1 ? 1 : 0);
    expect(Math.abs(now - should - off)).toBeLessThan(1e-7);
  }
  await page.locator(byId("lesson-next")).click();
  await expect(page.getByRole("heading", { name: "The outputs’ share of it" })).toBeVisible();
  const deltas = await numbers();
  // Sigmoid and squared error: the delta is the error times a (1 - a).
  for (let i = 0; i < 10; i += 1) expect(Math.abs(deltas[2 * i + 1]! - errors[3 * i + 2]! * errors[3 * i]! * (1 - errors[3 * i]!))).toBeLessThan(1e-6);
  for (let stop = 3; stop < 6; stop += 1) await page.locator(byId("lesson-next")).click();
  await expect(page.getByRole("heading", { name: "Read again" })).toBeVisible();
  const again = await numbers();
  expect(again[1 * 3 + 2]!).toBeGreaterThan(again[1 * 3]!);
  await expect(page.locator(byId("lesson-next"))).toBeDisabled();
  await expect(page.locator("main")).toContainText(/Memory check: \d+ of 500 right afterwards/);
  // Nothing was taught.
  await trazo.go("draw");
  expect(await trazo.exampleCount()).toBe(0);
});

test("by roles, names and keys alone: why not another, what wakes a unit, one lesson", async ({ trazo, page }) => {
  await trazo.open();
  await trazo.draw(digit(7));
  await trazo.reads(7);
  const main = page.getByRole("main");
  /** As a screen reader's user does: found by role and name, then a key. */
  const press = async (role: "button" | "link", name: string | RegExp, within = main) => {
    await within.getByRole(role, { name, exact: true }).first().focus();
    await page.keyboard.press("Enter");
  };
  /** What is focused is somewhere on the screen, and not lost. */
  const held = () => expect.poll(() => page.evaluate(() => document.querySelector("main")?.contains(document.activeElement))).toBe(true);
  await press("link", "Inside", page.getByRole("navigation", { name: "Main" }));
  const views = page.getByRole("navigation", { name: "Views" });

  // Why a 7, and not a 1? Its margin, down to one place; the pieces; a patch; the gradient.
  await press("link", "Why not another?", views);
  await press("button", "1", main.getByRole("group", { name: "Not" }));
  await expect(main.getByRole("heading", { name: "Why a 7, and not a 1?" })).toBeVisible();
  const margin = main.getByRole("table", { name: "Why a 7, and not a 1?" });
  await expect(margin.getByRole("row").last().getByRole("cell").last()).toHaveText(/^−?\d+\.\d{4}$/);
  const place = margin.getByRole("row", { name: /^row 2, column 2/ });
  const said = await place.getByRole("cell").last().innerText();
  await press("button", "row 2, column 2", margin);
  await held();
  await expect(margin.getByRole("row").last().getByRole("cell").last()).toHaveText(said);
  await press("button", "Why a 7, and not a 1?");
  await expect(place).toBeVisible();
  await press("button", "Try all pieces");
  await expect(main.getByRole("row", { name: /^piece 1 \d 0\.\d{4}$/ })).toBeVisible();
  await held();
  const patch = main.getByRole("application", { name: /^Square of 6 cells from row \d+, column \d+\. Without it: \d/ });
  await patch.focus();
  await page.keyboard.press("Shift+ArrowUp");
  await page.keyboard.press("Shift+ArrowUp");
  await page.keyboard.press("Shift+ArrowUp");
  await expect(main.getByRole("application", { name: /from row 1, column \d+\. Without it: \d, \d+% \(with it 7, \d+%\)/ })).toBeFocused();
  await press("button", "Compute it");
  await expect(main.getByRole("img", { name: "this network" })).toBeVisible();
  await held();

  // What wakes a unit: nine real drawings, each with what it is and how strongly.
  await press("link", "What wakes a unit", views);
  const drawings = main.getByRole("img", { name: /^an? \d, z = −?\d+\.\d{4}, at row \d+, column \d+$/ });
  await expect(drawings).toHaveCount(9);
  await main.getByRole("button", { name: "Map: one more" }).focus();
  const first = await drawings.first().getAttribute("aria-label");
  await page.keyboard.press("Enter");
  await expect.poll(() => drawings.first().getAttribute("aria-label")).not.toBe(first);

  // One lesson: had it been a 1; every stop has a heading and a table or a sentence.
  await press("link", "One lesson, slowly", views);
  await press("button", "It was a 1");
  await main.getByRole("combobox", { name: "Way of learning" }).selectOption({ label: "the original way" });
  await expect(main.getByText("Stop 1 of 6: The answer")).toBeVisible();
  for (const [stop, title] of ["The error", "The outputs’ share of it", "The hidden units’ share", "The step", "Read again"].entries()) {
    await press("button", "Next");
    await expect(main.getByText(`Stop ${stop + 2} of 6: ${title}`)).toBeVisible();
    await expect(main.getByRole("heading", { name: title })).toBeVisible();
    await expect(main.getByRole("button", { name: "Next" })).toBeFocused();
  }
  await expect(main.getByText(/Memory check: \d+ of 500 right afterwards/).first()).toBeVisible();
});

test("the engine stops and begins again: the open sum is there again", async ({ trazo, page }) => {
  await opened(trazo, page, "layer=conv-4&unit=12.3.7");
  const before = await ladder(page);
  const [worker] = page.workers();
  await worker!.evaluate(() => {
    setTimeout(() => {
      throw new Error("a fault in the worker");
    });
  }).catch(() => {});
  await expect(page.locator(byId("failed"))).toBeVisible();
  await trazo.click("retry");
  await trazo.ready();
  await expect(page.locator(byId("failed"))).toBeHidden();
  await at(page, "layer=conv-3&unit=1.1.1");
  await at(page, "layer=conv-4&unit=12.3.7");
  await expect.poll(() => ladder(page)).toEqual(before);
});

for (const colorScheme of ["light", "dark"] as const) {
  for (const [width, height, locale] of [[390, 844, "es-ES"], [820, 1180, "en-US"], [1440, 900, "es-ES"]] as const) {
    test.describe(`${colorScheme}, ${width} pixels, ${locale}`, () => {
      test.use({ colorScheme, locale, viewport: { width, height } });
      test("axe finds nothing, and nothing is wider than the screen", async ({ trazo, page }) => {
        await opened(trazo, page, "layer=conv-4&unit=12.3.7");
        for (const query of ["", "layer=answer&unit=7", "layer=conv-4&unit=12.3.7", "layer=conv-4&unit=12.3.7&cut=map&in=0", "view=why", "view=wakes&layer=conv-4&unit=12.3.7", "view=lesson"]) {
          await at(page, query);
          await expect(page.locator(".way, .why, .wakes, .lesson-slow").first()).toBeVisible();
          if (query === "view=lesson") {
            await page.locator(byId("lesson-1")).click();
            await expect(page.locator(byId("lesson-table"))).toBeVisible();
          }
          expect(await violations(page), query).toEqual([]);
          expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), query).toBeLessThanOrEqual(0);
        }
      });
    });
  }
}
