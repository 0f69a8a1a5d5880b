import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { pair } from "./files";

const images = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 7, 9);
const labels = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 4, 5);

it("pictures and labels are told apart in whatever order they come, packed or not", async () => {
  for (const files of [[images, labels], [labels, images], [gzipSync(labels), images], [gzipSync(images), gzipSync(labels)]]) {
    const found = await pair(files.map((bytes) => new Blob([new Uint8Array(bytes)])));
    expect(found).toEqual({ images, labels, count: 2 });
  }
});

it("what is no such pair is none", async () => {
  for (const files of [[], [images], [images, images], [labels, Uint8Array.of(1, 2)], [images, gzipSync(labels).subarray(0, 12)], [Uint8Array.of(0x1f, 0x8b, 1), labels]]) {
    expect(await pair(files.map((bytes) => new Blob([new Uint8Array(bytes)])))).toBeNull();
  }
});
