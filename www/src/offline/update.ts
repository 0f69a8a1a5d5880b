/** The service worker: everything works offline after one visit, and a new version is offered, never forced. */
import { signal } from "@preact/signals";
import { registerSW } from "virtual:pwa-register";
import { keepDrawing } from "../draw/keep";

export const updateReady = signal(false);

let update: ((reload?: boolean) => Promise<void>) | undefined;

export function goOffline(): void {
  update = registerSW({
    onNeedRefresh: () => {
      updateReady.value = true;
    },
  });
}

/** The new version takes over and the page reloads; what is on the pad is there again afterwards. */
export function applyUpdate(): void {
  updateReady.value = false;
  keepDrawing();
  void update?.();
}

export function postponeUpdate(): void {
  updateReady.value = false;
}
