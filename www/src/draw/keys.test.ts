import { expect, it } from "vitest";
import { meant } from "./keys";

const press = (key: string, code: string, shiftKey = false) => meant({ key, code, shiftKey });

it("a key that writes one of our letters or digits is that one, wherever it lies", () => {
  expect(press("z", "KeyY")).toBe("z"); // German
  expect(press("w", "KeyZ")).toBe("w"); // French
  expect(press("Z", "KeyZ", true)).toBe("z");
  expect(press("1", "Digit1", true)).toBe("1"); // French, with Shift
  expect(press("7", "Numpad7")).toBe("7");
});

it("letters of other scripts are meant by their place", () => {
  expect(press("я", "KeyZ")).toBe("z");
  expect(press("ζ", "KeyZ")).toBe("z");
  expect(press("с", "KeyC")).toBe("c"); // a Cyrillic one
});

it("the digits' row of a French keyboard writes letters, and teaches all the same", () => {
  expect(press("&", "Digit1")).toBe("1");
  expect(press("é", "Digit2")).toBe("2");
  expect(press("à", "Digit0")).toBe("0");
});

it("a sign that is written with Shift is no digit", () => {
  expect(press("!", "Digit1", true)).toBe("!");
});

it("digits of other scripts are digits", () => {
  expect(press("۵", "Digit5")).toBe("5"); // Persian
  expect(press("٣", "Digit3")).toBe("3"); // Arabic
  expect(press("९", "Digit9")).toBe("9"); // Devanagari
  expect(press("０", "Digit0")).toBe("0"); // full width
});

it("what an input method takes is known by its place", () => {
  expect(press("Process", "KeyZ")).toBe("z");
  expect(press("Process", "Digit4")).toBe("4");
});

it("other keys keep their names", () => {
  expect(press("Escape", "Escape")).toBe("escape");
  expect(press("Backspace", "Backspace")).toBe("backspace");
  expect(press("ArrowLeft", "ArrowLeft")).toBe("arrowleft");
});
