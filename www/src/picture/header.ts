/** What a picture file says of itself in its first bytes: enough to refuse it before anything is unpacked. */

export type Refusal = "empty" | "svg" | "not-picture" | "too-large";

export interface Header {
  kind: "png" | "jpeg" | "gif" | "webp" | "bmp" | "avif" | "heic";
  /** Null where that is not among the first bytes. */
  size: [width: number, height: number] | null;
  /** It moves: only its first picture is read. */
  animated: boolean;
}

/** Bytes that are looked at. */
export const LOOKED_AT = 1 << 18;

/** Pixels along a side, and in all: beyond that a browser needs gigabytes to unpack it. */
const LONGEST = 16_384;
const MOST = 100_000_000;

export function headerOf(bytes: Uint8Array): Header | Refusal {
  if (bytes.length === 0) return "empty";
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = (from: number, length: number): string => String.fromCharCode(...bytes.subarray(from, from + length));
  const has = (what: string, within: number): boolean => new TextDecoder("latin1").decode(bytes.subarray(0, within)).includes(what);
  const header = known(bytes, view, text, has);
  if (header === null) return has("<svg", 4096) ? "svg" : "not-picture";
  const [width, height] = header.size ?? [1, 1];
  return width > LONGEST || height > LONGEST || width * height > MOST ? "too-large" : header;
}

function known(
  bytes: Uint8Array,
  view: DataView,
  text: (from: number, length: number) => string,
  has: (what: string, within: number) => boolean,
): Header | null {
  const sized = (least: number, size: () => [number, number]): [number, number] | null => (bytes.length >= least ? size() : null);
  if (text(0, 4) === "\x89PNG") {
    return { kind: "png", size: sized(24, () => [view.getUint32(16), view.getUint32(20)]), animated: has("acTL", bytes.length) };
  }
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return { kind: "jpeg", size: jpegSize(view), animated: false };
  if (text(0, 4) === "GIF8") {
    return { kind: "gif", size: sized(10, () => [view.getUint16(6, true), view.getUint16(8, true)]), animated: has("NETSCAPE2.0", bytes.length) };
  }
  if (text(0, 4) === "RIFF" && text(8, 4) === "WEBP") return webp(bytes, view, text(12, 4), sized);
  if (text(0, 2) === "BM") return { kind: "bmp", size: sized(26, () => [view.getUint32(18, true), Math.abs(view.getInt32(22, true))]), animated: false };
  if (text(4, 4) === "ftyp") {
    const brand = text(8, 4);
    const kind = /^avi[fs]$/.test(brand) ? "avif" : /^(hei|hev|mif|msf)/.test(brand) ? "heic" : null;
    return kind && { kind, size: spatialExtent(view), animated: brand === "avis" || brand === "hevc" };
  }
  return null;
}

function webp(bytes: Uint8Array, view: DataView, chunk: string, sized: (least: number, size: () => [number, number]) => [number, number] | null): Header {
  const three = (at: number): number => (view.getUint16(at, true) | (view.getUint8(at + 2) << 16)) + 1;
  switch (chunk) {
    case "VP8X":
      return { kind: "webp", size: sized(30, () => [three(24), three(27)]), animated: ((bytes[20] ?? 0) & 2) !== 0 };
    case "VP8L":
      return {
        kind: "webp",
        size: sized(25, () => {
          const packed = view.getUint32(21, true);
          return [(packed & 0x3fff) + 1, ((packed >>> 14) & 0x3fff) + 1];
        }),
        animated: false,
      };
    default:
      return { kind: "webp", size: sized(30, () => [view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff]), animated: false };
  }
}

/** From the first frame header, past thumbnails and color profiles. */
function jpegSize(view: DataView): [number, number] | null {
  let at = 2;
  while (at + 9 < view.byteLength) {
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return [view.getUint16(at + 7), view.getUint16(at + 5)];
    at += 2 + Math.max(2, view.getUint16(at + 2));
  }
  return null;
}

/** The largest `ispe` box of an AVIF or HEIC file: its parts have such boxes, too. */
function spatialExtent(view: DataView): [number, number] | null {
  let largest: [number, number] | null = null;
  for (let at = 0; at + 16 <= view.byteLength; at += 1) {
    if (view.getUint32(at) !== 0x69_73_70_65) continue;
    const [width, height] = [view.getUint32(at + 8), view.getUint32(at + 12)];
    if (!largest || width * height > largest[0] * largest[1]) largest = [width, height];
  }
  return largest;
}
