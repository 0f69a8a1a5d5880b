// A peer that trains the Lab's network in a worker of its own: a classic one, because peers exist only as scripts.
//
// A peer's file under time-to-99/ gives `open({ setup, seed, steps })`, which answers `{ batch, train(inputs, labels, step), answer(inputs, count), note }`:
// `train` takes one batch, `answer` gives the digits that it reads. What it costs to lay out a batch is counted, reading the test set is not.
let images, labels, testImages, testLabels, peer, order, step, seconds;

const PIXELS = 784;
const ONCE = 1000;
/** A worker that never returns cannot be asked to stop: it looks at the clock itself. */
const now = () => performance.now() / 1000;

/** Numbers from 0 up to 1, the same ones for a seed (mulberry32). */
function random(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

function shuffled(count, seed) {
  const all = Uint32Array.from({ length: count }, (_, index) => index);
  const chance = random(seed);
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor(chance() * (last + 1));
    [all[last], all[other]] = [all[other], all[last]];
  }
  return all;
}

function rows(from, indices) {
  const inputs = new Float32Array(indices.length * PIXELS);
  indices.forEach((index, row) => {
    for (let i = 0; i < PIXELS; i++) inputs[row * PIXELS + i] = from[index * PIXELS + i] / 255;
  });
  return inputs;
}

const answers = {
  async open({ name, setup, seed, files }) {
    [images, labels, testImages, testLabels] = files.map((file, index) => file.subarray(index % 2 ? 8 : 16));
    const { default: open } = await import(`./time-to-99/${name}.js`);
    peer = await open({ setup, seed, steps: (batch) => Math.floor(labels.length / batch), random: random(seed) });
    [step, seconds, order] = [0, 0, null];
    // Compiled and warm, on weights that are then thrown away.
    if (peer.warm) peer.warm(rows(images, [...Array(peer.batch).keys()]), labels.slice(0, peer.batch));
    return { batch: peer.batch, steps: Math.floor(labels.length / peer.batch), note: peer.note };
  },
  /** Trains until so many steps are done, or so many seconds are spent. */
  train({ seed, steps, cap }) {
    const begun = now();
    const each = Math.floor(labels.length / peer.batch);
    while (step < steps && seconds + (now() - begun) < cap) {
      if (step % each === 0 || !order) order = shuffled(labels.length, seed + Math.floor(step / each));
      const at = (step % each) * peer.batch;
      const indices = [...order.subarray(at, at + peer.batch)];
      peer.train(rows(images, indices), Uint8Array.from(indices, (index) => labels[index]), step++);
    }
    seconds += now() - begun;
    return { step, seconds };
  },
  test() {
    let right = 0;
    for (let at = 0; at < testLabels.length; at += ONCE) {
      const found = peer.answer(rows(testImages, Array.from({ length: ONCE }, (_, i) => at + i)), ONCE);
      for (let i = 0; i < ONCE; i++) right += Number(found[i] === testLabels[at + i]);
    }
    return right / testLabels.length;
  },
};

onmessage = async ({ data: { id, ask, ...rest } }) => {
  try {
    postMessage({ id, value: await answers[ask](rest) });
  } catch (error) {
    postMessage({ id, error: String(error?.stack ?? error) });
  }
};
