/**
 * For the site's build: `import { simd, relaxed } from "engine:<folder of the packages>"` gives the addresses of the engine's
 * two builds, each in two parts (see `./split`).
 */
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Plugin } from "vite";
import { split } from "./split.ts";

const SCHEME = "engine:";
/** What wasm-bindgen put around the module. */
const GLUE = "trazo_web.js";

/**
 * What the worker calls before the rest is there: to begin, to see whether anything is stored, to read, to leave; and what
 * wasm-bindgen calls to that end (the names of its crate's functions carry a hash where the standard library is our own).
 */
const EARLY = /^(__|wasm_bindgen_|start$|knownAnswer$|engine_(new|read|revision|state)$|database_(open|fetch|close)$|stored_)/;

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
      const read = (name: string, file: string) => readFileSync(`${id.slice(SCHEME.length)}/${name}/${file}`);
      if (!read("simd", GLUE).equals(read("relaxed", GLUE))) throw new Error(`The two builds differ in ${GLUE}, which is there once.`);
      const build = (name: string) => {
        const whole = read(name, "trazo_web_bg.wasm");
        const [first, rest] = split(whole, (each) => EARLY.test(each));
        return `export const ${name} = [${asset(`engine-${name}.wasm`, first)}, ${asset(`engine-${name}-rest.wasm`, rest)}];`;
      };
      const asset = (name: string, source: Uint8Array) => {
        if (!building) return `"data:application/wasm;base64,${Buffer.from(source).toString("base64")}"`;
        return `import.meta.ROLLUP_FILE_URL_${this.emitFile({ type: "asset", name, source })}`;
      };
      return [build("simd"), build("relaxed")].join("\n");
    },
    transform(code, id) {
      // The whole module, which the package would fetch by itself, is not needed beside its parts.
      if (!id.endsWith(`/${GLUE}`)) return null;
      return code.replace("new URL('trazo_web_bg.wasm', import.meta.url)", "undefined");
    },
  };
}
