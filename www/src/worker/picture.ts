/** A picture file to pixels: decoded, turned as its camera says and scaled down in the worker, so that the page goes on. */
import { Failure } from "./failure";

/** Longer side of what is read: a digit of a page of five lines has some hundred pixels. */
const MOST = 1600;

export interface Pixels {
  width: number;
  height: number;
  rgba: Uint8Array;
  picture: ImageBitmap;
}

export async function decode(file: Blob): Promise<Pixels> {
  if (typeof OffscreenCanvas === "undefined") throw new Failure("picture-unsupported", "There is no OffscreenCanvas here.");
  let whole: ImageBitmap;
  try {
    whole = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch (error) {
    throw new Failure("picture-damaged", `The picture cannot be decoded: ${String(error)}`);
  }
  const scale = Math.min(1, MOST / Math.max(whole.width, whole.height));
  const width = Math.max(1, Math.round(whole.width * scale));
  const height = Math.max(1, Math.round(whole.height * scale));
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) {
    whole.close();
    throw new Failure("picture-unsupported", "A worker cannot draw here.");
  }
  context.imageSmoothingQuality = "high";
  context.drawImage(whole, 0, 0, width, height);
  whole.close();
  const { data } = context.getImageData(0, 0, width, height);
  return { width, height, rgba: new Uint8Array(data.buffer), picture: canvas.transferToImageBitmap() };
}
