// TensorFlow.js with its WebAssembly backend, one thread, without its layers API, which only adds to the time.
import { oneHot, split } from "../data.js";

export default async function tfjs() {
  const root = "/peers/@tensorflow";
  importScripts(`${root}/tfjs/dist/tf.min.js`, `${root}/tfjs-backend-wasm/dist/tf-backend-wasm.min.js`);
  tf.wasm.setWasmPaths(`${root}/tfjs-backend-wasm/dist/`);
  tf.wasm.setThreadsCount(1);
  if (!(await tf.setBackend("wasm"))) throw new Error("TensorFlow.js did not start its WebAssembly backend");
  await tf.ready();

  return {
    open({ name, spec, batch }, { params }) {
      const parts = split(spec, params[name]).map(({ layer, inShape, fanIn, out, weights, bias }) => ({
        layer,
        weights: tf.variable(tf.tensor(weights, layer.type === "conv" ? [layer.kernel, layer.kernel, inShape[2], out] : [fanIn, out])),
        bias: tf.variable(tf.tensor1d(bias)),
      }));
      const loss = spec.loss === "cross-entropy"
        ? (z, y) => tf.losses.softmaxCrossEntropy(y, z)
        : (a, y) => tf.mul(0.5 / batch, tf.sum(tf.squaredDifference(a, y)));
      const { type, learningRate, beta1, beta2, epsilon } = spec.optimizer;
      const optimizer = type === "adam" ? tf.train.adam(learningRate, beta1, beta2, epsilon) : tf.train.sgd(learningRate);
      const shape = (rows) => (spec.input[0] === 1 ? [rows, spec.input[2]] : [rows, ...spec.input]);

      const free = () => {
        optimizer.dispose();
        for (const { weights, bias } of parts) { weights.dispose(); bias.dispose(); }
      };
      const step = (by) => (inputs, labels, wanted) => tf.tidy(() => {
        const x = tf.tensor(inputs, shape(labels.length));
        const y = tf.tensor2d(oneHot(labels, 10), [labels.length, 10]);
        const cost = optimizer.minimize(() => loss(forward(x, spec, parts, by), y), wanted);
        return wanted ? cost.dataSync()[0] : 0;
      });
      const predict = (input) => tf.tidy(() => {
        const z = forward(tf.tensor(input, shape(1)), spec, parts, fused);
        return (spec.loss === "cross-entropy" ? tf.softmax(z) : z).dataSync();
      });
      let train = step(plain), notes;
      if (spec.layers[0].type === "conv") {
        // Its own convolution cannot be trained: say so, and measure the way around it.
        try {
          train(new Float32Array(784), new Uint8Array(1), true);
        } catch (error) {
          notes = `its own convolution cannot be trained (${String(error.message).split("\n")[0].slice(0, 120)}); by im2col`;
          train = step(im2col);
        }
      }
      return { predict, train, notes, free };
    },

    /** The network as TensorFlow.js saves it, for the cold start. */
    async file({ work: { name, spec } }, { params }) {
      const model = tf.sequential();
      spec.layers.forEach((layer, index) => {
        const inputShape = index === 0 ? { inputShape: spec.input } : {};
        if (layer.type === "conv") {
          model.add(tf.layers.conv2d({ filters: layer.filters, kernelSize: layer.kernel, padding: layer.padding, activation: layer.activation, ...inputShape }));
        } else if (layer.type === "maxpool") {
          model.add(tf.layers.maxPooling2d({ poolSize: layer.size, strides: layer.size }));
        } else {
          if (model.outputs[0].shape.length > 2) model.add(tf.layers.flatten());
          model.add(tf.layers.dense({ units: layer.units, activation: layer.activation }));
        }
      });
      const parts = split(spec, params[name]);
      model.setWeights(parts.flatMap(({ weights, bias }, i) => {
        const shape = model.getWeights()[2 * i].shape;
        return [tf.tensor(weights, shape), tf.tensor1d(bias)];
      }));
      let saved;
      await model.save(tf.io.withSaveHandler(async (artifacts) => {
        saved = artifacts;
        return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: "JSON" } };
      }));
      const json = {
        format: saved.format, generatedBy: saved.generatedBy, convertedBy: null, modelTopology: saved.modelTopology,
        weightsManifest: [{ paths: ["C.weights.bin"], weights: saved.weightSpecs }],
      };
      return { json: JSON.stringify(json), bytes: Array.from(new Uint8Array(saved.weightData)) };
    },
  };
}

function forward(x, spec, parts, by) {
  let part = 0;
  for (const [index, layer] of spec.layers.entries()) {
    if (layer.type === "maxpool") {
      x = tf.maxPool(x, layer.size, layer.size, "valid");
      continue;
    }
    const { weights, bias } = parts[part++];
    const activation = index === spec.layers.length - 1 && layer.activation === "softmax" ? "linear" : layer.activation;
    if (layer.type === "dense" && x.rank > 2) x = x.reshape([x.shape[0], -1]);
    x = by[layer.type](x, weights, bias, activation, layer);
  }
  return x;
}

const activate = (x, activation) => (activation === "linear" ? x : tf[activation](x));
const fused = {
  conv: (x, filter, bias, activation, { padding }) => tf.fused.conv2d({ x, filter, strides: 1, pad: padding, bias, activation }),
  dense: (a, b, bias, activation) => tf.fused.matMul({ a, b, bias, activation }),
};
const plain = {
  conv: (x, filter, bias, activation, { padding }) => activate(tf.add(tf.conv2d(x, filter, 1, padding), bias), activation),
  dense: (a, b, bias, activation) => activate(tf.add(tf.matMul(a, b), bias), activation),
};
const im2col = {
  ...plain,
  conv(x, filter, bias, activation) {
    const [rows, height, width, channels] = x.shape;
    const [side, , , out] = filter.shape;
    const edge = (side - 1) / 2;
    const padded = tf.pad(x, [[0, 0], [edge, edge], [edge, edge], [0, 0]]);
    const taps = [];
    for (let dy = 0; dy < side; dy++) for (let dx = 0; dx < side; dx++) taps.push(tf.slice(padded, [0, dy, dx, 0], [rows, height, width, channels]));
    const columns = tf.reshape(tf.concat(taps, 3), [rows * height * width, side * side * channels]);
    const product = tf.add(tf.matMul(columns, tf.reshape(filter, [side * side * channels, out])), bias);
    return tf.reshape(activate(product, activation), [rows, height, width, out]);
  },
};
