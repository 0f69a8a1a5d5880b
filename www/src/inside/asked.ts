/** What a view asks of the engine, as a signal: what is still on its way, what came, and of what drawing. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { complain, phase } from "../state/engine";
import type { Result } from "../worker/protocol";

export interface Asked<T> {
  value: T | null;
  going: boolean;
}

/** Asks when the page is first seen, and again whenever what it is asked about has changed. Null: there is nothing to ask. */
export function useAnswer<T>(ask: (() => Promise<Result<T>>) | null, about: readonly unknown[]): Asked<T> {
  const state = useSignal<Asked<T>>({ value: null, going: false });
  const ready = phase.value === "ready";
  useEffect(() => {
    if (!ask || !ready) {
      state.value = { value: null, going: false };
      return undefined;
    }
    let gone = false;
    state.value = { ...state.peek(), going: true };
    const hear = async (): Promise<void> => {
      const told = await ask();
      // «superseded» is said of what nobody waits for any more.
      if (gone) return;
      if (!told.ok) complain(told.error);
      state.value = { value: told.ok ? told.value : null, going: false };
    };
    void hear();
    return () => {
      gone = true;
    };
  }, [ready, ...about]);
  return state.value;
}
