import { expect, it } from "vitest";
import { numbers, regional } from "./numbers";

/** Spaces that do not break are spaces. */
const plain = (text: string): string => text.replace(/[\u00A0\u202F]/g, " ");

it("the browser's own region of the language is taken, the first of several", () => {
  expect(regional("es", ["en-GB", "es-MX", "es-ES"])).toBe("es-MX");
  expect(regional("en", ["EN-gb"])).toBe("en-GB");
  expect(regional("es", ["en-US", "est-EE"])).toBe("es");
});

it("a tag that makes no sense is passed over", () => {
  expect(regional("en", ["en_GB", "en-a", "en-AU"])).toBe("en-AU");
  expect(regional("en", ["en-a"])).toBe("en");
});

it("numbers and dates are written as in the region", () => {
  const day = Date.UTC(2026, 10, 27, 12);
  expect(numbers("es", ["es-ES"]).whole(12345)).toBe("12.345");
  expect(numbers("es", ["es-MX"]).whole(12345)).toBe("12,345");
  expect(numbers("en", ["en-GB"]).date(day)).toMatch(/^27 Nov 2026, \d\d:\d\d$/);
  expect(plain(numbers("en", ["en-US"]).date(day))).toMatch(/^Nov 27, 2026, \d+:\d\d [AP]M$/);
  expect(plain(numbers("es", ["es-ES"]).percent(0.99))).toBe("99 %");
});

it("sizes have a unit that stays beside its number", () => {
  expect(numbers("en", []).bytes(12)).toBe("1\u00A0kB");
  expect(numbers("en", []).bytes(2_345_678)).toBe("2\u00A0MB");
});
