/** Whether a browser would take a module, asked of the engine that Node.js shares with Chromium. */
import { setFlagsFromString } from "node:v8";

/** A function of relaxed SIMD: `i32x4.relaxed_trunc_f32x4_s` of its parameter. */
const RELAXED = Uint8Array.of(
  0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
  1, 6, 1, 0x60, 1, 0x7b, 1, 0x7b, // a type: from v128 to v128
  3, 2, 1, 0, // a function of that type
  10, 9, 1, 7, 0, 0x20, 0, 0xfd, 0x81, 2, 0x0b, // its code
);

export function isValid(module: Uint8Array<ArrayBuffer>): boolean {
  // Node.js 20 knows relaxed SIMD only when asked to.
  if (!WebAssembly.validate(RELAXED)) setFlagsFromString("--experimental-wasm-relaxed-simd");
  return WebAssembly.validate(module);
}
