import { expect, it } from "vitest";
import { language } from "../settings/preferences";
import { asSum, four, nine, plain, short } from "./numbers";

it("four decimals, in the person's form, with a minus that is one", () => {
  language.value = "en";
  expect([four(0.83124), four(-0.12345), four(1234.5), four(-0.00001), four(0)]).toEqual(["0.8312", "−0.1235", "1234.5000", "0.0000", "0.0000"]);
  language.value = "es";
  expect(four(-0.5)).toBe("−0,5000");
  language.value = "en";
});

it("weights of 1e30 and what is no number can be written", () => {
  expect(four(1e30)).toBe("1.0000E30");
  expect(four(-Infinity)).toBe("−∞");
  expect(four(Number.NaN)).toBe("NaN");
  expect(short(0.126)).toBe("0.13");
});

it("nine significant digits give the float back", () => {
  for (const value of [0.1, -3.63832, 0.00941191, 1e-7 / 3, 123456.789, 16777217].map(Math.fround)) {
    expect(Math.fround(Number(plain(value)))).toBe(value);
    expect(Math.fround(Number(nine(value).replace("−", "-").replace("E", "e")))).toBe(value);
  }
});

it("a sum is what a calculator takes, in either language", () => {
  language.value = "es";
  expect(asSum([{ value: -0.125, factors: [0.5, -0.25] }, { value: -2 }, { value: 1e-12 }], -2.125)).toBe("0.5*(-0.25) + (-2) + 1e-12 = -2.125");
  language.value = "en";
});
