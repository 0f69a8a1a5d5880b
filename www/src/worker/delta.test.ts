import { describe, expect, test } from "vitest";
import { decode, encode } from "./delta";

/** Bytes that repeat nothing, the same in every run. */
function noise(length: number, seed: number): Uint8Array<ArrayBuffer> {
  let state = seed;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

function concat(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}

describe("a file as its differences from another", () => {
  const base = noise(10_000, 1);
  const cases: [string, Uint8Array, number][] = [
    ["the same file", base, 30],
    ["a stretch replaced by a longer one", concat(base.subarray(0, 4000), noise(600, 2), base.subarray(4500)), 700],
    ["one byte changed", base.with(5000, 7), 150],
    ["the end cut off", base.subarray(0, 9000), 100],
    ["its two halves the other way round", concat(base.subarray(5000), base.subarray(0, 5000)), 150],
    ["another file altogether", noise(3000, 3), 3100],
    ["nothing", new Uint8Array(), 30],
  ];
  test.each(cases)("%s", (_, target, limit) => {
    const delta = encode(base, target);
    expect(decode(base, delta)).toEqual(Uint8Array.from(target));
    expect(delta.length).toBeLessThan(limit);
  });

  test("a delta that is cut short throws or gives less, and never hangs", () => {
    const delta = encode(base, noise(3000, 3));
    for (const length of [1, 11, 13]) {
      let result: Uint8Array | null = null;
      try {
        result = decode(base, delta.subarray(0, length));
      } catch {
        continue;
      }
      expect(result.length).toBeLessThan(3000);
    }
  });
});
