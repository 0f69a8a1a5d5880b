/** Wiped for the next person: what the page itself keeps goes too, and every tab begins anew. */
import { signal } from "@preact/signals";
import { say } from "./status";

/** The page is on its way to begin anew: nothing more is to be kept. */
export const beginsAnew = signal(false);

/** All that the page keeps by itself has a key that begins so. */
const OURS = "trazo.";
/** Tells the other tabs of this copy of the site, and a page that comes back from the back-forward cache: when it was last done. */
const stampKey = (): string => `${OURS}wiped:${new URL("./", document.baseURI).pathname}`;
/** What a run of the Lab can go on from. */
export const LAB_CACHE = (): string => `${OURS}lab:${new URL("./", document.baseURI).pathname}`;
/** The page that begins anew says what was done. */
const SAID = `${OURS}wiped`;

/** Where storage is refused nothing is kept. */
function quietly<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}

const stamp = (): string | null => quietly(() => localStorage.getItem(stampKey()));

function empty(storage: Storage): void {
  for (const key of Object.keys(storage)) if (key.startsWith(OURS)) storage.removeItem(key);
}

/** Call it once the engine has wiped what it had. */
export function wipePage(): void {
  quietly(() => {
    empty(localStorage);
    localStorage.setItem(stampKey(), String(Date.now()));
  });
  location.hash = "";
  void forgetLab().then(beginAnew);
}

async function forgetLab(): Promise<void> {
  try {
    await caches.delete(LAB_CACHE());
  } catch {
    // Nothing could be kept there, either.
  }
}

function beginAnew(): void {
  beginsAnew.value = true;
  quietly(() => {
    empty(sessionStorage);
    sessionStorage.setItem(SAID, "1");
  });
  location.reload();
}

/** Watches for a wipe in another tab, and says it after one. */
export function followWipes(): void {
  const seen = stamp();
  window.addEventListener("storage", ({ key, newValue }) => {
    if (key === stampKey() && newValue !== null) beginAnew();
  });
  window.addEventListener("pageshow", ({ persisted }) => {
    if (persisted && stamp() !== seen) beginAnew();
  });
  const done = quietly(() => sessionStorage.getItem(SAID));
  if (done === null) return;
  quietly(() => sessionStorage.removeItem(SAID));
  say((words) => words.wipe.done);
}
