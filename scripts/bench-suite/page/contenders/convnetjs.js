// ConvNetJS: plain JavaScript in double precision. It has no Adam; C is trained by its momentum, which costs less.
import { split } from "../data.js";

export default async function convnet() {
  self.window = self;
  importScripts("/peers/convnetjs/build/convnet-min.js");
  const { Net, Trainer, Vol } = self.convnetjs;
  return {
    open({ name, spec, batch }, { params }) {
      const [height, width, channels] = spec.input;
      const defs = [{ type: "input", out_sx: width, out_sy: height, out_depth: channels }];
      const regression = spec.loss === "squared-error";
      spec.layers.forEach((layer, index) => {
        const last = index === spec.layers.length - 1;
        if (layer.type === "conv") {
          defs.push({ type: "conv", sx: layer.kernel, filters: layer.filters, stride: 1, pad: (layer.kernel - 1) / 2, activation: layer.activation });
        } else if (layer.type === "maxpool") {
          defs.push({ type: "pool", sx: layer.size, stride: layer.size });
        } else if (last && !regression) {
          defs.push({ type: "softmax", num_classes: layer.units });
        } else {
          defs.push({ type: "fc", num_neurons: layer.units, activation: layer.activation });
        }
      });
      // Its regression layer brings a dense layer of its own; ours has to come before it with its sigmoid.
      const net = new Net();
      net.makeLayers(regression ? [...defs, { type: "regression", num_neurons: 10 }] : defs);
      const weighted = net.layers.filter(({ filters }) => filters);
      if (regression) removeExtraDense(net, weighted);
      split(spec, params[name]).forEach(({ weights, bias, fanIn, out }, i) => {
        const { filters, biases } = weighted[i];
        for (let o = 0; o < out; o++) {
          for (let k = 0; k < fanIn; k++) filters[o].w[k] = weights[k * out + o];
          biases.w[o] = bias[o];
        }
      });
      const trainer = new Trainer(net, {
        method: "sgd", learning_rate: spec.optimizer.learningRate, momentum: spec.optimizer.type === "adam" ? 0.9 : 0, batch_size: batch, l2_decay: 0,
      });
      const size = height * width * channels;
      const volume = new Vol(width, height, channels, 0);
      const target = new Array(10).fill(0);
      return {
        notes: spec.optimizer.type === "adam" ? "has no Adam: descent with momentum" : undefined,
        predict(input) {
          volume.w.set(input);
          return net.forward(volume).w;
        },
        train(inputs, labels) {
          let loss = 0;
          for (let i = 0; i < labels.length; i++) {
            volume.w.set(inputs.subarray(i * size, (i + 1) * size));
            if (regression) target.fill(0)[labels[i]] = 1;
            loss += trainer.train(volume, regression ? target : labels[i]).loss;
          }
          // Its regression counts twice the square of each error, ours half of it.
          return loss / labels.length / (regression ? 4 : 1);
        },
      };
    },
  };
}

function removeExtraDense(net, weighted) {
  const extra = weighted.pop();
  net.layers.splice(net.layers.indexOf(extra), 1);
}
