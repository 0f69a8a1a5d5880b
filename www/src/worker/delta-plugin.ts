/** For the site's build: `import url from "….wasm?delta=<other file>"` gives the file as its differences from the other. */
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Plugin } from "vite";
import { encode } from "./delta";

const MARK = "?delta=";

export function wasmDelta(): Plugin {
  let building = false;
  return {
    name: "wasm-delta",
    enforce: "pre",
    configResolved: ({ command }) => void (building = command === "build"),
    resolveId(id, importer) {
      const [file, base] = id.split(MARK);
      return file && base && importer ? resolve(dirname(importer), file) + MARK + base : null;
    },
    load(id) {
      const [file, base] = id.split(MARK);
      if (!file || !base) return null;
      const delta = encode(readFileSync(resolve(dirname(file), base)), readFileSync(file));
      if (!building) return `export default "data:application/octet-stream;base64,${Buffer.from(delta).toString("base64")}"`;
      const asset = this.emitFile({ type: "asset", name: "relaxed.delta", source: delta });
      return `export default import.meta.ROLLUP_FILE_URL_${asset}`;
    },
  };
}
