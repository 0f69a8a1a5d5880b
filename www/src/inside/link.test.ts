import { expect, it } from "vitest";
import { decode, encode } from "./link";

it("a drawing comes back from a link as it went in, to a quarter of a unit", () => {
  const strokes = [
    [230.1, 240, 300, 215.3, 1000, 0],
    [5, 999.9],
  ];
  expect(decode(encode(strokes))).toEqual([
    [230, 240, 300, 215.25, 1000, 0],
    [5, 1000],
  ]);
});

it("what has been through a link is in the next one as it is", () => {
  const once = decode(encode([[1.1, 2.2, 333.33, 4.4]]));
  expect(decode(encode(once ?? []))).toEqual(once);
});

it("a usual drawing of 150 points takes less than a thousand letters, and a scribble of 20,000 still fits", () => {
  const curve = (points: number) => Array.from({ length: 2 * points }, (_, i) => 500 + 400 * Math.sin((i % 2) * 1.6 + i / 90));
  expect(encode([curve(150)]).length).toBeLessThan(1000);
  const long = encode([curve(20_000)]);
  expect(long.length).toBeLessThanOrEqual(4000);
  expect(decode(long)?.[0]?.slice(-2)).toEqual(decode(encode([curve(20_000).slice(-2)]))?.[0]);
});

it("what is not a drawing is none", () => {
  const good = encode([[1, 2, 3, 4]]);
  for (const bad of ["", "%", good.slice(0, -2), "_____w", "AAAA", `${good}!`, "gICAgICAgIA", "A".repeat(20_000)]) {
    expect(decode(bad), bad.slice(0, 20)).toBeNull();
  }
});
