import { expect, it } from "vitest";
import { headerOf } from "./header";

const ascii = (text: string): number[] => Array.from(text, (letter) => letter.charCodeAt(0));
const u32 = (value: number): number[] => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
const png = (width: number, height: number, more: string = ""): Uint8Array =>
  Uint8Array.from([0x89, ...ascii("PNG\r\n\x1a\n"), ...u32(13), ...ascii("IHDR"), ...u32(width), ...u32(height), ...ascii(more)]);

it("the size of a picture is in its header, whatever the kind", () => {
  const jpeg = [0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xc2, 0, 17, 8, 0x01, 0x02, 0x03, 0x04, 3, 0, 0];
  const gif = [...ascii("GIF89a"), 0x40, 0x01, 0xf0, 0x00, 0, 0];
  const webp = [...ascii("RIFF????WEBPVP8X"), 10, 0, 0, 0, 2, 0, 0, 0, 0x1f, 0x03, 0, 0x57, 0x02, 0];
  const avif = [...u32(28), ...ascii("ftypavif"), ...u32(20), ...ascii("ispe"), ...u32(0), ...u32(640), ...u32(480)];
  expect(headerOf(png(640, 480))).toEqual({ kind: "png", size: [640, 480], animated: false });
  expect(headerOf(Uint8Array.from(jpeg))).toEqual({ kind: "jpeg", size: [0x0304, 0x0102], animated: false });
  expect(headerOf(Uint8Array.from(gif))).toEqual({ kind: "gif", size: [320, 240], animated: false });
  expect(headerOf(Uint8Array.from(webp))).toEqual({ kind: "webp", size: [800, 600], animated: true });
  expect(headerOf(Uint8Array.from(avif))).toEqual({ kind: "avif", size: [640, 480], animated: false });
  expect(headerOf(png(9, 9, "....acTL"))).toMatchObject({ animated: true });
});

it("what is too large is refused by its header, and what is no picture, too", () => {
  expect(headerOf(png(16_385, 1))).toBe("too-large");
  expect(headerOf(png(16_384, 16_384))).toBe("too-large");
  expect(headerOf(png(0xffff_ffff, 0xffff_ffff))).toBe("too-large");
  expect(headerOf(png(16_384, 6_000))).toMatchObject({ kind: "png" });
  expect(headerOf(new Uint8Array())).toBe("empty");
  expect(headerOf(Uint8Array.from(ascii('<?xml version="1.0"?><svg onload="alert(1)"/>')))).toBe("svg");
  expect(headerOf(Uint8Array.from(ascii("%PDF-1.7")))).toBe("not-picture");
});

it("a header that is cut short has no size, and does no harm", () => {
  for (const start of [png(5, 5), Uint8Array.from([0xff, 0xd8, 0xff]), Uint8Array.from(ascii("RIFF????WEBPVP8L")), Uint8Array.from(ascii("GIF8"))]) {
    for (let length = 1; length <= start.length; length += 1) headerOf(start.slice(0, length));
  }
  expect(headerOf(png(5, 5).slice(0, 12))).toEqual({ kind: "png", size: null, animated: false });
});
