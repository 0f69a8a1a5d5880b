// What the machine can do at all: a loop of multiply-adds that never leaves the registers, put together byte by byte
// (WebAssembly core specification 3.0, chapter 5) so that no compiler has a say in it.

const UNROLL = 8;
const [I32, F32, V128] = [0x7f, 0x7d, 0x7b];
const leb = (n) => { const out = []; do { out.push((n & 0x7f) | (n > 0x7f ? 0x80 : 0)); n >>>= 7; } while (n); return out; };
const simd = (code) => [0xfd, ...leb(code)];
const get = (local) => [0x20, local], set = (local) => [0x21, local];
const section = (id, body) => [id, ...leb(body.length), ...body];
const [SPLAT, FIRST_LANE, ADD, MULTIPLY, MULTIPLY_ADD] = [simd(0x13), [...simd(0x1f), 0], simd(0xe4), simd(0xe6), simd(0x105)];

/** Locals of `spin(rounds, x, y)`, and its registers: twelve sums are enough that none waits for another. */
const [ROUNDS, X, Y, X_REGISTER, Y_REGISTER, FIRST] = [0, 1, 2, 3, 4, 5];
const SUMS = Array.from({ length: 12 }, (_, i) => FIRST + i);

/** `sum = sum * x + y` again and again. */
function module(fused) {
  const step = (sum) => fused
    ? [...get(sum), ...get(X_REGISTER), ...get(Y_REGISTER), ...MULTIPLY_ADD, ...set(sum)]
    : [...get(sum), ...get(X_REGISTER), ...MULTIPLY, ...get(Y_REGISTER), ...ADD, ...set(sum)];
  const body = [
    1, ...leb(2 + SUMS.length), V128,
    ...get(X), ...SPLAT, ...set(X_REGISTER), ...get(Y), ...SPLAT, ...set(Y_REGISTER),
    ...SUMS.flatMap((sum) => [...get(X_REGISTER), ...set(sum)]),
    0x03, 0x40,
    ...Array.from({ length: UNROLL }, () => SUMS.flatMap(step)).flat(),
    ...get(ROUNDS), 0x41, 1, 0x6b, 0x22, ROUNDS, 0x0d, 0, 0x0b,
    ...get(FIRST), ...SUMS.slice(1).flatMap((sum) => [...get(sum), ...ADD]), ...FIRST_LANE, 0x0b,
  ];
  return new Uint8Array([
    0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
    ...section(1, [1, 0x60, 3, I32, F32, F32, 1, F32]),
    ...section(3, [1, 0]),
    ...section(7, [1, 4, ...new TextEncoder().encode("spin"), 0, 0]),
    ...section(10, [1, ...leb(body.length), ...body]),
  ]);
}

/** `spin(times)` does `times` thousand rounds of `flops` operations each. */
export async function peak(fused) {
  const { instance } = await WebAssembly.instantiate(module(fused));
  let kept = 0;
  const spin = (times) => { kept += instance.exports.spin(times * 1000, 0.5, 0.25); return kept; };
  return { spin, flops: SUMS.length * UNROLL * 4 * 2 };
}
