import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Download } from "./tab.ts";

export const temporaryFolder = (name: string) => mkdtemp(join(tmpdir(), `trazo-${name}-`));
export const removeFolder = (folder: string) => rm(folder, { recursive: true, force: true, maxRetries: 5 });

/** Does something that makes a browser save a file into `folder`, waits until it is whole, and takes it away. */
export async function downloadInto(folder: string, trigger: () => Promise<void>): Promise<Download> {
  await trigger();
  const deadline = Date.now() + 60_000;
  let before = -1;
  while (Date.now() < deadline) {
    const names = await readdir(folder);
    const name = names.find((each) => !/\.(part|wkdownload|tmp)$/.test(each));
    if (name !== undefined && names.length === 1) {
      const path = join(folder, name);
      const bytes = await readFile(path);
      // Whole where it stopped growing.
      if (bytes.length > 0 && bytes.length === before) {
        await rm(path);
        return { name, bytes };
      }
      before = bytes.length;
    }
    await sleep(50);
  }
  throw new Error(`nothing was downloaded into ${folder}`);
}
