/** What the browser keeps of the site, in any engine: its database and its service worker. */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Tab } from "./tab.ts";

/** Waits until the service worker has everything and speaks for the page. */
export const cached = (tab: Tab) =>
  tab.evaluate(async () => {
    const { active } = await navigator.serviceWorker.ready;
    if (active?.state === "activated") return;
    await new Promise<void>((done) => active?.addEventListener("statechange", () => active.state === "activated" && done()));
  });

export const databaseName = (tab: Tab) =>
  tab.evaluate(async () => {
    const names = (await indexedDB.databases()).map(({ name }) => name);
    const ours = names.find((name) => name?.startsWith("trazo:"));
    if (!ours) throw new Error(`there is no database of ours among ${names.join()}`);
    return ours;
  });

/** Flips a byte in the middle of the latest snapshot, or of every one; crates/web/src/store.rs says how they lie. */
export async function damage(tab: Tab, which: "latest" | "all") {
  await tab.evaluate(
    async (database, each) => {
      const done = <T>(request: IDBRequest<T>) =>
        new Promise<T>((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error);
        });
      const db = await done(indexedDB.open(database));
      const store = db.transaction("state", "readwrite").objectStore("state");
      const keys = (await done(store.getAllKeys())).filter((key) => String(key).startsWith("slot"));
      const slots: { key: IDBValidKey; bytes: Uint8Array }[] = [];
      for (const key of keys) slots.push({ key, bytes: (await done(store.get(key))) as Uint8Array });
      const pointer = (await done(store.get("pointer"))) as Uint8Array;
      const latest = pointer[2] === 0 ? "slot-a" : "slot-b";
      const hit = each === "all" ? slots : slots.filter(({ key }) => key === latest);
      if (hit.length === 0) throw new Error(`no slot among ${keys.join()}`);
      for (const { key, bytes } of hit) {
        const middle = bytes.length >> 1;
        bytes[middle] = bytes[middle]! ^ 0x10;
        await done(store.put(bytes, key));
      }
      db.close();
    },
    await databaseName(tab),
    which,
  );
}

/** Changes the page's HTML by a comment, and its revision in the service worker's list as a build would. */
export async function publishAnotherVersion(folder: string) {
  const html = join(folder, "index.html");
  await writeFile(html, (await readFile(html, "utf8")).replace("</body>", "<!-- the next version --></body>"));
  const name = (await readdir(folder)).find((each) => /^(sw|service-worker)\.js$/.test(each));
  if (!name) throw new Error("the site has no service worker");
  const worker = join(folder, name);
  const text = await readFile(worker, "utf8");
  const changed = text.replace(/("?)revision\1:\s*"[^"]*",\s*\1url\1:\s*"index\.html"/, 'revision:"next",url:"index.html"');
  if (changed === text) throw new Error("index.html is not in the service worker's list");
  await writeFile(worker, changed);
}
