/**
 * A static file server without dependencies: right MIME types, no special headers, the way plain hosts serve files.
 * `scripts/serve` runs it; the end-to-end tests import it, to serve the site from a sub-path and to make files fail, and the
 * bench, to serve the peers beside its pages.
 *
 *   node scripts/static-server.mjs FOLDER [--port N] [--host ADDRESS] [--base /sub/path/]
 */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const types = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".md": "text/markdown; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".ts": "text/plain; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};

/**
 * Serves `dir` under `base` (starts and ends with a slash), and other folders under paths of their own: `{ "/peers/": folder }`.
 * `intercept(path)` may answer a request otherwise: a status number, "drop" to cut the connection, or `{ before }`, text to
 * put before the file.
 * Resolves, once it listens, to `{ url, dir, fetched, intercept, close }`: `fetched` has the files that were sent; `dir` and
 * `intercept` can be changed while it runs.
 */
export function serve({ dir, base = "/", others = {}, port = 0, host = "127.0.0.1", intercept = undefined }) {
  const site = { url: "", dir: resolve(dir), fetched: new Set(), intercept, close: () => {} };
  const server = createServer((request, response) => {
    answer(site, base, others, request, response).catch((error) => {
      if (!response.headersSent) response.writeHead(500);
      response.end(String(error));
    });
  });
  return new Promise((done, failed) => {
    server.once("error", failed);
    server.listen(port, host, () => {
      site.url = `http://${host === "0.0.0.0" ? "localhost" : host}:${server.address().port}${base}`;
      site.close = () => new Promise((closed) => {
        server.close(closed);
        server.closeAllConnections();
      });
      done(site);
    });
  });
}

async function answer(site, base, others, request, response) {
  if (request.method !== "GET" && request.method !== "HEAD") return refuse(response, 405);
  const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
  const [prefix, folder] = Object.entries(others).find(([under]) => path.startsWith(under)) ?? [base, site.dir];
  if (!path.startsWith(prefix)) {
    if (`${path}/` !== base) return refuse(response, 404);
    response.writeHead(301, { location: base });
    return response.end();
  }
  const name = path.slice(prefix.length);
  const verdict = site.intercept?.(name);
  if (verdict === "drop") return request.socket.destroy();
  if (typeof verdict === "number") return refuse(response, verdict);

  const root = resolve(folder);
  let file = normalize(join(root, name));
  if (file !== root && !file.startsWith(root + sep)) return refuse(response, 403);
  let facts = await stat(file).catch(() => null);
  if (facts?.isDirectory()) {
    file = join(file, "index.html");
    facts = await stat(file).catch(() => null);
  }
  if (!facts?.isFile()) return refuse(response, 404);
  site.fetched.add(file);
  const etag = `"${facts.size.toString(36)}-${facts.mtimeMs.toString(36)}"`;
  const headers = { "content-type": types[extname(file)] ?? "application/octet-stream", "cache-control": "no-cache", etag };
  if (request.headers["if-none-match"] === etag) {
    response.writeHead(304, headers);
    return response.end();
  }
  const before = Buffer.from(verdict?.before ?? "");
  response.writeHead(200, { ...headers, "content-length": before.length + facts.size });
  if (request.method === "HEAD") return response.end();
  response.write(before);
  createReadStream(file).on("error", () => response.destroy()).pipe(response);
}

function refuse(response, status) {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" });
  response.end(`${status}\n`);
}

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { port: { type: "string" }, host: { type: "string" }, base: { type: "string" } },
  });
  const options = { dir: positionals[0] ?? ".", base: values.base, host: values.host };
  const asked = values.port === undefined ? undefined : Number(values.port);
  if (asked !== undefined && !(Number.isInteger(asked) && asked >= 0 && asked < 65536)) throw new Error(`${values.port} is not a port`);
  let port = asked ?? 8000;
  for (;;) {
    try {
      const site = await serve({ ...options, port });
      process.stdout.write(`Trazo is at ${site.url} (Ctrl+C ends it)\n`);
      return;
    } catch (error) {
      // A port that was asked for by name is not swapped for another behind the person's back.
      if (error.code !== "EADDRINUSE") throw error;
      if (asked !== undefined) throw new Error(`port ${port} is in use; choose another, or leave --port out`);
      if (port >= 8100) throw new Error("no free port from 8000 to 8100; choose one with --port");
      port += 1;
    }
  }
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  main().catch((error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
}
