/**
 * For the site's build: `import { simd, relaxed } from "engine:<folder of the packages>"` gives the engine's two builds as
 * they travel, each in two parts (see `./split`), and the relaxed one as differences from the other (see `./delta`).
 */
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Plugin } from "vite";
import { encode } from "./delta.ts";
import { split } from "./split.ts";

const SCHEME = "engine:";

/**
 * What the worker calls before the rest is there: to begin, to see whether anything is stored, to read; and what
 * wasm-bindgen calls to that end (the names of its crate's functions carry a hash where the standard library is our own).
 */
const EARLY = /^(__|wasm_bindgen_|start$|knownAnswer$|engine_(new|read|revision|state)$|database_(open|fetch)$|stored_)/;

export function engineParts(): Plugin {
  let building = false;
  return {
    name: "engine-parts",
    enforce: "pre",
    configResolved: ({ command }) => void (building = command === "build"),
    resolveId(id, importer) {
      if (!id.startsWith(SCHEME) || !importer) return null;
      return SCHEME + resolve(dirname(importer), id.slice(SCHEME.length));
    },
    load(id) {
      if (!id.startsWith(SCHEME)) return null;
      const parts = (build: string) =>
        split(readFileSync(`${id.slice(SCHEME.length)}/${build}/trazo_web_bg.wasm`), (name) => EARLY.test(name));
      const asset = (name: string, source: Uint8Array) => {
        if (!building) return `"data:application/wasm;base64,${Buffer.from(source).toString("base64")}"`;
        return `import.meta.ROLLUP_FILE_URL_${this.emitFile({ type: "asset", name, source })}`;
      };
      const [[first, rest], [relaxedFirst, relaxedRest]] = [parts("simd"), parts("relaxed")];
      return [
        `export const simd = [${asset("engine.wasm", first)}, ${asset("engine-rest.wasm", rest)}];`,
        `export const relaxed = [${asset("relaxed.delta", encode(first, relaxedFirst))}, ${asset("relaxed-rest.delta", encode(rest, relaxedRest))}];`,
      ].join("\n");
    },
    transform(code, id) {
      // The whole module, which the package would fetch by itself, is not needed beside its parts.
      if (!id.endsWith("/trazo_web.js")) return null;
      return code.replace("new URL('trazo_web_bg.wasm', import.meta.url)", "undefined");
    },
  };
}
