// What all contenders are given: the same ink, the same labels, the same weights to start with.
import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { ONE_THREAD } from "./native.mjs";

/** Seed of the weights and of the ink; how many samples; how long the check trains on its batch. */
export const SEED = 1, SAMPLES = 1024, CHECK_SAMPLES = 8, CHECK_STEPS = 20;

const raw = (array) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

/** The pictures with the other planes of a network that is told where ink comes from and which way the pen went: 0, as of a pen of which nobody knows that. */
function marked(pictures) {
  const planes = new Float32Array(4 * pictures.length);
  pictures.forEach((pixel, i) => { planes[4 * i] = pixel; });
  return planes;
}

/** Writes all of it to `folder`, and what NumPy makes of it: `expected.json` and the ONNX models. */
export async function prepare({ works, kernels, pretrained, python, suite, folder }) {
  await mkdir(folder, { recursive: true });
  const { initSync, digits, initialParameters, modelParameters } = await import(pathToFileURL(join(kernels, "simd", "kernels.js")));
  initSync({ module: await readFile(join(kernels, "simd", "kernels_bg.wasm")) });
  const ink = digits(SEED, SAMPLES);
  const save = (name, array) => writeFile(join(folder, name), raw(array));
  await save("pictures.f32", ink.pictures);
  await save("marked.f32", marked(ink.pictures));
  await save("bits.f32", ink.bits);
  await save("labels.u8", ink.labels);
  for (const { name, spec, model } of Object.values(works)) {
    await save(`${name}.params.f32`, model ? modelParameters(await readFile(join(pretrained, model))) : initialParameters(spec, SEED));
  }
  await writeFile(join(folder, "works.json"), JSON.stringify(works));
  const reference = [join(suite, "native", "reference.py"), folder, String(CHECK_SAMPLES), String(CHECK_STEPS)];
  await promisify(execFile)(python, reference, { env: { ...process.env, ...ONE_THREAD } });
  const share = (pixels) => pixels.filter((pixel) => pixel > 0).length / pixels.length;
  return {
    expected: JSON.parse(await readFile(join(folder, "expected.json"), "utf8")),
    ink: { pictures: share(ink.pictures), bits: share(ink.bits) },
  };
}
