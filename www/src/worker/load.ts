/**
 * Gets the engine's WebAssembly: the build that this browser runs best, tried with a known answer before it is trusted.
 *
 *     relaxed SIMD there?  ── yes ─►  relaxed  ── self-test fails, or it does not load ─┐
 *           │ no                                                                        ▼
 *           └──────────────────────────────────────────────────────────────────────►  simd128
 */
import { relaxedSimd, simd } from "wasm-feature-detect";
import relaxedUrl from "../../../crates/web/pkg/relaxed/trazo_web_bg.wasm?url";
import simdUrl from "../../../crates/web/pkg/simd/trazo_web_bg.wasm?url";
import classicUrl from "../../../pretrained/classic.trazo?url";
import digitsUrl from "../../../pretrained/digits.trazo?url";
import type { Build, EngineError } from "./protocol";

/** What wasm-pack made; both builds have the same surface. */
export type Wasm = typeof import("../../../crates/web/pkg/simd/trazo_web.js");

/** A failure with a code, as the page is told of it. */
export class Failure extends Error implements EngineError {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

// Imported only when chosen, so that a browser fetches one build and not two.
const BUILDS: Record<Build, { url: string; glue: () => Promise<Wasm> }> = {
  relaxed: { url: relaxedUrl, glue: () => import("../../../crates/web/pkg/relaxed/trazo_web.js") },
  simd128: { url: simdUrl, glue: () => import("../../../crates/web/pkg/simd/trazo_web.js") },
};

/** The pretrained models' bytes: `[digits, classic]`. */
export function fetchModels(): Promise<[Uint8Array, Uint8Array]> {
  return Promise.all([fetchBytes(digitsUrl), fetchBytes(classicUrl)]);
}

/** Loads the engine. Fails with `unsupported-browser` or `wasm-failed`. */
export async function loadWasm(): Promise<{ wasm: Wasm; build: Build }> {
  if (!(await simd())) {
    throw new Failure(
      "unsupported-browser",
      "Trazo needs WebAssembly with SIMD: Chrome 91, Firefox 89, Safari 16.4 or later.",
    );
  }
  if (await relaxedSimd()) {
    try {
      return { wasm: await load("relaxed"), build: "relaxed" };
    } catch (error) {
      console.warn("Trazo: the relaxed-SIMD build cannot be used, the other one is tried.", error);
    }
  }
  return { wasm: await load("simd128"), build: "simd128" };
}

async function load(build: Build): Promise<Wasm> {
  const { url, glue } = BUILDS[build];
  try {
    const [wasm, response] = await Promise.all([glue(), fetchOk(url)]);
    await wasm.default({ module_or_path: response });
    wasm.knownAnswer();
    return wasm;
  } catch (error) {
    throw new Failure("wasm-failed", `The engine (${build}) did not start: ${message(error)}`);
  }
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
