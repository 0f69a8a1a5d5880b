import { expect, it } from "vitest";
import { preferredLanguage } from "../settings/preferences";
import { sentence } from ".";
import { en } from "./en";
import { es } from "./es";

it("the first of the browser's languages that the page speaks is taken", () => {
  expect(preferredLanguage(["fr-FR", "es-MX", "en"])).toBe("es");
  expect(preferredLanguage(["de"])).toBe("en");
});

it("every known error has a sentence of its own in both languages", () => {
  for (const code of Object.keys(en.errors)) {
    if (code === "general") continue;
    expect(sentence(en, { code, message: "x" })).toMatch(/\.$/);
    expect(sentence(es, { code, message: "x" })).not.toBe(sentence(en, { code, message: "x" }));
  }
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
