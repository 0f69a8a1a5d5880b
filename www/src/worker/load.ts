/**
 * Gets the engine's WebAssembly: the build that this browser runs best, tried with a known answer before it is trusted.
 *
 *     relaxed SIMD there?  ── yes ─►  relaxed  ── self-test fails, or it does not load ─┐
 *           │ no                                                                        ▼
 *           └──────────────────────────────────────────────────────────────────────►  simd128
 *
 * A build comes in two parts (see `./split`): what the first answer needs, and then the rest. The relaxed one comes as
 * its differences from the other (see `./delta`), and the JavaScript around both is the same, so it is there once.
 */
import { relaxedSimd, simd } from "wasm-feature-detect";
import * as wasm from "../../../crates/web/pkg/simd/trazo_web.js";
import * as parts from "engine:../../../crates/web/pkg";
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

export interface Engine {
  wasm: Wasm;
  build: Build;
  /** Gets what is not needed to begin with nothing stored and to read. Until then anything else traps. */
  loadRest: () => Promise<void>;
}

/** Loads the engine's first part. Fails with `unsupported-browser`, `wasm-failed`, or `relaxed-failed`: then with `avoidRelaxed`. */
export async function loadWasm(avoidRelaxed: boolean): Promise<Engine> {
  if (!(await simd())) {
    throw new Failure(
      "unsupported-browser",
      "Trazo needs WebAssembly with SIMD: Chrome 91, Firefox 89, Safari 16.4 or later.",
    );
  }
  const relaxed = !avoidRelaxed && (await relaxedSimd()) ? await compileRelaxed() : null;
  try {
    const exports = await wasm.default({ module_or_path: relaxed ?? (await fetchOk(parts.simd[0])) });
    wasm.knownAnswer();
    const build = relaxed ? "relaxed" : "simd128";
    return { wasm, build, loadRest: () => loadRest(build, { ...exports }) };
  } catch (error) {
    // What wasm-bindgen made can be started once: the other build takes another worker, which the bridge sees to.
    const code = relaxed ? "relaxed-failed" : "wasm-failed";
    throw new Failure(code, `The engine did not start: ${message(error)}`);
  }
}

async function loadRest(build: Build, first: WebAssembly.ModuleImports): Promise<void> {
  const code = build === "relaxed" ? await patched(1) : await (await fetchOk(parts.simd[1])).arrayBuffer();
  await WebAssembly.instantiate(code, { first });
}

/** Null where it does not load or compile: then the other build is tried, which may fail better. */
async function compileRelaxed(): Promise<WebAssembly.Module | null> {
  try {
    return await WebAssembly.compile(await patched(0));
  } catch (error) {
    console.warn("Trazo: the relaxed-SIMD build cannot be used, the other one is tried.", error);
    return null;
  }
}

/** A part of the relaxed build. */
async function patched(part: 0 | 1): Promise<Uint8Array<ArrayBuffer>> {
  const files = await Promise.all([fetchOk(parts.simd[part]), fetchOk(parts.relaxed[part])]);
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
