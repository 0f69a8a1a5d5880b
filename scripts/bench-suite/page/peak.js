// What the machine can do at all: a loop of multiply-adds that never leaves the registers, put together byte by byte
// (WebAssembly core specification 3.0, chapter 5) so that no compiler has a say in it.

const SUMS = 12, UNROLL = 8;
export const FLOPS_PER_ROUND = SUMS * UNROLL * 4 * 2;

const [I32, F32, V128] = [0x7f, 0x7d, 0x7b];
const leb = (n) => { const out = []; do { out.push((n & 0x7f) | (n > 0x7f ? 0x80 : 0)); n >>>= 7; } while (n); return out; };
const simd = (code) => [0xfd, ...leb(code)];
const get = (local) => [0x20, local], set = (local) => [0x21, local];
const section = (id, body) => [id, ...leb(body.length), ...body];

/** `spin(rounds, x, y)`: each of the sums is multiplied by `x` and `y` is added, again and again. */
function module(fused) {
  const [rounds, x, y, first] = [0, 3, 4, 5];
  const multiplyAdd = fused ? simd(0x105) : [...simd(0xe6)];
  const step = (sum) => fused
    ? [...get(sum), ...get(x), ...get(y), ...multiplyAdd, ...set(sum)]
    : [...get(sum), ...get(x), ...multiplyAdd, ...get(y), ...simd(0xe4), ...set(sum)];
  const sums = Array.from({ length: SUMS }, (_, i) => first + i);
  const body = [
    1, ...leb(2 + SUMS), V128,
    ...get(1), ...simd(0x13), ...set(x), ...get(2), ...simd(0x13), ...set(y),
    ...sums.flatMap((sum) => [...get(x), ...set(sum)]),
    0x03, 0x40,
    ...Array.from({ length: UNROLL }, () => sums.flatMap(step)).flat(),
    ...get(rounds), 0x41, 1, 0x6b, 0x22, rounds, 0x0d, 0, 0x0b,
    ...get(first), ...sums.slice(1).flatMap((sum) => [...get(sum), ...simd(0xe4)]), ...simd(0x1f), 0, 0x0b,
  ];
  return new Uint8Array([
    0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
    ...section(1, [1, 0x60, 3, I32, F32, F32, 1, F32]),
    ...section(3, [1, 0]),
    ...section(7, [1, 4, ...new TextEncoder().encode("spin"), 0, 0]),
    ...section(10, [1, ...leb(body.length), ...body]),
  ]);
}

/** A function that does `times` thousand rounds of {@link FLOPS_PER_ROUND}. */
export async function peak(fused) {
  const { instance } = await WebAssembly.instantiate(module(fused));
  let kept = 0;
  return (times) => { kept += instance.exports.spin(times * 1000, 0.5, 0.25); return kept; };
}
