import { expect, it } from "vitest";
import { means, sumOf } from "./sum";

/** A letter each, as on the pad. */
const answer = (line: string, mark = "."): string | null => sumOf(Array.from(line.replaceAll(" ", "")), mark);

it("a line that ends in = is answered, products before sums", () => {
  expect(answer("12 + 7 =")).toBe("19");
  expect(answer("2 + 3 × 4 − 6 ÷ 3 =")).toBe("12");
  expect(answer("20 − 5 − 3 =")).toBe("12");
  expect(answer("24 ÷ 4 ÷ 2 =")).toBe("3");
  expect(answer("007 + 1 =")).toBe("8");
});

it("negative numbers may stand first and behind a sign", () => {
  expect(answer("-5 + 3 =")).toBe("−2");
  expect(answer("2 × −3 =")).toBe("−6");
  expect(answer("−8 ÷ −3 =")).toBe("2.666666…");
  expect(answer("4 − 4 =")).toBe("0");
  expect(answer("1 − −1 =")).toBe("2");
  expect(answer("1 − − −1 =")).toBeNull();
});

it("the answer has the line's decimal mark, or the person's, and every digit of it is right", () => {
  expect(answer("0.1 + 0.2 =")).toBe("0.3");
  expect(answer("1,5 + 1,5 =")).toBe("3");
  expect(answer("1,5 × 2,5 =")).toBe("3,75");
  expect(answer("10 ÷ 4 =", ",")).toBe("2,5");
  expect(answer("10 ÷ 4 =")).toBe("2.5");
  expect(answer("1 ÷ 3 =")).toBe("0.333333…");
  expect(answer("1 ÷ 8000000 =")).toBe("0.000000…");
  expect(answer("99999999 × 99999 =")).toBe("9999899900001");
});

it("signs are known by what a person calls them", () => {
  for (const times of ["×", "x", "X", "*", "·"]) expect(sumOf(["6", times, "7", "="], ".")).toBe("42");
  for (const by of ["÷", ":", "/"]) expect(sumOf(["6", by, "2", "="], ".")).toBe("3");
  for (const minus of ["-", "−", "–"]) expect(sumOf(["6", minus, "2", "="], ".")).toBe("4");
  expect(means("-", "−")).toBe(true);
  expect(means("x", "÷")).toBe(false);
  expect(means("heart", "star")).toBe(false);
  for (const name of ["star", "constructor", "plus", ""]) expect(sumOf(["6", name, "2", "="], ".")).toBeNull();
});

it("what is no sum, or not surely one, has no answer", () => {
  for (const line of ["", "=", "12", "12 =", "−12 =", "12 + 7", "12 + =", "+ 7 =", "1 = 1 =", "1 + 1 = 2", "5 ÷ 0 =", "5 ÷ 0.0 =", "1 ++ 2 =", "2 × ÷ 3 =", "1.2.3 + 1 =", ".5 + 1 =", "1. + 1 ="]) {
    expect(answer(line), line).toBeNull();
  }
  // One, or a thousand?
  expect(answer("1,000 + 1 =")).toBeNull();
  expect(answer("0,125 + 1 =")).toBe("1,125");
  expect(answer("9999999999 × 9999999999 =")).toBeNull();
});
