/**
 * MNIST for the Lab, where the folder has it (`scripts/fetch-data` brings it before the build): `import mnist from "site:mnist"`
 * gives the addresses of the four files, or null. The site carries them as they are, with their license beside them; no visit
 * fetches them before a person asks.
 */
import { existsSync, readFileSync } from "node:fs";
import type { Plugin } from "vite";

const ID = "site:mnist";
/** Training pictures and labels, then those for the test. */
export const FILES = ["train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"];

const LICENSE = `MNIST, by Yann LeCun, Corinna Cortes and Christopher J. C. Burges (http://yann.lecun.com/exdb/mnist/), unchanged.
Creative Commons Attribution-ShareAlike 3.0: https://creativecommons.org/licenses/by-sa/3.0/
`;

export function mnist(folder: URL): Plugin {
  let building = false;
  return {
    name: "mnist",
    configResolved: ({ command }) => void (building = command === "build"),
    resolveId: (id) => (id === ID ? ID : null),
    load(id) {
      if (id !== ID) return null;
      const paths = FILES.map((file) => new URL(file, folder));
      if (!building || !paths.every((path) => existsSync(path))) return "export default null;";
      this.emitFile({ type: "asset", fileName: "data/mnist-license.txt", source: LICENSE });
      const addresses = paths.map((path, index) => {
        const reference = this.emitFile({ type: "asset", name: FILES[index] as string, source: readFileSync(path) });
        return `import.meta.ROLLUP_FILE_URL_${reference}`;
      });
      return `export default [${addresses.join(", ")}];`;
    },
  };
}
