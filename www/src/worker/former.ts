/**
 * The name of this site's database.
 *
 * All sites of one host once kept their work under one name, so that two copies of Trazo under `name.github.io` shared it.
 * Now the path is in the name, and whoever has no database of that name yet takes over a copy of what lies under the
 * former one. The former one stays as it is: another copy may not have been updated yet.
 */

const FORMER = "trazo";

export const nameOf = (base: string): string => `trazo:${base}`;

/** Resolves to the name to open: the former one where it cannot be copied (a full disk), so that nothing is hidden. Never fails. */
export async function databaseOf(base: string): Promise<string> {
  const name = nameOf(base);
  try {
    const ours = await existing(name);
    ours?.close();
    if (ours) return name;
  } catch {
    // No database can be opened here: whoever opens this one is told why.
    return name;
  }
  try {
    const former = await existing(FORMER);
    if (former) await copy(former, name);
    return name;
  } catch (error) {
    console.warn("Trazo: what was saved stays under its former name.", error);
    return FORMER;
  }
}

/** The former one goes, too, where it is not the one in use. A page that has it open holds that up: nobody waits for it. Never fails. */
export async function forgetFormer(base: string): Promise<void> {
  try {
    const ours = await existing(nameOf(base));
    ours?.close();
    if (ours) indexedDB.deleteDatabase(FORMER);
  } catch (error) {
    console.warn("Trazo: the former database could not be looked for.", error);
  }
}

/** Opens a database, but does not make one. */
async function existing(name: string): Promise<IDBDatabase | null> {
  const request = indexedDB.open(name);
  let absent = false;
  request.onupgradeneeded = () => {
    absent = true;
    request.transaction?.abort();
  };
  try {
    return await result(request);
  } catch (error) {
    if (absent) return null;
    throw error;
  }
}

/** All in the one transaction that makes the new database: it is there whole, or not at all. */
async function copy(former: IDBDatabase, name: string): Promise<void> {
  const { version } = former;
  const stores: { store: string; keys: IDBValidKey[]; values: unknown[] }[] = [];
  const names = [...former.objectStoreNames];
  if (names.length > 0) {
    const transaction = former.transaction(names);
    for (const store of names) {
      const objects = transaction.objectStore(store);
      stores.push({ store, keys: await result(objects.getAllKeys()), values: await result(objects.getAll()) });
    }
  }
  former.close();
  const request = indexedDB.open(name, version);
  request.onupgradeneeded = () => {
    for (const { store, keys, values } of stores) {
      const objects = request.result.createObjectStore(store);
      keys.forEach((key, i) => objects.put(values[i], key));
    }
  };
  (await result(request)).close();
}

function result<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
