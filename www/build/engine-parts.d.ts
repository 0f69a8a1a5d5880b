/** See `./engine-plugin`. */
declare module "engine:*" {
  /** Addresses: what is needed for the first answer, and the rest. */
  type Parts = [first: string, rest: string];
  export const simd: Parts;
  export const relaxed: Parts;
}
