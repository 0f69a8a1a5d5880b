// Trazo: the package for other people's pages, one of its two builds.
export default async function trazo({ build }) {
  const { default: init, Network } = await import(`/trazo/${build}/trazo_web.js`);
  await init();
  return {
    open({ spec, seed }) {
      const network = Network.build(spec, seed);
      return {
        predict: (input) => network.predict(input),
        train: (inputs, labels) => network.trainBatch(inputs, labels),
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
