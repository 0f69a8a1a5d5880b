/**
 * Gets the engine's WebAssembly: the build that this browser runs best, tried with a known answer before it is trusted.
 *
 *     relaxed SIMD there?  ── yes ─►  relaxed  ── self-test fails, or it does not load ─┐
 *           │ no                                                                        ▼
 *           └──────────────────────────────────────────────────────────────────────►  simd128
 *
 * The relaxed build comes as its differences from the other one (see `./delta`), and the JavaScript around both is the
 * same, so it is there once.
 */
import { relaxedSimd, simd } from "wasm-feature-detect";
import * as wasm from "../../../crates/web/pkg/simd/trazo_web.js";
import simdUrl from "../../../crates/web/pkg/simd/trazo_web_bg.wasm?url";
import relaxedUrl from "delta:../../../crates/web/pkg/relaxed/trazo_web_bg.wasm?from=../simd/trazo_web_bg.wasm";
import classicUrl from "../../../pretrained/classic.trazo?url";
import digitsUrl from "../../../pretrained/digits.trazo?url";
import { decode } from "./delta";
import type { Build, EngineError } from "./protocol";

/** What wasm-pack made; both builds have the same surface. */
export type Wasm = typeof wasm;

/** A failure with a code, as the page is told of it. */
export class Failure extends Error implements EngineError {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** The pretrained models' bytes: `[digits, classic]`. */
export function fetchModels(): Promise<[Uint8Array, Uint8Array]> {
  return Promise.all([fetchBytes(digitsUrl), fetchBytes(classicUrl)]);
}

/** Loads the engine. Fails with `unsupported-browser`, `wasm-failed`, or `relaxed-failed`: then with `avoidRelaxed`. */
export async function loadWasm(avoidRelaxed: boolean): Promise<{ wasm: Wasm; build: Build }> {
  if (!(await simd())) {
    throw new Failure(
      "unsupported-browser",
      "Trazo needs WebAssembly with SIMD: Chrome 91, Firefox 89, Safari 16.4 or later.",
    );
  }
  const relaxed = !avoidRelaxed && (await relaxedSimd()) ? await compileRelaxed() : null;
  try {
    await wasm.default({ module_or_path: relaxed ?? (await fetchOk(simdUrl)) });
    wasm.knownAnswer();
    return { wasm, build: relaxed ? "relaxed" : "simd128" };
  } catch (error) {
    // What wasm-bindgen made can be started once: the other build takes another worker, which the bridge sees to.
    const code = relaxed ? "relaxed-failed" : "wasm-failed";
    throw new Failure(code, `The engine did not start: ${message(error)}`);
  }
}

/** Null where it does not load or compile: then the other build is tried, which may fail better. */
async function compileRelaxed(): Promise<WebAssembly.Module | null> {
  try {
    return await WebAssembly.compile(await patched());
  } catch (error) {
    console.warn("Trazo: the relaxed-SIMD build cannot be used, the other one is tried.", error);
    return null;
  }
}

async function patched(): Promise<Uint8Array<ArrayBuffer>> {
  const files = await Promise.all([fetchOk(simdUrl), fetchOk(relaxedUrl)]);
  const [base, delta] = await Promise.all(files.map((file) => file.arrayBuffer()));
  return decode(new Uint8Array(base as ArrayBuffer), new Uint8Array(delta as ArrayBuffer));
}

async function fetchBytes(url: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await (await fetchOk(url)).arrayBuffer());
  } catch (error) {
    throw new Failure("model-failed", `The trained network did not load: ${message(error)}`);
  }
}

/** `fetch`, for which «not found» is a failure too. */
async function fetchOk(url: string): Promise<Response> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response;
}

export function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
