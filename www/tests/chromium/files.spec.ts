/** Files that come in: garbage is refused with a sentence and leaves the live network as it is. */
import { mkdir, open, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { crc32, gunzipSync } from "node:zlib";
import { digit, scribble } from "../harness/strokes.ts";
import { byId } from "../harness/tab.ts";
import { test, expect } from "../harness/test.ts";

const HEADER = 18;

/** A Trazo file with its bytes changed and the checksum made right again, so that only the change itself is wrong. */
function forged(file: Buffer, change: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.from(file);
  change(bytes);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, -4)), bytes.length - 4);
  return bytes;
}

const varint = (value: bigint) => {
  const bytes: number[] = [];
  for (; value > 127n; value >>= 7n) bytes.push(Number(value & 127n) | 128);
  return Buffer.from([...bytes, Number(value)]);
};

/** A long row of plausible weights, f32, with the varint of its length in bytes before it. */
function largeTensor(file: Buffer): { at: number; start: number; length: number } {
  for (let at = HEADER; at < file.length - 4; at += 1) {
    let length = 0;
    let start = at;
    for (let shift = 0; shift < 28; shift += 7, start += 1) {
      const byte = file[start] ?? 0;
      length += (byte & 127) << shift;
      if (byte < 128) break;
    }
    start += 1;
    if (length < 10_000 || length % 4 !== 0 || start + length > file.length - 4) continue;
    const weights = Array.from({ length: 200 }, (_, i) => Math.abs(file.readFloatLE(start + 4 * i)));
    if (weights.every((weight) => weight > 1e-12 && weight < 10)) return { at, start, length };
  }
  throw new Error("no weights were found in the file");
}

/** A file that claims a quintillion weights. */
function claiming(file: Buffer): Buffer {
  const { at, start } = largeTensor(file);
  const grown = Buffer.concat([file.subarray(0, at), varint(1n << 60n), file.subarray(start)]);
  return forged(grown, (bytes) => bytes.writeBigUInt64LE(BigInt(bytes.length - HEADER - 4), 10));
}

/** A file with one weight that is no number, or is infinite. */
const poisoned = (file: Buffer, value: number) =>
  forged(file, (bytes) => {
    const { start, length } = largeTensor(bytes);
    bytes.writeFloatLE(value, start + 4 * Math.floor(length / 8));
  });

const garbage: { name: string; file: string; make: (weights: Buffer) => Buffer; says: RegExp }[] = [
  { name: "an empty file", file: "empty.trazo", make: () => Buffer.alloc(0), says: /empty/i },
  { name: "a text", file: "notes.txt", make: () => Buffer.from("Dear diary, today I drew a seven."), says: /not one that|does not know/i },
  { name: "a picture under our name", file: "weights.trazo", make: () => Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"), says: /not one that|does not know/i },
  { name: "a file cut short", file: "cut.trazo", make: (w) => w.subarray(0, w.length >> 1), says: /cut short/i },
  { name: "a header alone", file: "head.trazo", make: (w) => w.subarray(0, 12), says: /cut short/i },
  { name: "a flipped bit", file: "flipped.trazo", make: (w) => Buffer.from(w.map((byte, i) => (i === w.length >> 1 ? byte ^ 8 : byte))), says: /damaged|checksum/i },
  { name: "a wrong checksum", file: "crc.trazo", make: (w) => Buffer.from(w.map((byte, i) => (i === w.length - 1 ? byte ^ 255 : byte))), says: /damaged|checksum/i },
  { name: "a version from the future", file: "future.trazo", make: (w) => forged(w, (bytes) => bytes.writeUInt16LE(999, 6)), says: /newer version/i },
  { name: "a length of 2^60", file: "long.trazo", make: (w) => forged(w, (bytes) => bytes.writeBigUInt64LE(1n << 60n, 10)), says: /cut short|too large|damaged/i },
  { name: "a claim of 2^60 weights", file: "huge.trazo", make: claiming, says: /\w+/ },
  { name: "a weight that is no number", file: "nan.trazo", make: (w) => poisoned(w, Number.NaN), says: /not numbers/i },
  { name: "an infinite weight", file: "infinite.trazo", make: (w) => poisoned(w, -Infinity), says: /not numbers/i },
  { name: "a pickle that would run a program", file: "pesos.pkl", make: () => Buffer.from("cos\nsystem\n(S'true'\ntR."), says: /refused|does not know/i },
  { name: "a pickle that would run a program, newer protocol", file: "pesos.pkl", make: () => Buffer.from("\x80\x04\x95\x1c\0\0\0\0\0\0\0\x8c\x05posix\x94\x8c\x06system\x94\x93\x94\x8c\x04true\x94\x85\x94R\x94.", "latin1"), says: /refused/i },
];

for (const { name, file, make, says } of garbage) {
  test(`${name} is refused and changes nothing`, async ({ trazo, page }, info) => {
    await trazo.open();
    await trazo.draw(digit(7));
    await trazo.reads(7);
    const before = await trazo.weights();
    const path = info.outputPath(file);
    await writeFile(path, make(before));
    await trazo.upload(path);
    await expect(page.locator(byId("opened"))).toHaveAttribute("data-failed", "true");
    expect(await trazo.text("opened")).toMatch(says);
    await trazo.reads(7);
    expect((await trazo.weights()).equals(before)).toBe(true);
    expect(await trazo.exampleCount()).toBe(0);
  });
}

test("two gigabytes are refused without being read", async ({ trazo }, info) => {
  await trazo.open();
  const path = info.outputPath("vast.trazo");
  const file = await open(path, "w");
  await file.truncate(2 * 1024 ** 3); // sparse: it takes no room
  await file.close();
  await trazo.upload(path);
  await expect.poll(() => trazo.complaints()).toMatch(/too large/i);
  await trazo.draw(digit(7));
  await trazo.reads(7);
});

test("the original's pesos.pkl opens as a classic model, and can be undone", async ({ trazo, page }, info) => {
  await trazo.open();
  // fixtures/make_pesos.py: weights that say 7 whatever is drawn.
  const packed = await readFile(fileURLToPath(new URL("../fixtures/pesos.pkl.gz", import.meta.url)));
  const path = info.outputPath("pesos.pkl");
  await writeFile(path, gunzipSync(packed));
  await trazo.upload(path);
  await expect(page.locator(byId("model-name"))).toContainText(/classic|pesos/i);
  await trazo.draw(digit(0));
  const chances = await trazo.settledProbabilities();
  expect(chances.indexOf(Math.max(...chances))).toBe(7);
  await trazo.takeBack();
  await trazo.reads(0);
});

test("what came of a file is said until its opening is undone; Ctrl+Z does that on every screen", async ({ trazo, page }, info) => {
  await trazo.open();
  await trazo.go("files");
  const path = info.outputPath("mine.jsonl");
  const strokes = digit(3).map((line) => line.map(([x, y]) => [Math.round(x), Math.round(y)]));
  await writeFile(path, JSON.stringify({ label: 3, strokes }));
  await trazo.upload(path);
  await expect(page.locator(byId("opened"))).toContainText("1 example added");
  // Whatever has the focus, but for a text.
  await page.locator(byId("format")).focus();
  await page.keyboard.press("Control+z");
  await expect(page.locator(byId("opened"))).toHaveCount(0);
  await expect(page.locator(byId("status"))).toHaveText("Undone: everything is as it was before the file.");
  await trazo.go("draw");
  expect(await trazo.exampleCount()).toBe(0);
  // The strokes on the pad are not what one sees elsewhere.
  await trazo.draw(digit(7));
  await trazo.reads(7);
  await trazo.go("about");
  await page.keyboard.press("Control+z");
  await trazo.go("draw");
  await trazo.reads(7);
});

test.describe("in Spanish", () => {
  test.use({ locale: "es-ES" });
  test("a file that needs another one says so in Spanish, with its name", async ({ trazo, page }, info) => {
    await trazo.open();
    await trazo.go("files");
    const path = info.outputPath("train-labels-idx1-ubyte");
    await writeFile(path, Buffer.from([0, 0, 8, 1, 0, 0, 0, 1, 7]));
    await trazo.upload(path);
    await expect(page.locator(byId("opened"))).toContainText("No se ha abierto. Una parte está en otro archivo, «train-images-idx3-ubyte»: abre los dos a la vez.");
    await expect(page.locator(byId("opened"))).not.toContainText(/\b(the|open|together|labels are)\b/i);
  });
});

test("downloads are what they say: safetensors and ONNX", async ({ trazo }) => {
  await trazo.open();
  await trazo.go("files");
  for (const [format, opening] of [["safetensors", /^.{7}\0\{"/s], ["onnx", /^\x08/]] as const) {
    await trazo.tab.select("format", format);
    const { bytes, name } = await trazo.download("download-weights");
    expect(name).toMatch(new RegExp(`\\.${format}$`));
    expect(bytes.subarray(0, 64).toString("latin1")).toMatch(opening);
  }
});

test("a project that was taught comes back from its file in another browser", async ({ trazo, browser, site, console }, info) => {
  await trazo.open();
  await trazo.learn(scribble, 4);
  await trazo.go("files");
  const project = await trazo.download("download-project");
  const path = info.outputPath(project.name);
  await writeFile(path, project.bytes);

  const other = await browser.newContext({ locale: "en-US" });
  const there = await other.newPage();
  console.watch(there);
  await there.goto(site.url);
  await there.locator("html[data-engine=ready]").waitFor();
  await there.locator(byId("upload-weights")).setInputFiles(path);
  await expect(there.locator(byId("example-count"))).toContainText(/[1-9]/);
  await other.close();
});

for (const { locale, says } of [
  { locale: "en-US", says: ["1 example added.", "Skipped 24 lines:", "Line 2: not a drawing", "Line 3: its label is not a digit", "Line 4: nothing is drawn in it", "Line 5: a coordinate is beyond", "and 4 more lines."] },
  { locale: "es-ES", says: ["1 ejemplo añadido.", "24 líneas omitidas:", "Línea 2: no es un dibujo", "Línea 3: su etiqueta no es un dígito", "Línea 4: no hay nada dibujado", "Línea 5: una coordenada pasa", "y 4 líneas más."] },
]) {
  test.describe(`in ${locale}`, () => {
    test.use({ locale });
    test("wrong lines of a file of examples are passed over and told in the person's words, and what is known is not taken twice", async ({ trazo, page }, info) => {
      await trazo.open();
      await trazo.go("examples");
      const good = '{"label": 7, "strokes": [[[200, 200], [700, 200], [400, 800]]]}';
      const bad = ["nonsense", good.replace("7", "12"), '{"label": 1, "strokes": []}', '{"label": 1, "strokes": [[[0, 1e7]]]}'];
      const path = info.outputPath("examples.jsonl");
      await writeFile(path, [good, ...bad, ...Array.from({ length: 20 }, () => "{}")].join("\n"));
      await trazo.tab.choose("import-examples", path);
      for (const each of says) await expect(page.locator(byId("opened"))).toContainText(each);
      await expect(page.locator(`${byId("opened")} .skipped li`)).toHaveCount(21);
      await trazo.tab.choose("import-examples", path);
      await expect(page.locator(byId("opened"))).toContainText(/already|ya estaba/);
      expect(await trazo.exampleCount()).toBe(1);
    });
  });
}

const seven = '{"label": 7, "strokes": [[[200, 200], [700, 200], [400, 800]]]}';
const one = '{"label": 1, "strokes": [[[500, 100], [500, 900]]]}';

test("of several files each is opened, and each has a line of what came of it", async ({ trazo, page }, info) => {
  await trazo.open();
  const files = { "good.jsonl": seven, "notes.txt": "Dear diary, today I drew a seven.", "more.jsonl": one };
  const paths = await Promise.all(Object.entries(files).map(async ([name, text]) => {
    const path = info.outputPath(name);
    await writeFile(path, text);
    return path;
  }));
  await page.locator(byId("upload-weights")).setInputFiles(paths);
  const lines = page.locator(byId("opened-file"));
  await expect(lines).toHaveText([/^good\.jsonl 1 example added/, /^notes\.txt Not opened\./, /^more\.jsonl 1 example added/]);
  await expect(lines.nth(1)).toHaveAttribute("data-failed", "true");
  await expect(page.locator(byId("status"))).toHaveText("2 files opened, 1 not opened.");
  await expect.poll(() => trazo.exampleCount()).toBe(2);
});

test("of a folder that is dropped every file is opened, those in its folders too; an empty one is told", async ({ trazo, page }, info) => {
  await trazo.open();
  const folder = info.outputPath("mine");
  await mkdir(`${folder}/more`, { recursive: true });
  await mkdir(info.outputPath("nothing"));
  await writeFile(`${folder}/sevens.jsonl`, seven);
  await writeFile(`${folder}/.DS_Store`, "Bud1");
  await writeFile(`${folder}/more/ones.jsonl`, one);
  const chromium = await page.context().newCDPSession(page);
  const drag = (type: "dragEnter" | "dragOver" | "drop") =>
    chromium.send("Input.dispatchDragEvent", {
      type, x: 300, y: 300,
      data: { items: [], files: [folder, info.outputPath("nothing")], dragOperationsMask: 1 },
    });
  await drag("dragEnter");
  await drag("dragOver");
  await expect(page.locator(".drop")).toBeVisible();
  await drag("drop");
  await expect(page.locator(byId("opened-file"))).toHaveText([
    /^mine\/more\/ones\.jsonl 1 example added/,
    /^mine\/sevens\.jsonl 1 example added/,
    /^nothing Not opened\. There are no files/,
  ]);
  expect(await trazo.exampleCount()).toBe(2);
});

test("a file that is chosen while the engine loads is opened when it has", async ({ trazo, page, site }, info) => {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route(/\.wasm$/, async (route) => {
    await released;
    await route.continue();
  });
  await page.goto(site.url);
  const path = info.outputPath("good.jsonl");
  await writeFile(path, seven);
  await page.locator(byId("upload-weights")).setInputFiles(path);
  await expect(page.locator(byId("status"))).toContainText("as soon as the network has loaded");
  release();
  await expect(page.locator(byId("opened"))).toContainText("1 example added");
  expect(await trazo.exampleCount()).toBe(1);
});

test("a drawing that was made in other units is shown whole", async ({ trazo, page }, info) => {
  await trazo.open();
  await trazo.go("examples");
  const path = info.outputPath("units.jsonl");
  await writeFile(path, [
    '{"label": 1, "strokes": [[[0.5, 0], [0.5, 1]]]}',
    '{"label": 7, "strokes": [[[9000, 9000], [14000, 9000], [11000, 16000]]]}',
    '{"label": 2, "strokes": [[[0, 0], [255, 0], [0, 255], [255, 255]]]}',
    '{"label": 3, "strokes": [[[0, 0], [1000, 300], [0, 600], [1000, 1000]]]}',
  ].join("\n"));
  await trazo.tab.choose("import-examples", path);
  const drawings = page.locator(`${byId("example")} svg path`);
  await expect(drawings).toHaveCount(4);
  for (const box of await drawings.evaluateAll((paths) => (paths as SVGPathElement[]).map((each) => { const { x, y, width, height } = each.getBBox(); return { x, y, width, height }; }))) {
    expect(Math.max(box.width, box.height)).toBeCloseTo(700, 0);
    expect(Math.min(box.x, box.y)).toBeGreaterThanOrEqual(150);
  }
});

test("while memory gets to know many drawings the page says so, until it knows them all", async ({ trazo, page }, info) => {
  await trazo.open();
  await trazo.go("examples");
  const path = info.outputPath("many.jsonl");
  const moved = (i: number) => [[200 + (i % 40), 200], [700, 200 + (i % 7)], [400 + Math.floor(i / 40), 800]];
  await writeFile(path, Array.from({ length: 2000 }, (_, i) => JSON.stringify({ label: 7, strokes: [moved(i)] })).join("\n"));
  await trazo.tab.choose("import-examples", path);
  const note = page.locator(byId("taking-in"));
  await expect(note).toHaveText(/^Getting to know 2,000 drawings: \d+%$/);
  await trazo.go("draw");
  await trazo.draw(digit(4));
  await trazo.teach(4);
  // Until all of them are known.
  await expect(note).toHaveCount(0, { timeout: 60_000 });
  expect(await trazo.exampleCount()).toBe(2001);
});

test("a download is handed to the browser, and nothing more is said of it", async ({ trazo, page }) => {
  await trazo.open();
  const { name } = await trazo.download("download-weights");
  await expect(page.locator(byId("status"))).toHaveText(`“${name}” was handed to the browser.`);
});

test("where there are no downloads, as on an iPhone's home screen, a file is shared", async ({ trazo, page }) => {
  await page.addInitScript(() => {
    const shared: string[] = [];
    Object.assign(navigator, {
      standalone: true,
      canShare: () => true,
      share: async ({ files }: { files: File[] }) => {
        if (shared.length > 0) throw new DOMException("cancelled", "AbortError");
        shared.push(files[0]!.name);
      },
    });
  });
  await trazo.open();
  await trazo.click("download-weights");
  await expect(page.locator(byId("status"))).toHaveText(/^“.+\.trazo” was handed to the app you chose\.$/);
  await trazo.click("download-weights");
  await expect(page.locator(byId("status"))).toHaveText("Nothing was handed over.");
});

test("the examples leave as one picture, a row for each digit", async ({ trazo, page }, info) => {
  await trazo.open();
  await trazo.go("examples");
  const path = info.outputPath("examples.jsonl");
  await writeFile(path, [seven, one, one.replaceAll("500", "510"), one.replaceAll("500", "520")].join("\n"));
  await trazo.tab.choose("import-examples", path);
  await expect(page.locator(byId("example"))).toHaveCount(4);
  await trazo.tab.select("export-format", "png");
  const { bytes, name } = await trazo.download("export-examples");
  expect(name).toMatch(/\.png$/);
  // Width and height stand in the header: two drawings and their digit in a row; two rows of ones, one of sevens.
  expect([bytes.subarray(1, 4).toString(), bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual(["PNG", 3 * 96, 3 * 96]);
});

test("what a file leaves open is asked, the answer opens it, and what was assumed is said", async ({ trazo, page }, info) => {
  await trazo.open();
  const path = info.outputPath("signature.json");
  const points = [[100, 100], [300, 100], [200, 400]].map(([x, y], time) => ({ x, y, time }));
  await writeFile(path, JSON.stringify([{ points }]));
  await trazo.upload(path);
  const note = page.locator(byId("opened"));
  await expect(note).toContainText("Not opened yet. The file does not say what digit its drawings are.");
  await page.getByRole("button", { name: "7", exact: true }).and(page.locator(byId("answer-7"))).click();
  await expect(note).toContainText("1 example added.");
  await expect(note).toContainText("Assumed: Its form is that of signature-pad.");
  expect(await trazo.exampleCount()).toBe(1);
});

test("weights leave as npz and as JSON, examples as pictures in MNIST's format, and all of them open again", async ({ trazo, page }, info) => {
  await trazo.open();
  await trazo.draw(digit(7));
  await trazo.teach(7);
  const left: { name: string; bytes: Buffer }[] = [];
  await trazo.go("files");
  for (const format of ["npz", "json"]) {
    await trazo.tab.select("format", format);
    left.push(await trazo.download("download-weights"));
  }
  await trazo.go("examples");
  await trazo.tab.select("export-format", "idx");
  left.push(await trazo.download("export-examples"));
  const paths = await Promise.all(left.map(async ({ name, bytes }) => {
    await writeFile(info.outputPath(name), bytes);
    return info.outputPath(name);
  }));
  await page.locator(byId("import-examples")).setInputFiles(paths);
  await expect(page.locator(byId("opened-file"))).toHaveText([/\.npz Weights opened/, /\.json Weights opened/, /\.zip 1 example added/]);
});
