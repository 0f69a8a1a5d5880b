/** The dialogs about symbols, which come when one of them is asked for. */
import { useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { say } from "../state/status";
import { asked, close } from "./asked";

export function SymbolDialogs() {
  const body = useSignal<{ Body: ComponentType } | null>(null);
  const open = asked.value !== null;
  useEffect(() => {
    if (!open || body.peek()) return;
    import("./dialog").then(
      ({ Asking }) => (body.value = { Body: Asking }),
      () => {
        close();
        say((words) => words.errors["worker-missing"]);
      },
    );
  }, [open]);
  // Another screen: what was asked on this one is asked no more.
  useEffect(() => close, []);
  return open && body.value ? <body.value.Body /> : null;
}
