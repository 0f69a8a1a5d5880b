/**
 * Gets the engine's WebAssembly: the build that this browser runs best, tried with a known answer before it is trusted.
 *
 *     relaxed SIMD there?  ── yes ─►  relaxed  ── self-test fails, or it does not load ─┐
 *           │ no                                                                        ▼
 *           └──────────────────────────────────────────────────────────────────────►  simd128
 *
 * A build comes in two parts (see `build/README.md`): what the first answer needs, and then the rest. The JavaScript around
 * both builds is the same, so it is there once. The service worker keeps the pair that this browser uses.
 */
import { relaxedSimd, simd } from "wasm-feature-detect";
import * as wasm from "../../../crates/web/pkg/simd/trazo_web.js";
import * as parts from "engine:../../../crates/web/pkg";
import classicUrl from "../../../pretrained/classic.trazo?url";
import digitsUrl from "../../../pretrained/digits.trazo?url";
import { Failure, message } from "./failure";
import type { Build } from "./protocol";

/** What wasm-pack made; both builds have the same surface. */
export type Wasm = typeof wasm;

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

/** Loads the engine's first part. Fails with `wasm-off`, `unsupported-browser`, `wasm-failed`, or `relaxed-failed`: then with `avoidRelaxed`. */
export async function loadWasm(avoidRelaxed: boolean): Promise<Engine> {
  if (typeof WebAssembly === "undefined") {
    throw new Failure("wasm-off", "WebAssembly is switched off in this browser.");
  }
  if (!(await simd())) {
    throw new Failure(
      "unsupported-browser",
      "Trazo needs WebAssembly with SIMD: Chrome 111, Firefox 115, Safari 16.4 or later.",
    );
  }
  const relaxed = !avoidRelaxed && (await relaxedSimd()) ? await compileRelaxed() : null;
  try {
    const exports = await wasm.default({ module_or_path: relaxed ?? (await compile(parts.simd[0])) });
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
  const [, rest] = build === "relaxed" ? parts.relaxed : parts.simd;
  await WebAssembly.instantiate(await compile(rest), { first });
}

/** Null where it does not load or compile: then the other build is tried, which may fail better. */
async function compileRelaxed(): Promise<WebAssembly.Module | null> {
  try {
    return await compile(parts.relaxed[0]);
  } catch (error) {
    console.warn("Trazo: the relaxed-SIMD build cannot be used, the other one is tried.", error);
    return null;
  }
}

/** Compiles while it arrives, which browsers do for what the server calls `application/wasm`. */
async function compile(url: string): Promise<WebAssembly.Module> {
  const response = await fetchOk(url);
  if (response.headers.get("content-type") === "application/wasm") return WebAssembly.compileStreaming(response);
  return WebAssembly.compile(await response.arrayBuffer());
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
  // In a worker that comes from a blob an address has to be a whole one.
  const response = await fetch(new URL(url, import.meta.url));
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response;
}
