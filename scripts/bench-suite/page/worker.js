// A contender's worker. A classic one, because some peers exist only as scripts; contenders themselves are modules.
//
// Answers { op: "start" | "check" | "time" } with an object, which has `error` where it failed.
let contender, data;

onmessage = async ({ data: message }) => {
  try {
    postMessage(await handlers[message.op](message));
  } catch (error) {
    postMessage({ error: String(error?.message ?? error) });
  }
};

const handlers = {
  async start({ contender: file, options }) {
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

  /** Does it again and again for about `ms` and returns how often it did and how long that took. */
  async time({ work, what, ms }) {
    const { repeat } = await import("./timing.js");
    // Fresh weights each time: a network that has learnt all there is trains on denormal numbers, which are slow.
    const net = await contender.open(work, data);
    try {
      const run = net[what];
      if (!run) return { error: `has no ${what}` };
      if (work.batch === undefined) return await repeat((times) => run(times), ms, false);
      const { batches, rows } = data.feed(work);
      let turn = 0;
      const one = what === "predict"
        ? () => run(rows[turn++ % rows.length])
        : () => { const { inputs, labels } = batches[turn++ % batches.length]; return run(inputs, labels, false); };
      const some = net.async
        ? async (times) => { for (let i = 0; i < times; i++) await one(); }
        : (times) => { for (let i = 0; i < times; i++) one(); };
      await some(3);
      return await repeat(some, ms, net.async);
    } finally {
      net.free?.();
    }
  },

  /** Something else that only this contender can do. */
  async special({ name, ...rest }) {
    return contender[name](rest, data);
  },
};
