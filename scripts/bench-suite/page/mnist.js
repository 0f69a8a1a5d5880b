// Trains C on MNIST until it reads `goal` of the test set, and looks at the test set for nothing but that.

const EVERY = 15_000, TOGETHER = 500;

const bytes = async (name) => new Uint8Array(await (await fetch(`/data/mnist.${name}.u8`)).arrayBuffer());

/** A small generator (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014). */
function random(seed) {
  let state = BigInt(seed);
  return (below) => {
    state = BigInt.asUintN(64, state + 0x9e3779b97f4a7c15n);
    let z = state;
    z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
    z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
    return Number((z ^ (z >> 31n)) >> 11n) % below;
  };
}

export async function learn(Network, { work: { spec, batch, seed }, goal, epochs }) {
  const [images, labels, testImages, testLabels] = await Promise.all(["train.images", "train.labels", "test.images", "test.labels"].map(bytes));
  const tests = Float32Array.from(testImages, (pixel) => pixel / 255);
  const order = Uint32Array.from(labels, (_, i) => i);
  const below = random(seed);
  const inputs = new Float32Array(batch * 784), wanted = new Uint8Array(batch);
  const start = performance.now();
  const network = Network.build(spec, seed);
  const curve = [];
  let samples = 0, next = EVERY;
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (let i = order.length - 1; i > 0; i--) {
      const j = below(i + 1);
      [order[i], order[j]] = [order[j], order[i]];
    }
    for (let first = 0; first + batch <= order.length; first += batch) {
      for (let row = 0; row < batch; row++) {
        const at = order[first + row] * 784;
        wanted[row] = labels[order[first + row]];
        for (let i = 0; i < 784; i++) inputs[row * 784 + i] = images[at + i] / 255;
      }
      network.trainBatch(inputs, wanted);
      samples += batch;
      if (samples < next) continue;
      next += EVERY;
      const accuracy = score(network, tests, testLabels);
      const seconds = (performance.now() - start) / 1000;
      curve.push({ seconds, samples, accuracy });
      if (accuracy >= goal) return { seconds, samples, goal, curve };
    }
  }
  return { seconds: null, goal, curve };
}

function score(network, inputs, labels) {
  let right = 0;
  for (let first = 0; first < labels.length; first += TOGETHER) {
    const answers = network.predict(inputs.subarray(first * 784, (first + TOGETHER) * 784));
    for (let row = 0; row < TOGETHER; row++) {
      let best = 0;
      for (let digit = 1; digit < 10; digit++) if (answers[row * 10 + digit] > answers[row * 10 + best]) best = digit;
      if (best === labels[first + row]) right++;
    }
  }
  return right / labels.length;
}
