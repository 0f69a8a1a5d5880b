// Ink, labels and the weights that everybody starts with: see lib/data.mjs, which writes them.

const bytes = async (name) => {
  const response = await fetch(`/data/${name}`);
  if (!response.ok) throw new Error(`${name} answered ${response.status}`);
  return response.arrayBuffer();
};
const floats = async (name) => new Float32Array(await bytes(name));

export async function load() {
  const works = await (await fetch("/data/works.json")).json();
  const params = {};
  for (const name of Object.keys(works)) params[name] = await floats(`${name}.params.f32`);
  const inputs = { pictures: await floats("pictures.f32"), marked: await floats("marked.f32"), bits: await floats("bits.f32") };
  const labels = new Uint8Array(await bytes("labels.u8"));
  const fed = new Map();
  return {
    params,
    /** The samples one by one, and in batches. */
    feed({ name, spec, batch, data }) {
      if (fed.has(name)) return fed.get(name);
      const size = spec.input.reduce((a, b) => a * b);
      const rows = Array.from(labels, (_, i) => inputs[data].slice(i * size, (i + 1) * size));
      const batches = [];
      for (let i = 0; i + batch <= labels.length; i += batch) {
        batches.push({ inputs: inputs[data].slice(i * size, (i + batch) * size), labels: labels.slice(i, i + batch) });
      }
      fed.set(name, { rows, batches });
      return { rows, batches };
    },
  };
}

/**
 * The flat parameters, layer by layer: `[{ layer, weights, bias, inShape }]` for layers that have some.
 * Weights are `[in, out]` or `[kernel, kernel, in, out]`.
 */
export function split(spec, flat) {
  let [height, width, channels] = spec.input, at = 0;
  const take = (count) => flat.slice(at, (at += count));
  const parts = [];
  for (const layer of spec.layers) {
    const inShape = [height, width, channels];
    if (layer.type === "maxpool") {
      height = Math.floor(height / layer.size);
      width = Math.floor(width / layer.size);
      continue;
    }
    const fanIn = layer.type === "conv" ? layer.kernel ** 2 * channels : height * width * channels;
    const out = layer.filters ?? layer.units;
    parts.push({ layer, inShape, fanIn, out, weights: take(fanIn * out), bias: take(out) });
    if (layer.type === "dense") [height, width] = [1, 1];
    channels = out;
  }
  return parts;
}

export function oneHot(labels, classes) {
  const rows = new Float32Array(labels.length * classes);
  labels.forEach((label, i) => { rows[i * classes + label] = 1; });
  return rows;
}
