/** A screen that has a use of its own for files that are dropped anywhere: it says whether it takes them. */
import { signal } from "@preact/signals";

export const taker = signal<((files: readonly File[]) => boolean) | null>(null);
