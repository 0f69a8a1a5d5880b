/** What was dropped, as files: folders are walked, each file with the path that leads to it. */

/** A file, or a folder in which there was none. */
export type Found = { path: string; file: File } | { path: string; error: "unreadable" | "empty-folder" };

/** The part of `FileSystemEntry` that is used here. */
interface Entry {
  readonly isFile: boolean;
  readonly name: string;
}

const isFile = (entry: Entry): entry is FileSystemFileEntry => entry.isFile;
const isFolder = (entry: Entry): entry is FileSystemDirectoryEntry => !entry.isFile;

/** Call it while the drop is being handled: what was dropped cannot be asked for later. */
export function dropped(transfer: DataTransfer): Promise<Found[]> {
  const entries = Array.from(transfer.items, (item) => (item.kind === "file" ? item.webkitGetAsEntry() : null)).filter((entry) => entry !== null);
  if (entries.length > 0) return walk(entries);
  return Promise.resolve(asFound(transfer.files));
}

export function asFound(files: Iterable<File>): Found[] {
  return Array.from(files, (file) => ({ path: file.name, file }));
}

/** In the order of their names, and not of the disk. */
export async function walk(entries: readonly Entry[], above = ""): Promise<Found[]> {
  const sorted = entries.toSorted((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
  const found: Found[] = [];
  for (const entry of sorted) {
    const path = above + entry.name;
    // What systems leave in folders for themselves (.DS_Store) was not chosen by anyone.
    if (above && entry.name.startsWith(".")) continue;
    try {
      if (isFile(entry)) {
        found.push({ path, file: await new Promise<File>((resolve, reject) => entry.file(resolve, reject)) });
      } else if (isFolder(entry)) {
        const within = await walk(await children(entry), `${path}/`);
        if (within.length > 0) found.push(...within);
        else if (!above) found.push({ path, error: "empty-folder" });
      }
    } catch {
      found.push({ path, error: "unreadable" });
    }
  }
  return found;
}

/** A folder tells its children some at a time, until there are none. */
async function children(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const found: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return found;
    found.push(...some);
  }
}
