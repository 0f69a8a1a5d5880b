// A worker of a run of the Lab: like the site's own (www/src/worker/lab-parts.ts), without a page that asks.
//
// Parts with even numbers are the first worker's, those with odd ones the second's; both take all of them in their order.
let wasm, run, first, count, other;
let next = 0;
const theirs = [];
const channel = new MessageChannel();
let awake = false;
/** It rests when so many steps are done. */
let until = Number.POSITIVE_INFINITY;

/** Between two batches, at the step that it was to go to: both workers come to it by themselves. */
const rests = () => run.step >= until && !run.looking && run.taken === 0 && next === first;

/** Computes a part, or takes one; false where the other worker's is not there yet, or the run is over. */
function work() {
  if (run.parts === 0 || rests()) return false;
  if (count === 1) {
    run.advance();
    return true;
  }
  if (next < run.parts) {
    const part = run.compute(next);
    next += 2;
    other.postMessage(part, [part.buffer]);
    return true;
  }
  let event;
  if (run.taken % 2 === first) event = run.takeOwn();
  else {
    const part = theirs.shift();
    if (!part) return false;
    event = run.take(part);
  }
  if (event !== 0) next = first;
  return true;
}

/** For 8 ms at most, as the site does. */
function slice() {
  const end = performance.now() + 8;
  while (work()) {
    if (performance.now() >= end) {
      if (!awake) {
        awake = true;
        channel.port2.postMessage(null);
      }
      return;
    }
  }
  if (run.parts === 0 || rests()) over();
}

let over = () => {};
channel.port1.onmessage = () => {
  awake = false;
  slice();
};

const answers = {
  async load({ build, workers, place }) {
    wasm = await import(`/trazo/${build}/trazo_web.js`);
    await wasm.default();
    [count, first] = [workers, place];
  },
  connect({ port }) {
    other = port;
    port.onmessage = ({ data }) => {
      theirs.push(data);
      if (run && !awake) slice();
    };
  },
  digits: ({ setup, files }) => wasm.labFiles(setup, ...files),
  hold({ setup, digits }) {
    run?.free();
    run = new wasm.LabRun(setup, digits);
    theirs.length = 0;
    next = first;
  },
  train: ({ steps = Number.POSITIVE_INFINITY }) =>
    new Promise((resolve) => {
      until = steps;
      const begun = performance.now();
      over = () => resolve((performance.now() - begun) / 1000);
      slice();
    }),
  test() {
    run.readStart(true);
    while (run.readAdvance());
    return run.tested();
  },
};

onmessage = async ({ data: { id, ask, ...rest } }) => {
  try {
    postMessage({ id, value: await answers[ask](rest) });
  } catch (error) {
    postMessage({ id, error: String(error) });
  }
};
