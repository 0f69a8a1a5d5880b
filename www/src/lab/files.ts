/** Two files in MNIST's format, chosen by the person: told apart by what is in them, unpacked where they are packed. */
import { signal } from "@preact/signals";

interface Files {
  images: Uint8Array;
  labels: Uint8Array;
  /** How many pictures the file says it has. */
  count: number;
}

export const chosen = signal<Files | "bad" | null>(null);

/** «Unsigned bytes, three dimensions» and «one»: what an IDX file begins with. */
const IMAGES = 0x0803;
const LABELS = 0x0801;
/** Larger than MNIST and its relatives: not one of those. */
const LARGEST = 256_000_000;

export async function choose(files: readonly Blob[]): Promise<void> {
  chosen.value = (await pair(files)) ?? "bad";
}

/** Null where these are not a pair. */
export async function pair(files: readonly Blob[]): Promise<Files | null> {
  const read = await Promise.all(files.map(unpacked));
  const of = (magic: number): Uint8Array | undefined => read.find((bytes) => bytes !== null && bytes.length >= 8 && number(bytes, 0) === magic) ?? undefined;
  const [images, labels] = [of(IMAGES), of(LABELS)];
  return images && labels ? { images, labels, count: number(images, 4) } : null;
}

const number = (bytes: Uint8Array, at: number): number => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(at);

/** Null where it cannot be read, or is too large, packed or not. */
async function unpacked(file: Blob): Promise<Uint8Array | null> {
  try {
    if (file.size > LARGEST) return null;
    const head = new Uint8Array(await file.slice(0, 2).arrayBuffer());
    if (head[0] !== 0x1f || head[1] !== 0x8b) return new Uint8Array(await file.arrayBuffer());
    const parts: BlobPart[] = [];
    let length = 0;
    const reader = file.stream().pipeThrough(new DecompressionStream("gzip")).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      length += value.byteLength;
      if (length > LARGEST) {
        await reader.cancel();
        return null;
      }
      parts.push(value);
    }
    return new Uint8Array(await new Blob(parts).arrayBuffer());
  } catch {
    return null;
  }
}
