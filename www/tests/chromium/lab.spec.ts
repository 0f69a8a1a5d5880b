/** The Lab: a network is trained from nothing. */
import type { Page } from "@playwright/test";
import { writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { violations } from "../harness/axe.ts";
import { digit } from "../harness/strokes.ts";
import { byId } from "../harness/tab.ts";
import { test, expect } from "../harness/test.ts";
import { Trazo } from "../harness/trazo.ts";
import { ChromiumTab } from "../harness/chromium.ts";

/** Another address of the page, and the screen that stands there. */
async function opened(trazo: Trazo, page: Page, query = "") {
  await trazo.open();
  await at(page, query);
}

async function at(page: Page, query: string) {
  await page.evaluate((hash) => {
    location.hash = hash;
  }, `#/lab${query ? `?${query}` : ""}`);
  await expect(page.getByRole("heading", { level: 1, name: "Lab" })).toBeVisible();
  await expect(page.locator(byId("lab-start"))).toHaveText(/\S/);
}

const number = async (page: Page, id: string) => Number((await page.locator(byId(id)).getAttribute("data-value")) || Number.NaN);
const accuracy = (page: Page) => number(page, "lab-accuracy");
const seen = (page: Page) => number(page, "lab-seen");
/** Until it has ended by itself. */
const over = (page: Page) => expect(page.locator(byId("lab-fresh"))).toBeVisible({ timeout: 60_000 });
const said = (page: Page) => page.locator(byId("status"));
/** A part that is folded away. */
const unfold = async (page: Page, id: string) => {
  const part = page.locator(byId(id));
  if ((await part.getAttribute("open")) === null) await part.locator("summary").click();
};

/** The table of all the numbers, which is made only once somebody wants it. */
const openNumbers = async (page: Page) => {
  await unfold(page, "lab-numbers");
  await expect(page.locator(byId("lab-table"))).toBeVisible();
};

test("adding up alone reads nine tenths of digits that it never saw; held and gone on, it comes to the same as in one go", async ({ trazo, page }) => {
  await opened(trazo, page);
  await trazo.tab.select("lab-template", "adding");
  await expect(page.locator(byId("lab-data"))).toHaveValue("synthetic");
  // At a pace that one can stop.
  await trazo.tab.select("lab-pace", "100");
  await trazo.click("lab-start");
  await expect.poll(() => seen(page)).toBeGreaterThan(1000);
  await trazo.click("lab-pause");
  await expect(page.locator(byId("lab-pause"))).toHaveText("Go on");
  await expect(said(page)).toHaveText("Paused.");
  const held = await seen(page);
  expect(held).toBeLessThan(20_000);
  await trazo.click("lab-batch");
  await expect.poll(() => seen(page)).toBe(held + 64);
  await trazo.tab.select("lab-pace", "null");
  await trazo.click("lab-pause");
  await over(page);
  await expect(said(page)).toHaveText("All epochs are done.");
  // Ten times 46 batches of 64: what is left of an epoch is no batch.
  expect(await seen(page)).toBe(29_440);
  const [share, loss] = [await accuracy(page), await number(page, "lab-loss")];
  expect(share).toBeGreaterThan(0.9);
  await expect(page.locator(byId("lab-health"))).toHaveAttribute("data-what", "well");
  await trazo.click("lab-start");
  await expect(page.locator(byId("lab-fresh"))).toHaveCount(0);
  await over(page);
  expect([await accuracy(page), await number(page, "lab-loss")]).toEqual([share, loss]);
  await trazo.click("lab-fresh");
  await expect.poll(() => page.evaluate(() => location.hash)).toContain("seeds=");
  await over(page);
  expect(await number(page, "lab-loss")).not.toBe(loss);
});

test("the curves can be walked along by key, and the table says the same", async ({ trazo, page }) => {
  await opened(trazo, page, "v=1&net=d10&rate=0.003&epochs=3");
  await trazo.click("lab-start");
  await over(page);
  const chart = page.getByRole("slider", { name: /^Read right/ });
  await chart.focus();
  await page.keyboard.press("Home");
  await expect(chart).toHaveAttribute("aria-valuetext", /^After 0 digits: – training, [\d.]+% not trained on$/);
  await page.keyboard.press("ArrowRight");
  const text = (await chart.getAttribute("aria-valuetext")) ?? "";
  expect(text).toMatch(/^After 1,280 digits/);
  await openNumbers(page);
  const row = await page.locator(`${byId("lab-table")} tbody tr`).nth(1).locator("th, td").allInnerTexts();
  expect(row[0]).toBe("1,280");
  expect(text).toContain(`${row[3]} training, ${row[4]} not trained on`);
  await page.keyboard.press("End");
  await page.locator(byId("lab-log")).check();
  await expect(page.locator(byId("lab-curve-loss"))).toContainText("0.5");
});

test("what is folded is not made anew at each look: the table of all the numbers is there while it is open", async ({ trazo, page }) => {
  await opened(trazo, page, "v=1&net=d10&rate=0.003&epochs=3");
  await trazo.click("lab-start");
  await over(page);
  await expect(page.locator(byId("lab-table"))).toHaveCount(0);
  await openNumbers(page);
  const rows = page.locator(`${byId("lab-table")} tbody tr`);
  const count = await rows.count();
  expect(count).toBeGreaterThan(1);
  // Open, it follows.
  await trazo.click("lab-fresh");
  await expect(rows).not.toHaveCount(count);
  await over(page);
  await expect(rows).toHaveCount(count);
  await page.locator(byId("lab-numbers")).locator("summary").click();
  await expect(page.locator(byId("lab-table"))).toHaveCount(0);
});

test("the table of what it takes for what opens the digits, worst first; the weights are painted, the envelope is opened", async ({ trazo, page }) => {
  await opened(trazo, page, "v=1&net=d10&rate=0.003&epochs=2");
  await trazo.click("lab-start");
  await over(page);
  const wrong = page.locator(`${byId("lab-confusion")} [data-kind=wrong] button`).first();
  await expect(wrong).toBeVisible();
  const amount = Number(await wrong.innerText());
  await wrong.click();
  const mistakes = page.locator(byId("lab-mistakes"));
  await expect(mistakes.getByRole("heading")).toBeFocused();
  await expect(mistakes.getByRole("img")).toHaveCount(Math.min(12, amount));
  const sure = (await mistakes.locator("li span").allInnerTexts()).map((each) => Number.parseFloat(each));
  expect(sure).toEqual(sure.toSorted((a, b) => b - a));
  expect(await mistakes.locator("canvas").first().evaluate((canvas: HTMLCanvasElement) => canvas.getContext("2d")!.getImageData(0, 0, 28, 28).data.some(Boolean))).toBe(true);
  await expect(page.locator(byId("lab-weights"))).toHaveAccessibleName("The weights of 10 units, each 28 by 28");
  await trazo.click("lab-open-test");
  await expect(page.locator(byId("lab-test"))).toHaveText(/ of 1,000 read right \([\d.]+%\)\. Opened once\.$/);
  await trazo.click("lab-open-test");
  await expect(page.locator(byId("lab-test"))).toContainText("Opened 2 times.");
});

test("a network that cannot be says so at its row, in a sentence, and cannot be started", async ({ trazo, page }) => {
  await opened(trazo, page, "v=1&net=c8x5vr-p4-c8x7vr-d10");
  await unfold(page, "lab-rows");
  const row = page.locator(byId("lab-row-3"));
  await expect(row.locator(byId("lab-fault"))).toHaveText("A window of 7 × 7 does not fit here: only 6 × 6 come in. Choose a smaller window, or fewer rows before it.");
  await expect(page.locator(byId("lab-start"))).toHaveAttribute("aria-disabled", "true");
  await expect(page.locator(byId("lab-start-fault"))).toContainText("It cannot start. In row 3: A window of 7 × 7");
  await row.getByLabel("window").fill("5");
  await expect(page.locator(byId("lab-fault"))).toHaveCount(0);
  await expect(page.locator(byId("lab-says-3"))).toHaveText("2 × 2 × 8 · 1,608 weights · 6,400 products");
  await expect(page.locator(byId("lab-start"))).toHaveAttribute("aria-disabled", "false");
  await page.locator(byId("lab-row-4")).getByLabel("units").fill("9");
  await expect(page.locator(byId("lab-row-4")).locator(byId("lab-fault"))).toHaveText("The last row must have ten outputs, one a digit: this one has 9.");
  await trazo.speak("es");
  await expect(page.locator(byId("lab-fault"))).toContainText("debe tener diez salidas");
});

test("a link brings the same setup to another browser, and the same weights", async ({ trazo, page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await opened(trazo, page);
  await trazo.tab.select("lab-template", "five");
  await unfold(page, "lab-how");
  await trazo.tab.select("lab-epochs", "1");
  await unfold(page, "lab-which");
  await trazo.tab.select("lab-amount", "1000");
  await trazo.click("lab-start");
  await over(page);
  const loss = await number(page, "lab-loss");
  await trazo.click("lab-link");
  await expect(said(page)).toHaveText(/^Link copied/);
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link.length).toBeLessThan(250);
  const other = await context.browser()!.newContext({ locale: "es-ES" });
  const theirs = await other.newPage();
  await theirs.goto(link);
  await new Trazo(new ChromiumTab(theirs), link).ready();
  await expect(theirs.locator(byId("lab-template"))).toHaveValue("five");
  await expect(theirs.locator(byId("lab-data"))).toHaveValue("synthetic");
  await theirs.locator(byId("lab-start")).click();
  await over(theirs);
  expect(await number(theirs, "lab-loss")).toBe(loss);
  await other.close();
});

test("a link from the future, or a damaged one, is told in a sentence, and the usual setup stands", async ({ trazo, page }) => {
  await opened(trazo, page, "v=2&net=d10");
  await expect(page.locator(byId("lab-bad-link"))).toContainText("newer Trazo");
  await at(page, "v=1&net=d10&batch=1e9");
  await expect(page.locator(byId("lab-bad-link"))).toHaveText("This link is damaged: “batch” makes no sense. You see the usual setup.");
  await expect(page.locator(byId("lab-template"))).toHaveValue("hidden");
  await trazo.tab.select("lab-template", "adding");
  await expect(page.locator(byId("lab-bad-link"))).toHaveCount(0);
  await expect.poll(() => page.evaluate(() => location.hash)).toContain("net=d10");
});

test("a rate of a thousand breaks it, and the health line says why; the person's own network is as it was", async ({ trazo, page }) => {
  await trazo.open();
  const before = await trazo.weights();
  await at(page, "v=1&net=d64r-d64r-d10&opt=sgd&rate=1000&epochs=3");
  await trazo.click("lab-start");
  await over(page);
  await expect(page.locator(byId("lab-health"))).toHaveAttribute("data-what", /diverged|dead|chance/);
  expect(await accuracy(page)).toBeLessThan(0.3);
  await trazo.go("draw");
  expect(Buffer.compare(await trazo.weights(), before)).toBe(0);
});

test("what was trained goes on while one is elsewhere, and is there when one comes back", async ({ trazo, page }) => {
  await opened(trazo, page, "v=1&net=d10&epochs=20");
  await trazo.tab.select("lab-pace", "100");
  await trazo.click("lab-start");
  await expect.poll(() => seen(page)).toBeGreaterThan(0);
  await trazo.go("about");
  await trazo.go("lab");
  await expect(page.locator(byId("lab-pause"))).toHaveText("Pause");
  const then = await seen(page);
  await expect.poll(() => seen(page)).toBeGreaterThan(then);
  await trazo.click("lab-stop");
  await expect(page.locator(byId("lab-start"))).toBeFocused();
  await expect(said(page)).toHaveText("Stopped.");
});

test("the network is downloaded, and opened where the other files are", async ({ trazo, page }) => {
  await opened(trazo, page, "v=1&net=d10&rate=0.003&epochs=2");
  await expect(page.locator(byId("lab-save"))).toHaveAttribute("aria-disabled", "true");
  await trazo.click("lab-start");
  await over(page);
  const { name, bytes } = await trazo.download("lab-save");
  expect(name).toBe("lab.trazo");
  expect(bytes.subarray(0, 6).toString("latin1")).toBe("TRAZO\0");
  const path = test.info().outputPath("lab.trazo");
  await writeFile(path, bytes);
  await trazo.go("files");
  await trazo.upload(path);
  await expect(page.locator(byId("opened"))).toContainText("Weights opened: now reading with digits.");
  await expect(page.locator("main")).toContainText(/Lab \d+\.\d%/);
  // It can be taken back, as any file.
  await trazo.takeBack();
  await expect(page.locator("main")).not.toContainText(/Lab \d+\.\d%/);
});

test.describe("where nothing is kept for offline", () => {
  // What is kept would be taken where the site does not answer.
  test.use({ serviceWorkers: "block" });

  test("without its worker the Lab says so, and Start tries again", async ({ trazo, page, site, console }) => {
    console.allow(/404/);
    await trazo.open();
    site.intercept = (path) => (path.includes("lab-worker") ? 404 : undefined);
    await trazo.go("lab");
    await expect(page.locator(byId("lab-failed"))).toContainText("did not arrive");
    site.intercept = undefined;
    await trazo.tab.select("lab-template", "adding");
    await trazo.click("lab-start");
    await over(page);
    await expect(page.locator(byId("lab-failed"))).toHaveCount(0);
    expect(await accuracy(page)).toBeGreaterThan(0.9);
  });
});

/** A pupil's file: digits as a pen draws them, one a line. */
const classFile = (writer: string, amount: number, odd = "") =>
  Array.from({ length: amount }, (_, i) => JSON.stringify({ label: i % 10, writer, strokes: digit((i % 10) as Parameters<typeof digit>[0]).map((line) => line.map(([x, y]) => [x + i, y])) })).join("\n") + odd;

test("a class's files are dropped together: who brought how many, one is left out and tested on; what is no class file is told", async ({ trazo, page }) => {
  await opened(trazo, page, "v=1&net=d10&rate=0.01&epochs=5&batch=16");
  const files = Array.from({ length: 28 }, (_, i) => ({ name: `p${i}.jsonl`, text: classFile(`Pupil ${i}`, 20) }));
  files.push({ name: "ana.jsonl", text: classFile("Pupil 0", 10, `\n${JSON.stringify({ label: 12, strokes: [[[1, 1]]] })}`) }, { name: "nothing.jsonl", text: "" }, { name: "letter.txt", text: "Dear teacher" });
  // Dropped anywhere on the Lab: the data become those of the class.
  const transfer = await page.evaluateHandle((all) => {
    const data = new DataTransfer();
    for (const { name, text } of all) data.items.add(new File([text], name));
    return data;
  }, files);
  await page.dispatchEvent("body", "drop", { dataTransfer: transfer });
  const writers = page.locator(byId("lab-writer"));
  await expect(writers).toHaveCount(29);
  await expect(page.locator(byId("lab-data"))).toHaveValue("examples");
  await expect(writers.first()).toContainText(/Pupil 0\s*20/);
  await expect(writers.last()).toContainText(/Pupil 0 2\s*10/);
  await expect(page.locator(`${byId("lab-class-notes")} li`)).toHaveText([
    "ana.jsonl: 1 drawing is labeled as what is no digit, and left out.", "There is a “Pupil 0” already: this one is called “Pupil 0 2”.",
    "nothing.jsonl: the file is empty.", "letter.txt: this is no class file.",
  ]);
  // Nothing of it is the teacher's own.
  expect(await page.evaluate(() => document.querySelector("[data-testid=storage]")?.getAttribute("data-state"))).toBe("fresh");
  await writers.last().getByRole("button").click();
  await expect(writers).toHaveCount(28);
  await trazo.tab.select("lab-held", ":Pupil 3");
  await trazo.click("lab-start");
  await over(page);
  // All twenty digits of that one, and no one else's.
  const counts = (await page.locator(`${byId("lab-confusion")} td`).allInnerTexts()).map(Number);
  expect(counts.reduce((sum, each) => sum + each, 0)).toBe(20);
  await expect(page.locator(".lab-envelope")).toHaveCount(0);
  await trazo.tab.select("lab-held", "*");
  await expect(page.locator("main")).toContainText("You have changed the setup");
});

test("a pupil's own digits are handed in with a nickname, and come in as that pupil's", async ({ trazo, page }) => {
  await trazo.open();
  await trazo.draw(digit(7));
  await trazo.reads(7);
  await trazo.teach(7);
  await expect.poll(() => trazo.exampleCount()).toBe(1);
  await at(page, "v=1&net=d10&data=examples");
  await unfold(page, "lab-hand-in");
  await page.locator(byId("lab-nickname")).fill("Zoé 4B");
  const { name, bytes } = await trazo.download("lab-hand-in-file");
  expect(name).toBe("Zoé-4B.jsonl");
  expect(JSON.parse(bytes.toString())).toMatchObject({ label: 7, writer: "Zoé 4B" });
  const path = test.info().outputPath("zoe.jsonl");
  await writeFile(path, bytes);
  await page.locator(byId("lab-class-files")).setInputFiles([path]);
  await expect(page.locator(byId("lab-writer"))).toContainText(/Zoé 4B\s*1/);
});

test("from a mistake one looks inside the network of the Lab, and draws on it; the person's own stay byte for byte", async ({ trazo, page }) => {
  await trazo.open();
  const before = await trazo.weights();
  await at(page, "v=1&net=c8x5vr-p2-d10&rate=0.003&epochs=1");
  await trazo.click("lab-start");
  await over(page);
  const wrong = page.locator(`${byId("lab-confusion")} [data-kind=wrong] button`).first();
  const [, is, read] = /: an? (\d), read as (\d)/.exec((await wrong.getAttribute("aria-label")) ?? "") ?? [];
  await wrong.click();
  await page.locator(byId("lab-look")).first().click();
  await expect(page.getByRole("heading", { level: 1, name: "Inside" })).toBeVisible();
  await expect(page.locator(byId("inside-model"))).toHaveValue("lab");
  await expect(page.getByRole("img", { name: new RegExp(`^A picture from the Lab: an? ${is}$`) })).toBeVisible();
  // It reads what the table says that it reads.
  await expect.poll(() => page.locator(".answers").innerText()).toContain(String(read));
  await page.evaluate(() => (location.hash = "#/inside?model=lab&layer=dense-1&unit=" + 3));
  await expect(page.locator(byId("inside-ladder"))).toBeVisible();
  await page.evaluate(() => (location.hash = "#/inside?model=lab&view=why"));
  await expect(page.locator(".why h2").first()).toContainText(String(read));
  await page.evaluate(() => (location.hash = "#/inside?model=lab"));
  await trazo.click("inside-draw");
  await trazo.draw(digit(1));
  await expect(page.locator(byId("inside-empty"))).toHaveCount(0);
  // Back to one's own.
  await trazo.tab.select("inside-model", "digits");
  await expect(page.locator(byId("inside-model"))).toHaveValue("digits");
  await trazo.go("draw");
  expect(Buffer.compare(await trazo.weights(), before)).toBe(0);
  await trazo.go("lab");
  await trazo.click("lab-keep");
  await expect(said(page)).toContainText(/^Kept: “Lab [\d.]+%” reads what you draw from now on/);
  await trazo.takeBack();
  await trazo.go("draw");
  expect(Buffer.compare(await trazo.weights(), before)).toBe(0);
});

test("kept, it stands beside those that ship: it reads, is taught, saved, looked into, downloaded, replaced and removed, and they stay byte for byte", async ({ trazo, page }) => {
  await trazo.open();
  const before = await trazo.weights();
  await at(page, "v=1&net=c8x5vr-p2-d10&rate=0.003&epochs=1");
  await expect(page.locator(byId("lab-keep"))).toHaveAttribute("aria-disabled", "true");
  await trazo.click("lab-start");
  await over(page);
  await trazo.click("lab-keep");
  await expect(said(page)).toContainText("Kept:");
  // What ships is as it was.
  await trazo.go("files");
  await trazo.click("model-digits");
  await expect(said(page)).toHaveText("Now reading with digits.");
  expect(Buffer.compare(await trazo.weights(), before)).toBe(0);
  await trazo.click("model-own");
  await expect(said(page)).toHaveText(/^Now reading with Lab [\d.]+%\.$/);
  // On the pad, under the name that the Lab gave it.
  await trazo.go("draw");
  await expect(page.locator(byId("model-name"))).toHaveText(/^Lab [\d.]+%$/);
  await trazo.draw(digit(1));
  await trazo.settledProbabilities();
  await trazo.learn(digit(7), 4);
  await trazo.saved();
  // After a reload as before.
  await trazo.reload();
  await expect(page.locator(byId("model-name"))).toHaveText(/^Lab [\d.]+%$/);
  await trazo.draw(digit(7));
  await trazo.reads(4);
  await trazo.go("inside");
  await expect(page.locator(byId("inside-model"))).toHaveValue("own");
  await expect(page.locator(`${byId("inside-model")} option`)).toHaveText(["digits", "classic", /^Lab [\d.]+%$/]);
  await trazo.go("files");
  await expect(page.locator(byId("model-own"))).toBeChecked();
  await expect(page.locator(".model")).toHaveCount(3);
  for (const format of ["trazo", "safetensors", "onnx", "npz", "json"]) {
    await trazo.tab.select("format", format);
    expect((await trazo.download("download-weights")).name).toMatch(new RegExp(`^trazo-lab-.*\\.${format}$`));
  }
  const project = test.info().outputPath("project.trazo");
  await writeFile(project, (await trazo.download("download-project")).bytes);
  // The next one takes its place, which is one step back.
  await at(page, "v=1&net=d10&rate=0.003&epochs=1");
  await trazo.click("lab-start");
  await over(page);
  await trazo.click("lab-keep");
  await expect(said(page)).toContainText("Kept:");
  await trazo.go("files");
  await expect(page.locator(".model")).toHaveCount(3);
  await expect(page.locator(".model").last()).toContainText("as you kept it");
  await trazo.takeBack();
  await expect(page.locator(".model").last()).toContainText("changed by 1 correction");
  // Removed, which is asked, and taken back.
  await trazo.click("remove-model");
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.locator(".model")).toHaveCount(3);
  await trazo.click("remove-model");
  await trazo.click("confirm-remove");
  await expect(page.locator(".model")).toHaveCount(2);
  await expect(page.locator(byId("model-digits"))).toBeChecked();
  await expect(said(page)).toHaveText("Your network is removed. Your examples stay.");
  await trazo.takeBack();
  await expect(page.locator(".model")).toHaveCount(3);
  await expect(page.locator(byId("model-own"))).toBeChecked();
  await trazo.click("remove-model");
  await trazo.click("confirm-remove");
  await trazo.saved();
  await trazo.reload();
  await expect(page.locator(".model")).toHaveCount(2);
  // In Spanish, from the project: there it is again.
  await trazo.speak("es");
  await trazo.upload(project);
  await expect(page.locator(".model")).toHaveCount(3);
  await expect(page.locator(".model").last()).toContainText("La tuya, entrenada en el laboratorio.");
  await trazo.click("remove-model");
  await expect(page.getByRole("dialog", { name: /^¿Quitar la red «Lab [\d.]+%»\?$/ })).toBeVisible();
  await trazo.click("confirm-remove");
  await expect(page.locator(".model")).toHaveCount(2);
});

test("another tab that looks with a kept network goes on when it is removed", async ({ trazo, page }) => {
  await opened(trazo, page, "v=1&net=d10&rate=0.003&epochs=1");
  await trazo.click("lab-start");
  await over(page);
  await trazo.click("lab-keep");
  await trazo.saved();
  const beside = await trazo.beside();
  await beside.open();
  await beside.go("files");
  await expect.poll(() => beside.storage()).toBe("reading-along");
  await expect.poll(() => beside.text("model-name")).toMatch(/^Lab /);
  await trazo.go("files");
  await trazo.click("remove-model");
  await trazo.click("confirm-remove");
  await expect.poll(() => beside.text("model-name")).toBe("digits");
  expect([await beside.engine(), await beside.storage()]).toEqual(["ready", "reading-along"]);
});

test("without taught drawings there is nothing of one's own to train on, which is said", async ({ trazo, page }) => {
  await opened(trazo, page, "v=1&net=d10&data=examples");
  await trazo.click("lab-start");
  await expect(page.locator(byId("lab-failed"))).toContainText("There are no drawings to train on");
  await expect(page.locator(byId("lab-start"))).toHaveText("Start");
});

test("two files in MNIST's format are trained on, one packed, whichever is chosen first; other files are refused", async ({ trazo, page }) => {
  // Ten patterns, a bar each at its own height: 400 pictures.
  const count = 400;
  const header = (...numbers: number[]) => {
    const bytes = Buffer.alloc(4 * numbers.length);
    numbers.forEach((each, i) => bytes.writeUInt32BE(each, 4 * i));
    return bytes;
  };
  const pixels = Buffer.alloc(count * 784);
  for (let i = 0; i < count; i += 1) for (let x = 4; x < 24; x += 1) pixels[i * 784 + (4 + 2 * (i % 10)) * 28 + x] = 255;
  const labels = Buffer.concat([header(0x801, count), Buffer.from(Array.from({ length: count }, (_, i) => i % 10))]);
  const [images, packed] = [test.info().outputPath("images"), test.info().outputPath("labels.gz")];
  await writeFile(images, Buffer.concat([header(0x803, count, 28, 28), pixels]));
  await writeFile(packed, gzipSync(labels));
  await opened(trazo, page, "v=1&net=d10&rate=0.01&n=300-50-50");
  await trazo.tab.select("lab-data", "files");
  await trazo.click("lab-start");
  await expect(page.locator(byId("lab-failed"))).toHaveText("Choose the two files first.");
  await page.locator(byId("lab-files")).setInputFiles([images]);
  await expect(page.locator("main")).toContainText("These are not a file of pictures and a file of labels");
  await page.locator(byId("lab-files")).setInputFiles([packed, images]);
  await expect(page.locator("main")).toContainText("400 pictures chosen.");
  await trazo.click("lab-start");
  await over(page);
  expect(await accuracy(page)).toBe(1);
  // And again: the files are still there.
  await trazo.click("lab-start");
  await over(page);
  await expect(page.locator(byId("lab-failed"))).toHaveCount(0);
  expect(await accuracy(page)).toBe(1);
});

/** What each step of each question comes to, as `guides.ts` says it: 0, 1 or 2. */
const SEEN = [[2, 2], [0, 2, 1], [0, 2], [0, 2], [1, 2], [1, 2, 2], [0, 2], [0, 1, 2]];

for (const [at1, answers] of SEEN.entries()) {
  test(`question ${at1 + 1} comes out as its explanation says, at each step`, async ({ trazo, page }) => {
    await opened(trazo, page);
    for (const [step, answer] of answers.entries()) {
      const name = `${at1 + 1}${step > 0 ? `.${step}` : ""}`;
      await at(page, `e=${name}`);
      // The address is written out when the setup stands.
      await expect.poll(() => page.evaluate(() => location.hash)).toMatch(new RegExp(`v=1&.*e=${name.replace(".", "\\.")}$`));
      await page.locator(byId("lab-guess-0")).check();
      await trazo.click("lab-start");
      const told = page.locator(byId("lab-seen-answer"));
      await expect(told, name).toHaveAttribute("data-answer", String(answer), { timeout: 60_000 });
      await expect(told, name).toContainText(answer === 0 ? "You were right." : "Your guess was");
      // What is read off the run, and why.
      await expect(told.locator("p"), name).toHaveCount(2);
    }
  });
}

const figure = (page: Page, row: number, column: number) => page.locator(`${byId("lab-compare")} tbody:last-child tr`).nth(row).locator("td").nth(column);

test("one thing of a question is changed, and both runs stand side by side with what differs", async ({ trazo, page }) => {
  await opened(trazo, page, "e=2");
  await trazo.click("lab-start");
  await over(page);
  const first = await page.locator(byId("lab-accuracy")).innerText();
  await trazo.click("lab-step-1");
  const rows = page.locator(`${byId("lab-compare")} tbody tr`);
  await expect(rows.first()).toHaveText(/^Rate\s+10\s+0\.1$/, { useInnerText: true });
  await expect(figure(page, 1, 0)).toHaveText("–");
  await trazo.click("lab-start");
  await over(page);
  await expect(page.locator(byId("lab-seen-answer"))).toHaveAttribute("data-answer", "2");
  // What differs, and below it what came of it.
  await expect(rows).toHaveCount(4);
  await expect(figure(page, 1, 0)).toHaveText(first);
  await expect(figure(page, 1, 1)).toHaveText(await page.locator(byId("lab-accuracy")).innerText());
  await expect(page.getByRole("slider", { name: /^Read right: A [\d.]+%, B [\d.]+%\.$/ })).toBeVisible();
  await trazo.click("lab-compare-end");
  await expect(page.locator(byId("lab-compare"))).toHaveCount(0);
  await expect(page.locator(byId("lab-seen-answer"))).toHaveAttribute("data-answer", "2");
});

test("two runs go in step: whenever they rest both have seen the same digits; a link brings both", async ({ trazo, page }) => {
  await opened(trazo, page, "v=1&net=d10&rate=0.003&epochs=5");
  await trazo.click("lab-compare-start");
  await expect(page.locator(byId("lab-compare"))).toContainText("B");
  await expect(page.locator(byId("lab-run-b"))).toBeChecked();
  await trazo.tab.select("lab-template", "lenet");
  await unfold(page, "lab-how");
  await trazo.tab.select("lab-epochs", "5");
  await expect(page.locator(`${byId("lab-compare")} tbody tr`).first()).toContainText("Adding up (10 units)");
  await trazo.click("lab-start");
  await expect.poll(() => seen(page), { timeout: 30_000 }).toBeGreaterThan(300);
  await trazo.click("lab-pause");
  await expect(page.locator(byId("lab-pause"))).toHaveText("Go on");
  const ours = await seen(page);
  await page.locator(byId("lab-run-a")).check();
  expect(await seen(page)).toBe(ours);
  await trazo.click("lab-batch");
  await expect.poll(() => seen(page)).toBe(ours + 64);
  await page.locator(byId("lab-run-b")).check();
  await expect.poll(() => seen(page)).toBe(ours + 64);
  // The chart and the table beside it have both.
  await expect(page.getByRole("slider", { name: /^Loss: A [\d.]+, B [\d.]+\.$/ })).toBeVisible();
  await openNumbers(page);
  await expect(page.locator(`${byId("lab-table")} thead tr`).nth(1)).toHaveText(/^A\s+B\s+A\s+B$/, { useInnerText: true });
  await trazo.tab.select("lab-across", "multiplyAdds");
  await expect(page.getByRole("slider", { name: /^Loss/ })).toHaveAttribute("aria-valuetext", /multiply-adds: /);
  await trazo.click("lab-stop");
  await expect(page.locator(byId("lab-fresh"))).toBeVisible();
  const hash = await page.evaluate(() => location.hash);
  expect(hash).toContain("b=1");
  await page.reload();
  await trazo.ready();
  await expect(page.locator(`${byId("lab-compare")} tbody tr`).first()).toContainText("LeNet");
  expect(await page.evaluate(() => location.hash)).toBe(hash);
  await page.locator(byId("lab-run-a")).check();
  await trazo.click("lab-compare-end");
  await expect(page.locator(byId("lab-template"))).toHaveValue("adding");
});

test("a worksheet has its question, room to write, and its key on a page of its own", async ({ trazo, page }) => {
  await trazo.open();
  await page.evaluate(() => (location.hash = "#/sheets/4"));
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Is deeper better?");
  await expect(page.locator(`${byId("sheet")} tbody tr`)).toHaveCount(2);
  expect(await violations(page)).toEqual([]);
  await page.emulateMedia({ media: "print" });
  await expect(page.locator(byId("sheet-print"))).toBeHidden();
  await expect(page.locator(byId("sheet-key"))).toHaveCSS("break-before", "page");
  const pdf = (await page.pdf({ format: "A4" })).toString("latin1");
  expect(pdf.match(/\/Type \/Page\b/g)).toHaveLength(2);
});

test("with the keyboard alone: choose, start, hold, look, stop", async ({ trazo, page }) => {
  await opened(trazo, page);
  const tabTo = async (id: string) => {
    for (let presses = 0; presses < 60; presses += 1) {
      if ((await page.evaluate(() => document.activeElement?.getAttribute("data-testid"))) === id) return;
      await page.keyboard.press("Tab");
    }
    throw new Error(`Tab does not reach ${id}`);
  };
  await tabTo("lab-template");
  await page.keyboard.press("Home");
  await expect(page.locator(byId("lab-template"))).toHaveValue("adding");
  await tabTo("lab-pace");
  await page.keyboard.type("10 ");
  await expect(page.locator(byId("lab-pace"))).toHaveValue("10");
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Shift+Tab");
  await expect(page.locator(byId("lab-start"))).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.locator(byId("lab-pause"))).toBeFocused();
  await expect.poll(() => seen(page)).toBeGreaterThan(0);
  await page.keyboard.press("Enter");
  await expect(page.locator(byId("lab-pause"))).toHaveText("Go on");
  await tabTo("lab-stop");
  await page.keyboard.press("Enter");
  await expect(page.locator(byId("lab-start"))).toBeFocused();
});

for (const size of [{ width: 320, height: 640 }, { width: 390, height: 844 }, { width: 1280, height: 800 }]) {
  for (const colorScheme of ["light", "dark"] as const) {
    test(`axe finds nothing and nothing is wider than the page at ${size.width} pixels, ${colorScheme}`, async ({ trazo, page }) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize(size);
      await opened(trazo, page, "e=3");
      const check = async (when: string) => {
        expect(await violations(page), when).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), when).toBeLessThanOrEqual(0);
      };
      await check("before");
      await at(page, "v=1&net=d10&rate=0.003&epochs=1");
      await trazo.click("lab-start");
      await over(page);
      for (const part of ["lab-rows", "lab-how", "lab-which"]) await unfold(page, part);
      await page.locator(`${byId("lab-confusion")} [data-kind=wrong] button`).first().click();
      await expect(page.locator(byId("lab-mistakes"))).toBeVisible();
      await openNumbers(page);
      await check("after");
      await trazo.click("lab-compare-start");
      await expect(page.locator(byId("lab-compare"))).toBeVisible();
      await check("two runs");
      await trazo.tab.select("lab-data", "examples");
      await page.locator(byId("lab-class-files")).setInputFiles([{ name: "ana.jsonl", mimeType: "", buffer: Buffer.from(classFile("Maximiliana-Alejandra-Guadalupe-con-apellido", 3)) }, { name: "none.jsonl", mimeType: "", buffer: Buffer.from("") }]);
      await expect(page.locator(byId("lab-writer"))).toHaveCount(1);
      // The large button is not below their list, however long that is.
      const [start, people] = [await page.locator(byId("lab-start")).boundingBox(), await page.locator(byId("lab-people")).boundingBox()];
      expect((start?.y ?? 0) + (start?.height ?? 0)).toBeLessThan(people?.y ?? 0);
      await check("a class");
      await at(page, "v=1&net=p30-d10");
      await expect(page.locator(byId("lab-fault"))).toBeVisible();
      await check("a fault");
    });
  }
}
