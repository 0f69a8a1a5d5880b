// brain.js: plain JavaScript. One activation for all layers, no softmax, one sample at a time.
import { oneHot, split } from "../data.js";

export default async function brain() {
  self.window = self;
  importScripts("/peers/brain.js/browser.min.js");
  const { NeuralNetwork } = self.brain;
  return {
    open({ name, spec }, { params }) {
      if (spec.layers.some(({ type }) => type !== "dense")) throw new Error("has dense layers only");
      const parts = split(spec, params[name]);
      const activation = spec.layers[0].activation;
      const net = new NeuralNetwork({ hiddenLayers: [parts[0].out], activation });
      net.sizes = [parts[0].fanIn, ...parts.map(({ out }) => out)];
      net.initialize();
      // It refuses to be told that there is no momentum.
      Object.assign(net.trainOpts, { learningRate: spec.optimizer.learningRate, momentum: 0 });
      parts.forEach(({ weights, bias, fanIn, out }, i) => {
        for (let o = 0; o < out; o++) {
          net.biases[i + 1][o] = bias[o];
          for (let k = 0; k < fanIn; k++) net.weights[i + 1][o][k] = weights[k * out + o];
        }
      });
      const size = parts[0].fanIn;
      return {
        notes: spec.loss === "cross-entropy" ? "has no softmax: ReLU outputs, squared error, a step a sample" : undefined,
        predict: (input) => net.run(input),
        train(inputs, labels, wanted) {
          const targets = oneHot(labels, 10);
          let loss = 0;
          for (let i = 0; i < labels.length; i++) {
            const pattern = { input: inputs.subarray(i * size, (i + 1) * size), output: targets.subarray(i * 10, (i + 1) * 10) };
            // Its error is the mean of ten squares, ours half their sum.
            loss += 5 * net.trainPattern(pattern, wanted);
          }
          return loss / labels.length;
        },
      };
    },
  };
}
