import { expect, it } from "vitest";
import { en } from "../i18n/en";
import { es } from "../i18n/es";
import type { Mark } from "../worker/protocol";
import { ceilingOf, outcome } from "./curves";

const mark = (taught: [number, number], of: number, exam: [number, number]): Mark => ({
  label: of ? 7 : null,
  taught: [{ right: taught[0], total: of }, { right: taught[1], total: of }],
  exam: [{ right: exam[0], total: 500 }, { right: exam[1], total: 500 }],
});
const before = mark([0, 0], 0, [281, 281]);

it("says nothing before the first lesson", () => {
  expect(outcome(en, [])).toBe("");
  expect(outcome(en, [before])).toBe("");
});

it("says in words who reads how many of the lessons and of the test", () => {
  expect(outcome(en, [before, mark([0, 1], 1, [279, 282])])).toBe(
    "After 1 lesson the original way still reads 0 of the 1 it was taught, Trazo’s way 1. In the memory check both began with 281 of 500; now it is 279 the original way, 282 Trazo’s way.",
  );
  expect(outcome(es, [before, mark([1, 1], 1, [279, 282]), mark([1, 2], 2, [259, 277])])).toContain("aún lee bien 1 de 2 dígitos enseñados; la de Trazo, 2.");
});

it("the test's chart has room for the most that was read, in whole hundreds", () => {
  expect(ceilingOf([])).toBe(100);
  expect(ceilingOf([before])).toBe(300);
  expect(ceilingOf([before, mark([0, 1], 1, [299, 301])])).toBe(400);
});
