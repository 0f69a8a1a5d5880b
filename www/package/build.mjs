/**
 * Makes the npm package `crates/web/pkg/trazo` of wasm-pack's two, `simd` and `relaxed`, which scripts/build has made before:
 *
 *     index.js, pad.js        bundled from here; what both share is a file of its own
 *     simd.wasm, relaxed.wasm less what only the page calls
 *     digits.trazo            the pretrained network
 *     types/                  declarations, in the folders of the sources
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");
const packages = join(root, "crates/web/pkg");
const out = join(packages, "trazo");
const bin = (name) => join(root, "www/node_modules/.bin", name);

/** What the package's code calls, and what wasm-bindgen's around it does. */
const WANTED = /^(memory|start|knownAnswer|readDigit|readNumber|readPicture|network_\w+|__wbg_network_free|__wbg_get_network_\w+|__wbindgen_\w+|__externref_\w+|wasm_bindgen_\w+)$/;
/** As in scripts/build: every feature by its name. */
const FEATURES = ["simd", "relaxed-simd", "bulk-memory", "sign-ext", "nontrapping-float-to-int", "mutable-globals", "reference-types", "multivalue"];

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const scratch = mkdtempSync(join(tmpdir(), "trazo-package-"));
try {
  await bundle();
  for (const build of ["simd", "relaxed"]) slim(build);
  types();
  cpSync(join(root, "pretrained/digits.trazo"), join(out, "digits.trazo"));
  cpSync(join(root, "LICENSE"), join(out, "LICENSE"));
  cpSync(join(here, "README.md"), join(out, "README.md"));
  const version = /^version = "(.*)"$/m.exec(readFileSync(join(root, "Cargo.toml"), "utf8"))[1];
  const json = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
  delete json.private;
  writeFileSync(join(out, "package.json"), `${JSON.stringify({ ...json, version }, null, 2)}\n`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

async function bundle() {
  // Vite's own bundler. Vite itself would put the files into the code, since this is a library.
  const { rolldown } = createRequire(createRequire(join(root, "www/package.json")).resolve("vite"))("rolldown");
  const made = await rolldown({ input: { index: join(here, "index.ts"), pad: join(here, "pad.ts") }, platform: "browser", plugins: [engine()] });
  const { output } = await made.generate({ format: "es", minify: false });
  // What both share goes by its own name, whatever the bundler numbers it by.
  const [shared, ...more] = output.filter(({ isEntry }) => !isEntry);
  if (!shared || more.length > 0) throw new Error("The package is no longer two files and what they share.");
  for (const { fileName, isEntry, code } of output) {
    writeFileSync(join(out, isEntry ? fileName : "engine.js"), code.replaceAll(`"./${shared.fileName}"`, '"./engine.js"'));
  }
  await made.close();
}

/** wasm-bindgen's JavaScript, which is the same around both builds. */
function engine() {
  const WHOLE = "new URL('trazo_web_bg.wasm', import.meta.url)";
  return {
    name: "engine",
    // Where the pretrained network comes from is ours to say.
    resolveId: (id) => (/\/snippets\/trazo-web-\w+\/inline0\.js$/.test(id) ? join(here, "files.ts") : null),
    transform(code, id) {
      if (!id.endsWith("/trazo_web.js")) return null;
      for (const known of [WHOLE, ", wasm;", "let __wbg_init_promise;"]) {
        if (!code.includes(known)) throw new Error(`wasm-bindgen's JavaScript has no ${known} any more.`);
      }
      // The page's classes go where nothing is done with them.
      const pure = code.replaceAll(/^if \(Symbol\.dispose\) (?!Network\.).*$/gm, "").replaceAll("new FinalizationRegistry(", "/* @__PURE__ */ $&");
      // The whole module, under its old name, is not there. And after a build that failed its self-test the other one starts.
      return `${pure.replace(WHOLE, "undefined")}\nexport function forget() {\n    wasm = __wbg_init_promise = undefined;\n}\n`;
    },
  };
}

/** A module without the exports that nobody calls here, and without all that is there for them alone. */
function slim(build) {
  const module = (name) => join(packages, name, "trazo_web_bg.wasm");
  // Both export the same; Node.js 20 does not compile relaxed SIMD.
  const names = WebAssembly.Module.exports(new WebAssembly.Module(readFileSync(module("simd")))).map(({ name }) => name);
  const wanted = names.filter((name) => WANTED.test(name));
  for (const name of ["readDigit", "readNumber", "readPicture", "knownAnswer", "network_predict"]) if (!wanted.includes(name)) throw new Error(`${build} exports no ${name}.`);
  const graph = [{ name: "package", root: true, reaches: wanted }, ...wanted.map((name) => ({ name, export: name }))];
  const file = join(scratch, "graph.json");
  writeFileSync(file, JSON.stringify(graph));
  const features = FEATURES.map((feature) => `--enable-${feature}`);
  execFileSync(bin("wasm-metadce"), ["--graph-file", file, ...features, module(build), "-o", join(out, `${build}.wasm`)], { stdio: ["ignore", "ignore", "inherit"] });
}

/** As the compiler says them, with the engine's types beside. */
function types() {
  execFileSync(bin("tsc"), ["--project", here, "--outDir", scratch], { stdio: "inherit" });
  for (const [from, to] of [["www/package/index", "index"], ["www/package/pad", "pad"], ["www/src/embed/element", "element"]]) {
    const text = readFileSync(join(scratch, `${from}.d.ts`), "utf8");
    const flat = text.replaceAll(/"[^"]*\/(trazo_web|element|index)(?:\.js)?"/g, (_, name) => `"./${name === "trazo_web" ? "engine" : name}.js"`);
    writeFileSync(join(out, `${to}.d.ts`), flat);
  }
  cpSync(join(packages, "simd/trazo_web.d.ts"), join(out, "engine.d.ts"));
}
