/** The three files that travel beside the package's code: in a browser and in a worker they are fetched, in Node.js read. */

/** `new URL(…, import.meta.url)` in this very form is what bundlers look for: they carry the file along. */
const BESIDE = {
  "simd.wasm": () => new URL("./simd.wasm", import.meta.url),
  "relaxed.wasm": () => new URL("./relaxed.wasm", import.meta.url),
  "digits.trazo": () => new URL("./digits.trazo", import.meta.url),
};
type Name = keyof typeof BESIDE;

let folder: URL | undefined;

/** Where the files lie instead, for bundlers that do not carry them along. */
export function filesAreIn(address: string | URL): void {
  folder = new URL(address, globalThis.document?.baseURI ?? globalThis.location?.href);
  if (!folder.pathname.endsWith("/")) folder.pathname += "/";
}

interface FileSystem {
  readFile(url: URL): Promise<Uint8Array<ArrayBuffer>>;
}
/** Asked for when it runs, not imported: so one file serves Node.js and bundlers that know nothing of it. */
const { process } = globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } };
const disk = (url: URL): FileSystem | undefined =>
  url.protocol === "file:" ? (process?.getBuiltinModule?.("node:fs/promises") as FileSystem | undefined) : undefined;

async function fetched(url: URL): Promise<Response> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url.href} answered ${response.status}: it belongs beside the code of the package.`);
  return response;
}

const address = (name: Name): URL => (folder ? new URL(name, folder) : BESIDE[name]());

export async function bytesOf(name: Name): Promise<Uint8Array> {
  const url = address(name);
  return (await disk(url)?.readFile(url)) ?? new Uint8Array(await (await fetched(url)).arrayBuffer());
}

/** Compiles while it arrives, which browsers do for what the server calls `application/wasm`. */
export async function compile(name: Name): Promise<WebAssembly.Module> {
  const url = address(name);
  const bytes = await disk(url)?.readFile(url);
  if (bytes) return WebAssembly.compile(bytes);
  const response = await fetched(url);
  if (response.headers.get("content-type") === "application/wasm") return WebAssembly.compileStreaming(response);
  return WebAssembly.compile(await response.arrayBuffer());
}

/** The engine asks for it where it was given no model (`crates/web/src/network.rs`): this package always gives one. */
export const onceFetched = (): Promise<never> => Promise.reject(new Error("There is no model."));
