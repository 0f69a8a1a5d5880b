/**
 * One wasm file as its differences from another.
 *
 * The two builds differ in the arithmetic of a few kernels and agree in everything else, to the byte: 15 kB say what
 * would otherwise be a second download of the whole (and a second copy in the offline cache).
 *
 *     operations  { copy from u32, copy length u32, insert length u32, inserted bytes }, little-endian, to the end
 */

/** What `encode` made of `base` and a target, undone: the target. */
export function decode(base: Uint8Array, delta: Uint8Array): Uint8Array<ArrayBuffer> {
  const view = new DataView(delta.buffer, delta.byteOffset, delta.byteLength);
  const parts: Uint8Array[] = [];
  for (let at = 0; at < delta.length; ) {
    const [from, copied, inserted] = [view.getUint32(at, true), view.getUint32(at + 4, true), view.getUint32(at + 8, true)];
    at += 12;
    parts.push(base.subarray(from, from + copied), delta.subarray(at, at + inserted));
    at += inserted;
  }
  return join(parts);
}

function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let end = 0;
  for (const part of parts) {
    whole.set(part, end);
    end += part.length;
  }
  return whole;
}

/** Shorter matches would cost more to say than they save. */
const BLOCK = 32;

/** Finds what `target` has in common with `base`. Used when the site is built. */
export function encode(base: Uint8Array, target: Uint8Array): Uint8Array<ArrayBuffer> {
  const text = (bytes: Uint8Array, at: number) => String.fromCharCode(...bytes.subarray(at, at + BLOCK));
  const blocks = new Map<string, number>();
  for (let at = 0; at + BLOCK <= base.length; at += BLOCK) blocks.set(text(base, at), at);

  const parts: Uint8Array[] = [];
  /** Copies a stretch of the base, then inserts a stretch of the target. */
  const emit = (from: number, copied: number, inserted: Uint8Array) => {
    parts.push(new Uint8Array(new Uint32Array([from, copied, inserted.length]).buffer), inserted);
  };
  let copy = { from: 0, length: 0 };
  /** The target is said up to here, but for the copy that has not been emitted. */
  let said = 0;
  for (let at = 0; at + BLOCK <= target.length; ) {
    let from = blocks.get(text(target, at));
    if (from === undefined) {
      at += 1;
      continue;
    }
    while (at > said && from > 0 && target[at - 1] === base[from - 1]) {
      at -= 1;
      from -= 1;
    }
    let length = 0;
    while (at + length < target.length && from + length < base.length && target[at + length] === base[from + length]) length += 1;
    emit(copy.from, copy.length, target.subarray(said, at));
    copy = { from, length };
    at += length;
    said = at;
  }
  emit(copy.from, copy.length, target.subarray(said));
  return join(parts);
}
