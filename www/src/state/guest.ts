/**
 * A network that is not the engine's: the Lab's, as it was when somebody wanted to look inside. It is asked as the engine is, and
 * what it is asked touches nothing of the person's.
 */
import { signal } from "@preact/signals";
import type { EngineClient } from "../worker/bridge";

/** What an address calls it. */
export const GUEST = "lab";

export interface Guest {
  name: string;
  inside: EngineClient["inside"];
  /** A picture to look at, 784 bytes, 255 ink, and what it is; what is on the pad where null. */
  picture: { pixels: Uint8Array; label: number } | null;
}

export const guest = signal<Guest | null>(null);
