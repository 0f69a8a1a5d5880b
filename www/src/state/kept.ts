/** How well what is there is kept, in words: never more than the browser promised. */
import type { Dictionary } from "../i18n";
import type { Snapshot, StorageState } from "../worker/protocol";

/** A few words for the foot of the page. */
export function shortly({ storage }: Dictionary, { state }: StorageState): string {
  return storage[state === "reading-along" ? "readingAlong" : state];
}

/** A sentence or two: what it means, and what to do. */
export function atLength({ storage }: Dictionary, state: StorageState): string {
  switch (state.state) {
    case "saved":
      return storage.savedAt(state.at, state.bytes);
    case "saving":
      return storage.saving;
    case "fresh":
      return `${storage.fresh}.`;
    case "memory":
      return storage.memoryMore;
    case "full":
      return storage.fullMore;
    case "failed":
      return storage.failedMore;
    case "reading-along":
      return storage.readingAlongMore;
    case "newer":
      return storage.newerMore;
  }
}

/** What the browser promised, once something has been saved. */
export function promise({ storage }: Dictionary, snapshot: Snapshot | null): string | null {
  if (snapshot?.storage.state !== "saved") return null;
  return snapshot.persisted === true ? storage.persisted : storage.notPersisted;
}
