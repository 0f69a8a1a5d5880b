import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { preferredLanguage } from "../settings/preferences";
import { sentence } from ".";
import { en as lab } from "../lab/words/en";
import { en as pictures } from "../picture/words/en";
import { en } from "./en";
import { es } from "./es";

it("the first of the browser's languages that the page speaks is taken", () => {
  expect(preferredLanguage(["fr-FR", "es-MX", "en"])).toBe("es");
  expect(preferredLanguage(["de"])).toBe("en");
});

it("every known error has a sentence of its own in both languages, with the name that it is about and without the engine's English", () => {
  for (const code of Object.keys(en.errors)) {
    if (code === "general") continue;
    const error = { code, message: "English.", about: "Softsign" };
    expect(sentence(en, error)).toMatch(/^[^(]+(?:\(.+\)[^(]*)?\.$/);
    expect(sentence(es, error)).not.toBe(sentence(en, error));
    expect(sentence(es, error)).not.toContain("English");
  }
  for (const words of [en, es]) expect(sentence(words, { code: "needs-file", message: "", about: "w.bin" })).toContain("w.bin");
});

/** All Rust of some crates, and the worker, as one text. */
function sources(): string {
  const root = fileURLToPath(new URL("../../..", import.meta.url));
  const folders = ["crates/formats/src", "crates/learn/src", "crates/web/src", "www/src/worker"];
  const files = folders.flatMap((folder) => readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((file) => join(root, folder, file)));
  return files.filter((file) => /(?<!\.test)\.(?:rs|ts)$/.test(file)).map((file) => readFileSync(file, "utf8")).join("\n");
}

const codesIn = (text: string, ...patterns: RegExp[]): string[] =>
  [...new Set(patterns.flatMap((pattern) => [...text.matchAll(pattern)].map(([, code = ""]) => code)))].sort();

it("whatever the engine refuses, and whatever it assumes of a file, is said in the person's language", () => {
  const text = sources();
  const assumed = codesIn(text, /(?:assume|notes\.say)\(\s*"([a-z0-9-]+)"/g, /Assumed \{\s*code: "([a-z-]+)"/g);
  expect(assumed.length).toBeGreaterThan(15);
  expect(assumed.filter((code) => !(code in en.files.assumptions))).toEqual([]);
  const refused = codesIn(text, /(?:Error::|Self::)\w+(?:\([^)]*\)| \{ \.\. \})?(?: \| [^=]*)? => "([a-z]+(?:-[a-z]+)*)"/g, /Failure(?:::new)?\(\s*"([a-z-]+)"/g, /code: "(not-[a-z]+)"/g);
  expect(refused.length).toBeGreaterThan(40);
  // Asked of the person, what no page that is in order can bring about, or no refusal.
  const never = new Set(["slot-a", "slot-b", "undecided", "bad-argument", "unknown-model", "self-test", "nothing-damaged", "superseded", "bad-picture", "no-strokes"]);
  const ofLines = Object.keys(en.files.faults);
  // The Lab has words of its own; what is wrong with a setup it says at the row.
  const ofScreens = new Set([...Object.keys(lab.errors), ...Object.keys(lab.klass.faults), "lab-setting", "lab-not-read", "lab-not-ready"]);
  // So has the screen for pictures.
  for (const fault of Object.keys(pictures.faults)) ofScreens.add(`picture-${fault}`);
  expect(refused.filter((code) => !(code in en.errors) && !never.has(code) && !ofLines.includes(code) && !ofScreens.has(code))).toEqual([]);
});

it("an unknown error keeps the engine's sentence, whatever its code is called", () => {
  for (const code of ["something-new", "general", "constructor"]) {
    expect(sentence(en, { code, message: "The cat sat on it." })).toContain("The cat sat on it.");
  }
});

it("counts in the singular and the plural", () => {
  expect(en.teach.remembers(1)).toContain("1 drawing of");
  expect(es.teach.remembers(12345)).toContain("12.345 dibujos");
});
