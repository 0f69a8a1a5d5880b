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

/** A tab that is gone lets go of its lock a moment later. */
const PATIENCE = 1000;
let ours: Promise<boolean> | null = null;

/** Whether this tab is the one that keeps: the first that has the Lab open, for as long as it is there. What another one trains has not broken off. */
async function claimed(): Promise<boolean> {
  const locks = navigator.locks as LockManager | undefined;
  if (!locks) return true;
  ours ??= new Promise((resolve) => {
    const held = () => {
      resolve(true);
      return new Promise<never>(() => {});
    };
    locks.request(LAB_CACHE(), { signal: AbortSignal.timeout(PATIENCE) }, held).catch(() => {
      ours = null;
      resolve(false);
    });
  });
  return ours;
}

/** One after the other: what is let go of must not come back with what was being written. */
let before: Promise<unknown> = Promise.resolve();

/** Where storage is refused or full nothing is kept, and what was kept before stays. */
function quietly<T>(work: (cache: Cache) => Promise<T>): Promise<T | null> {
  const mine = before.then(async () => ((await claimed()) ? work(await caches.open(LAB_CACHE())) : null)).catch(() => null);
  before = mine;
  return mine;
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
