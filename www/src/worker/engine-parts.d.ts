/** See `./engine-plugin`. */
declare module "engine:*" {
  /** Addresses: what is needed for the first answer, and the rest. */
  type Parts = [first: string, rest: string];
  export const simd: Parts;
  /** Each part as its differences from the other build's. */
  export const relaxed: Parts;
}
