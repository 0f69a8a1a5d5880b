import { gzipSync } from "node:zlib";
import { afterEach, expect, test, vi } from "vitest";
import { fetchMnist } from "./lab-mnist";

afterEach(() => void vi.unstubAllGlobals());

const files = (server: Record<string, Uint8Array<ArrayBuffer>>) =>
  vi.fn(async (address: string) => {
    const bytes = server[address];
    return bytes ? new Response(bytes, { headers: { "content-length": String(bytes.length) } }) : new Response(null, { status: 404 });
  });

test("files come unpacked, whether or not the browser has unpacked them already", async () => {
  vi.stubGlobal("fetch", files({ packed: new Uint8Array(gzipSync(Uint8Array.of(0, 0, 8, 3))), plain: Uint8Array.of(0, 0, 8, 1) }));
  const told: number[] = [];
  const found = await fetchMnist(["packed", "plain"], (done) => told.push(done));
  expect(found).toEqual([Uint8Array.of(0, 0, 8, 3), Uint8Array.of(0, 0, 8, 1)]);
  expect(told.at(-1)).toBe(1);
});

test("what was fetched once is not fetched again", async () => {
  const kept = new Map<string, Response>();
  const cache = { match: async (address: string) => kept.get(address)?.clone(), put: async (address: string, response: Response) => void kept.set(address, response) };
  vi.stubGlobal("caches", { open: async () => cache });
  const fetched = files({ one: Uint8Array.of(1, 2) });
  vi.stubGlobal("fetch", fetched);
  await fetchMnist(["one"], () => {});
  expect([...((await fetchMnist(["one"], () => {}))[0] ?? [])]).toEqual([1, 2]);
  expect(fetched).toHaveBeenCalledTimes(1);
});

test("a file that is not there is a failure with a code, and is not kept", async () => {
  const put = vi.fn();
  vi.stubGlobal("caches", { open: async () => ({ match: async () => undefined, put }) });
  vi.stubGlobal("fetch", files({}));
  await expect(fetchMnist(["none"], () => {})).rejects.toMatchObject({ code: "lab-mnist" });
  expect(put).not.toHaveBeenCalled();
});
