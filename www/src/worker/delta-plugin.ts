/** For the site's build: `import url from "delta:<file>?from=<other file>"` gives the file as its differences from the other. */
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Plugin } from "vite";
import { encode } from "./delta.ts";

const SCHEME = "delta:";

export function wasmDelta(): Plugin {
  let building = false;
  return {
    name: "wasm-delta",
    configResolved: ({ command }) => void (building = command === "build"),
    resolveId(id, importer) {
      const [file, base] = id.slice(SCHEME.length).split("?from=");
      if (!id.startsWith(SCHEME) || !file || !base || !importer) return null;
      const target = resolve(dirname(importer), file);
      return `${SCHEME}${target}?from=${resolve(dirname(target), base)}`;
    },
    load(id) {
      const [file, base] = id.slice(SCHEME.length).split("?from=");
      if (!id.startsWith(SCHEME) || !file || !base) return null;
      const delta = encode(readFileSync(base), readFileSync(file));
      if (!building) return `export default "data:application/octet-stream;base64,${Buffer.from(delta).toString("base64")}"`;
      const asset = this.emitFile({ type: "asset", name: "relaxed.delta", source: delta });
      return `export default import.meta.ROLLUP_FILE_URL_${asset}`;
    },
  };
}
