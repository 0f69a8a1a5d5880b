/** Reads handwritten digits, and builds and trains networks: in a page, in a worker, in Node.js. The README beside it says how. */
import { relaxedSimd, simd } from "wasm-feature-detect";
import * as engine from "../../crates/web/pkg/simd/trazo_web.js";
import type { DigitReading, NetworkSpec, NumberReading, PictureReading, Stroke } from "../../crates/web/pkg/simd/trazo_web.js";
import { bytesOf, compile, filesAreIn } from "./files";

export type { Activation, DigitReading, LayerSpec, NetworkSpec, OptimizerSpec, PictureReading, Stroke } from "../../crates/web/pkg/simd/trazo_web.js";

export interface InitOptions {
  /** The folder that has `simd.wasm`, `relaxed.wasm` and `digits.trazo`, where they are not beside this code. */
  from?: string | URL;
}

let loading: Promise<void> | undefined;
let loaded = false;

/**
 * Loads the engine: the build with relaxed SIMD where it runs, else the one with SIMD128. Once, however often it is called;
 * after a failure it tries again. `readDigit` and `<trazo-pad>` call it by themselves; `Network` needs it.
 *
 * Fails where the files do not come, or where there is no WebAssembly with SIMD.
 */
export function init({ from }: InitOptions = {}): Promise<void> {
  if (from !== undefined) filesAreIn(from);
  loading ??= load().catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

async function load(): Promise<void> {
  if (typeof WebAssembly === "undefined" || !(await simd())) {
    throw new Error("Trazo needs WebAssembly with SIMD: Chrome 111, Firefox 115, Safari 16.4, Node.js 20.16 or later.");
  }
  if (!(await relaxedSimd())) return start("simd.wasm");
  try {
    await start("relaxed.wasm");
  } catch (error) {
    console.warn("Trazo: the relaxed-SIMD build cannot be used, the other one is tried.", error);
    // Made by the package's build: what wasm-bindgen made could be started once only.
    (engine as unknown as { forget: () => void }).forget();
    await start("simd.wasm");
  }
}

async function start(build: "simd.wasm" | "relaxed.wasm"): Promise<void> {
  await engine.default({ module_or_path: await compile(build) });
  // Trusted once it has computed here what it computed where it was tested.
  engine.knownAnswer();
  loaded = true;
}

/**
 * Reads a handwritten digit from its strokes, with the pretrained network or with `model`, the bytes of a `.trazo` model file.
 *
 * The strokes may be in any unit. Only for the model `classic`, which sees where on the pad they are, they are in units of
 * the pad, 0 to 1000.
 */
export async function readDigit(strokes: ArrayLike<Stroke>, model?: Uint8Array | null): Promise<DigitReading> {
  await init();
  return engine.readDigit(strokes, model ?? (await pretrained()));
}

/**
 * Reads the numbers in a picture: a canvas's `ImageData`, or anything with its width, height and four bytes a pixel. With the
 * pretrained network or with `model`, the bytes of a `.trazo` model file. Scale a photograph to some 1,600 pixels first.
 */
export async function readPicture(
  picture: { width: number; height: number; data: Uint8Array | Uint8ClampedArray },
  model?: Uint8Array | null,
): Promise<PictureReading> {
  await init();
  return engine.readPicture(picture, model ?? (await pretrained()));
}

let fetching: Promise<Uint8Array> | undefined;

/** Fetched once; again after a failure. */
function pretrained(): Promise<Uint8Array> {
  fetching ??= bytesOf("digits.trazo").catch((error: unknown) => {
    fetching = undefined;
    throw error;
  });
  return fetching;
}

/**
 * Reads handwritten digits side by side as one number, with the pretrained network or with `model`: the likeliest digits, each
 * with its strokes' places among those that were given. One digit is read as by `readDigit`.
 */
export async function readNumber(strokes: ArrayLike<Stroke>, model?: Uint8Array | null): Promise<NumberReading> {
  await init();
  return engine.readNumber(strokes, model ?? (await pretrained()));
}

/** A network to build, train and use. Inputs are rows of `height * width * channels` numbers, channels last. */
export type Network = engine.Network;

/** Call `init()` first. */
export const Network: {
  /** A network with random weights: the same seed gives the same ones. Fails where the spec says what cannot be built. */
  build(spec: NetworkSpec, seed: number): Network;
  /** Opens a `.trazo` model file. Training it goes on with a fresh optimizer: Adam at 0.001. */
  load(bytes: Uint8Array): Network;
} = {
  build: (spec, seed) => engineNetwork().build(spec, seed),
  load: (bytes) => engineNetwork().load(bytes),
};

function engineNetwork(): typeof engine.Network {
  if (!loaded) throw new Error("The engine is not loaded yet: call `await init()` before you use Network.");
  return engine.Network;
}
