/**
 * What a run can go on from, kept on this device: one that broke off, because the tab was closed or the machine went to sleep for
 * good, is offered when one comes back. Each is put in one piece, so that what is there is whole; where there is no room the one
 * before stays. Of digits that are not kept with it nothing is.
 */
import { LAB_CACHE } from "../state/wiped";
import { decode, encode } from "./link";
import type { Checkpoint, Name } from "./run";

const address = (name: Name): string => new URL(`lab-checkpoint-${name}`, document.baseURI).href;
const SETUP = "x-setup";
const SEEN = "x-seen";

/** Where storage is refused or full nothing is kept, and what was kept before stays. */
async function quietly<T>(work: (cache: Cache) => Promise<T>): Promise<T | null> {
  try {
    return await work(await caches.open(LAB_CACHE()));
  } catch {
    return null;
  }
}

export function keep(name: Name, { setup, bytes, seen }: Checkpoint): Promise<void | null> {
  const headers = { [SETUP]: new URLSearchParams(encode(setup)).toString(), [SEEN]: String(seen) };
  return quietly((cache) => cache.put(address(name), new Response(new Blob([bytes as Uint8Array<ArrayBuffer>]), { headers })));
}

export const letGo = (name: Name): Promise<boolean | null> => quietly((cache) => cache.delete(address(name)));

export function kept(name: Name): Promise<Checkpoint | null> {
  return quietly(async (cache) => {
    const found = await cache.match(address(name));
    if (!found) return null;
    const read = decode(Object.fromEntries(new URLSearchParams(found.headers.get(SETUP) ?? "")));
    if (!("setup" in read)) return null;
    return { setup: read.setup, bytes: new Uint8Array(await found.arrayBuffer()), seen: Number(found.headers.get(SEEN)) };
  });
}
