// From nothing to 99.0 % of MNIST's test set in a browser tab, where the data is there.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";

const GOAL = 0.99;

/** `{ seconds, goal, curve: [{ seconds, samples, accuracy }] }`, or null. */
export async function learnMnist({ contenders, works, root, data, say }) {
  const folder = join(process.env.TRAZO_DATA ?? join(root, "..", "shared", "data"), "mnist");
  const contender = contenders.find(({ name }) => name === "trazo-relaxed");
  try {
    for (const [set, prefix] of [["train", "train"], ["test", "t10k"]]) {
      for (const [kind, header] of [["images-idx3", 16], ["labels-idx1", 8]]) {
        const idx = await promisify(gunzip)(await readFile(join(folder, `${prefix}-${kind}-ubyte.gz`)));
        await writeFile(join(data, `mnist.${set}.${kind.slice(0, 6)}.u8`), idx.subarray(header));
      }
    }
  } catch (error) {
    say(`MNIST: left out (${error.message}); scripts/fetch-data brings it, or name its folder's parent in TRAZO_DATA`);
    return null;
  }
  if (!contender) return null;
  say("From nothing to 99.0 % of MNIST's test set in the tab (some minutes)");
  const found = await contender.ask({ op: "special", name: "mnist", work: works.C, goal: GOAL, epochs: 20 }, 60);
  if (found.error) throw new Error(found.error);
  for (const { seconds, samples, accuracy } of found.curve) say(`  ${seconds.toFixed(1).padStart(6)} s ${String(samples).padStart(8)} samples ${(100 * accuracy).toFixed(2)} %`);
  return found;
}
