// A static server for the bench's pages, which remembers what each page fetched so that its bytes can be counted.
import { createServer } from "node:http";
import { readFile, stat } from "node:fs/promises";
import { extname, join, normalize } from "node:path";

const TYPES = {
  ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".mjs": "text/javascript", ".json": "application/json",
  ".wasm": "application/wasm",
};

/**
 * Serves each of `mounts` (`[["/peers/", folder], …]`, the longest that fits wins) at `origin`.
 * `fetched` holds the files served since it was last emptied.
 */
export async function serve(mounts) {
  const byLength = [...mounts].sort((a, b) => b[0].length - a[0].length);
  const fetched = new Set();
  const server = createServer(async (request, response) => {
    try {
      const path = decodeURIComponent(new URL(request.url, "http://bench").pathname);
      const [prefix, folder] = byLength.find(([prefix]) => path.startsWith(prefix));
      const file = join(folder, normalize(`/${path.slice(prefix.length)}`));
      if (!(await stat(file)).isFile()) throw new Error("not a file");
      const body = await readFile(file);
      fetched.add(file);
      response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream", "content-length": body.length });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return { origin: `http://127.0.0.1:${server.address().port}`, fetched, close: () => server.close() };
}
