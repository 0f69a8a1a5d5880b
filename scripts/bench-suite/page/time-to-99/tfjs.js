// TensorFlow.js, WebAssembly backend, one thread: the very recipe. Its own convolution and batch normalization cannot be trained in
// WebAssembly, so both are written with what can: im2col and a matrix multiply, mean and variance.
export default async function tfjs({ setup, seed, steps }) {
  const root = "/peers/@tensorflow";
  importScripts(`${root}/tfjs/dist/tf.min.js`, `${root}/tfjs-backend-wasm/dist/tf-backend-wasm.min.js`);
  tf.wasm.setWasmPaths(`${root}/tfjs-backend-wasm/dist/`);
  tf.wasm.setThreadsCount(1);
  if (!(await tf.setBackend("wasm"))) throw new Error("TensorFlow.js did not start its WebAssembly backend");
  await tf.ready();

  const { layers } = setup.network;
  const [EPSILON, MOMENTUM] = [1e-5, 0.9];
  const total = steps(setup.batch);
  let parts, optimizer;

  /** He's start before a ReLU, Xavier's before the softmax, as Trazo's. */
  function begin() {
    let [side, channels, chance] = [28, 1, seed];
    const uniform = (shape, limit) => tf.variable(tf.randomUniform(shape, -limit, limit, "float32", chance++));
    parts = layers.map((layer, index) => {
      if (layer.type === "conv") {
        const inputs = layer.kernel ** 2 * channels;
        const weights = uniform([inputs, layer.filters], Math.sqrt(6 / inputs));
        [side, channels] = [side - layer.kernel + 1, layer.filters];
        return { weights, bias: tf.variable(tf.zeros([channels])) };
      }
      if (layer.type === "batchnorm") {
        return { gamma: tf.variable(tf.ones([channels])), beta: tf.variable(tf.zeros([channels])), mean: tf.variable(tf.zeros([channels]), false), variance: tf.variable(tf.ones([channels]), false) };
      }
      if (layer.type === "maxpool") {
        side = Math.floor(side / layer.size);
        return {};
      }
      if (index !== layers.length - 1) throw new Error(`TensorFlow.js' part of this bench has no ${layer.type} here`);
      const inputs = side * side * channels;
      return { weights: uniform([inputs, layer.units], Math.sqrt(6 / (inputs + layer.units))), bias: tf.variable(tf.zeros([layer.units])) };
    });
    optimizer = tf.train.adam(setup.optimizer.learningRate);
  }

  function columns(x, kernel) {
    const [count, height, width, channels] = x.shape;
    const [h, w] = [height - kernel + 1, width - kernel + 1];
    const taps = [];
    for (let dy = 0; dy < kernel; dy++) for (let dx = 0; dx < kernel; dx++) taps.push(tf.slice(x, [0, dy, dx, 0], [count, h, w, channels]));
    return [tf.reshape(tf.concat(taps, 3), [count * h * w, kernel * kernel * channels]), [count, h, w]];
  }

  /** The running statistics are kept aside: what is written within a gradient is no business of it. */
  function forward(x, measured) {
    layers.forEach((layer, index) => {
      const part = parts[index];
      if (layer.type === "conv") {
        const [rows, shape] = columns(x, layer.kernel);
        x = tf.reshape(tf.add(tf.matMul(rows, part.weights), part.bias), [...shape, layer.filters]);
      } else if (layer.type === "batchnorm") {
        const { shape } = x;
        const flat = tf.reshape(x, [-1, shape[3]]);
        let [mean, variance] = [part.mean, part.variance];
        if (measured) {
          ({ mean, variance } = tf.moments(flat, 0));
          measured.push([part, tf.keep(mean.clone()), tf.keep(variance.clone())]);
        }
        const normal = tf.mul(tf.sub(flat, mean), tf.rsqrt(tf.add(variance, EPSILON)));
        x = tf.reshape(tf.relu(tf.add(tf.mul(normal, part.gamma), part.beta)), shape);
      } else if (layer.type === "maxpool") {
        x = tf.maxPool(x, layer.size, layer.size, "valid");
      } else {
        x = tf.add(tf.matMul(tf.reshape(x, [x.shape[0], -1]), part.weights), part.bias);
      }
    });
    return x;
  }

  function share(step) {
    const warm = Math.max(1, Math.floor(total * setup.schedule.warmUp));
    return step < warm ? (step + 1) / warm : 1 - (step - warm) / (total - warm);
  }

  const trainable = () => parts.flatMap(({ weights, bias, gamma, beta }) => [weights, bias, gamma, beta].filter(Boolean));
  function train(inputs, labels, step) {
    optimizer.learningRate = setup.optimizer.learningRate * share(step);
    const measured = [];
    tf.tidy(() => {
      const x = tf.tensor(inputs, [labels.length, 28, 28, 1]);
      const y = tf.oneHot(tf.tensor1d(labels, "int32"), 10);
      optimizer.minimize(() => tf.losses.softmaxCrossEntropy(y, forward(x, measured)), false, trainable());
      for (const [part, mean, variance] of measured) {
        part.mean.assign(tf.add(tf.mul(part.mean, MOMENTUM), tf.mul(mean, 1 - MOMENTUM)));
        part.variance.assign(tf.add(tf.mul(part.variance, MOMENTUM), tf.mul(variance, 1 - MOMENTUM)));
      }
    });
    for (const [, mean, variance] of measured) tf.dispose([mean, variance]);
  }

  begin();
  return {
    batch: setup.batch,
    note: "its convolution by im2col",
    train,
    warm(inputs, labels) {
      for (let i = 0; i < 3; i++) train(inputs, labels, 0);
      optimizer.dispose();
      tf.dispose(parts.flatMap(Object.values));
      begin();
    },
    answer: (inputs, count) => tf.tidy(() => [...tf.argMax(forward(tf.tensor(inputs, [count, 28, 28, 1]), null), 1).dataSync()]),
  };
}
