/** Files that come in: garbage is refused with a sentence and leaves the live network as it is. */
import { open, readFile, writeFile } from "node:fs/promises";
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
  { locale: "en-US", says: ["1 example added.", "24 lines were passed over", "Line 2: not a drawing", "Line 3: its label is not a digit", "Line 4: nothing is drawn in it", "Line 5: a coordinate is beyond", "and 4 more lines."] },
  { locale: "es-ES", says: ["1 ejemplo añadido.", "24 líneas se han pasado por alto", "Línea 2: no es un dibujo", "Línea 3: su etiqueta no es un dígito", "Línea 4: no hay nada dibujado", "Línea 5: una coordenada pasa", "y 4 líneas más."] },
]) {
  test.describe(`in ${locale}`, () => {
    test.use({ locale });
    test("wrong lines of a file of examples are passed over and told in the person's words, and what is known is not taken twice", async ({ trazo, page }, info) => {
      await trazo.open();
      await trazo.go("examples");
      const good = '{"label": 7, "strokes": [[[200, 200], [700, 200], [400, 800]]]}';
      const bad = ["nonsense", good.replace("7", '"A"'), '{"label": 1, "strokes": []}', '{"label": 1, "strokes": [[[0, 1e7]]]}'];
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
