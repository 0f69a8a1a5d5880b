/** MNIST as the site carries it: fetched when it is asked for, and kept for when there is no network. */
import { Failure, message } from "./failure";

const CACHE = "trazo-mnist";

/** The four files, unpacked; `told` hears how far it is, 0 … 1, where the server says how much there is. */
export async function fetchMnist(addresses: readonly string[], told: (done: number) => void): Promise<Uint8Array[]> {
  const had = { bytes: 0, of: 0 };
  const tell = (): void => {
    if (had.of > 0) told(Math.min(1, had.bytes / had.of));
  };
  try {
    const kept = await globalThis.caches?.open(CACHE).catch(() => undefined);
    return await Promise.all(
      addresses.map(async (address) => {
        const found = await kept?.match(address);
        const response = found ?? (await fetch(address));
        if (!response.ok) throw new Error(`${address} answered ${response.status}`);
        // What cannot be kept is fetched again another time.
        const keeping = found ? undefined : kept?.put(address, response.clone()).catch(() => {});
        had.of += Number(response.headers.get("content-length") ?? 0);
        const bytes = await read(response, (count) => {
          had.bytes += count;
          tell();
        });
        await keeping;
        return unpack(bytes);
      }),
    );
  } catch (error) {
    throw new Failure("lab-mnist", `MNIST did not load: ${message(error)}`);
  }
}

async function read(response: Response, got: (count: number) => void): Promise<Uint8Array<ArrayBuffer>> {
  const counted = response.body?.pipeThrough(
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform: (chunk, controller) => {
        got(chunk.byteLength);
        controller.enqueue(chunk);
      },
    }),
  );
  return new Uint8Array(await new Response(counted).arrayBuffer());
}

/** Some servers say of such files how they are packed, and browsers unpack them then. */
async function unpack(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(unpacked).arrayBuffer());
}
