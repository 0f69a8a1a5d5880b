// ONNX Runtime Web, its WebAssembly build, one thread. It cannot train in a browser.
export default async function ort() {
  const root = "/peers/onnxruntime-web/dist/";
  const { env, InferenceSession, Tensor } = await import(`${root}ort.wasm.min.mjs`);
  env.wasm.numThreads = 1;
  env.wasm.wasmPaths = root;
  const sessions = {};
  return {
    async open({ name, spec }) {
      sessions[name] ??= await InferenceSession.create(`/data/${name}.onnx`, { executionProviders: ["wasm"] });
      const session = sessions[name];
      const shape = spec.input[0] === 1 ? [1, spec.input[2]] : [1, spec.input[2], spec.input[0], spec.input[1]];
      return {
        async: true,
        predict: async (input) => (await session.run({ input: new Tensor("float32", input, shape) })).output.data,
      };
    },
  };
}
