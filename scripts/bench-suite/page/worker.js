// A contender's worker. A classic one, because some peers exist only as scripts; contenders themselves are modules.
//
// Answers { op: "start" | "check" | "open" | "run" | "close" | "special" } with an object, which has `error` where it failed.
let contender, data, opened, repeat;

onmessage = async ({ data: message }) => {
  try {
    postMessage(await handlers[message.op](message));
  } catch (error) {
    postMessage({ error: String(error?.message ?? error) });
  }
};

const handlers = {
  async start({ contender: file, options }) {
    ({ repeat } = await import("./timing.js"));
    data = await (await import("./data.js")).load();
    contender = await (await import(`./contenders/${file}.js`)).default(options);
    return { started: true };
  },

  /** What it answers with the weights that all start with, and its losses on one batch again and again. */
  async check({ work, samples, steps }) {
    const { batches, rows } = data.feed(work);
    const net = await contender.open(work, data);
    try {
      const predictions = [];
      if (net.predict) for (let i = 0; i < samples; i++) predictions.push(...(await net.predict(rows[i])));
      const losses = [];
      if (net.train) for (let i = 0; i < steps; i++) losses.push(await net.train(batches[0].inputs, batches[0].labels, true));
      return { predictions, losses, notes: net.notes };
    } finally {
      net.free?.();
    }
  },

  /**
   * Gets ready to do it again and again: apart from doing so, so that neither costs the other's time. The weights are
   * fresh each time: a network that has learnt all there is trains on denormal numbers, which are slow.
   */
  async open({ work, what }) {
    const net = await contender.open(work, data);
    const run = net[what];
    if (!run) throw new Error(`has no ${what}`);
    let some = run;
    if (work.spec) {
      const { batches, rows } = data.feed(work);
      let turn = 0;
      const one = what === "predict"
        ? () => run(rows[turn++ % rows.length])
        : () => { const { inputs, labels } = batches[turn++ % batches.length]; return run(inputs, labels, false); };
      some = net.async
        ? async (times) => { for (let i = 0; i < times; i++) await one(); }
        : (times) => { for (let i = 0; i < times; i++) one(); };
      await some(3);
    }
    opened = { net, some };
    return { flops: net.flops };
  },

  /** Does what was opened for about `ms` and returns how often that was and how long it took. */
  run: ({ ms }) => repeat(opened.some, ms, opened.net.async),

  async close() {
    opened?.net.free?.();
    opened = undefined;
    return {};
  },

  /** Something else that only this contender can do. */
  async special({ name, ...rest }) {
    return contender[name](rest, data);
  },
};
