/** The service worker: everything works offline after one visit, and a new version is offered, never forced. */
import { signal } from "@preact/signals";
import { say, status } from "../state/status";
import { trustedScript } from "../worker/trusted";

export const updateReady = signal(false);

let waiting: ServiceWorker | null = null;

export async function goOffline(): Promise<void> {
  const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  if (!workers || !import.meta.env.PROD) return;
  // The first worker serves what the page is made of already. Each later one serves another version, which this page does
  // not fit any more: whichever tab asked for it, all of them begin anew.
  let served = workers.controller !== null;
  workers.addEventListener("controllerchange", () => {
    if (served) location.reload();
    served = true;
  });
  try {
    const registration = (await workers.register(trustedScript("sw.js"))) as ServiceWorkerRegistration | undefined;
    // Whoever blocks workers from outside promises one all the same.
    if (!registration) return;
    // One that is still taking over may be the first.
    served ||= registration.active?.state === "activated";
    offer(registration.waiting);
    registration.addEventListener("updatefound", () => {
      const fresh = registration.installing;
      const first = !registration.active;
      fresh?.addEventListener("statechange", () => {
        // By the way: it takes the place of nothing that was said of what the person does.
        if (first && fresh.state === "activated" && !status.peek()) say((words) => words.status.offline);
        // Where nothing is active this is the first, which takes over by itself.
        if (fresh.state === "installed" && registration.active) offer(fresh);
      });
    });
  } catch (error) {
    console.warn("Trazo: it will not work offline.", error);
  }
}

function offer(worker: ServiceWorker | null): void {
  if (!worker) return;
  waiting = worker;
  updateReady.value = true;
}

/** The new version takes over and every tab reloads; what is on the pad is there again afterwards. */
export function applyUpdate(): void {
  updateReady.value = false;
  waiting?.postMessage({ type: "SKIP_WAITING" });
}

export function postponeUpdate(): void {
  updateReady.value = false;
}
