/** What goes wrong in the worker, as the page is told of it. */
import type { EngineError } from "./protocol";

/** A failure with a code: one that was foreseen. */
export class Failure extends Error implements EngineError {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** The code of whatever was thrown, by this side or by the engine. */
export function code(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

export function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A bug in the engine (or no memory, or no stack): its memory is in an unknown state, so it neither reads nor saves any more. */
export function isPanic(error: unknown): boolean {
  // Where WebAssembly is switched off there is nothing of this name.
  return error instanceof RangeError || (typeof WebAssembly === "object" && error instanceof WebAssembly.RuntimeError);
}
