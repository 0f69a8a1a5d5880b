// Trazo: the package for other people's pages, one of its two builds.
export default async function trazo({ build }) {
  const { default: init, Network } = await import(`/trazo/${build}/trazo_web.js`);
  await init();
  const file = async (path) => new Uint8Array(await (await fetch(path)).arrayBuffer());
  return {
    async open({ spec, seed, model }) {
      const network = model ? Network.load(await file(`/trazo/${build}/${model}`)) : Network.build(spec, seed);
      return {
        predict: (input) => network.predict(input),
        // A network that is opened to be read with is not trained.
        train: model ? undefined : (inputs, labels) => network.trainBatch(inputs, labels),
        free: () => network.free(),
      };
    },
    /** The network as a file, for the cold start. */
    file({ work: { spec, seed } }) {
      const network = Network.build(spec, seed);
      return { bytes: Array.from(network.save()) };
    },
    async mnist(message) {
      return (await import("../mnist.js")).learn(Network, message);
    },
  };
}
