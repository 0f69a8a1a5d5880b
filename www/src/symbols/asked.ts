/** What is being done with the symbols: which dialog is open, if one is. */
import { signal } from "@preact/signals";
import type { Symbol } from "../worker/protocol";

export type Asked = { to: "add" } | { to: "change" | "delete"; symbol: Symbol };

export const asked = signal<Asked | null>(null);

export const close = (): void => {
  asked.value = null;
};
