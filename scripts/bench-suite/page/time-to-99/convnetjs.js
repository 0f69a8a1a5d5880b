// ConvNetJS: plain JavaScript in double precision. It has neither batch normalization nor Adam: the same convolutions, pools and softmax
// without the former, trained as its own demonstration on MNIST is (Adadelta, batches of 20, a little weight decay), epoch after epoch.
export default async function convnet({ setup, random }) {
  self.window = self;
  // Its random start, from a seed.
  Math.random = random;
  importScripts("/peers/convnetjs/build/convnet-min.js");
  const { Net, Trainer, Vol } = self.convnetjs;
  const { layers } = setup.network;
  const defs = [{ type: "input", out_sx: 28, out_sy: 28, out_depth: 1 }];
  for (const layer of layers) {
    if (layer.type === "conv") defs.push({ type: "conv", sx: layer.kernel, filters: layer.filters, stride: 1, pad: 0, activation: "relu" });
    else if (layer.type === "maxpool") defs.push({ type: "pool", sx: layer.size, stride: layer.size });
    else if (layer.type === "dense") defs.push({ type: "softmax", num_classes: layer.units });
  }
  const batch = 20;
  const net = new Net();
  net.makeLayers(defs);
  const trainer = new Trainer(net, { method: "adadelta", batch_size: batch, l2_decay: 0.001 });
  const volume = new Vol(28, 28, 1, 0);
  return {
    batch,
    note: "without batch normalization, Adadelta, batches of 20, as its own demonstration",
    train(inputs, labels) {
      for (let i = 0; i < labels.length; i++) {
        volume.w.set(inputs.subarray(i * 784, (i + 1) * 784));
        trainer.train(volume, labels[i]);
      }
    },
    answer: (inputs, count) => Array.from({ length: count }, (_, i) => {
      volume.w.set(inputs.subarray(i * 784, (i + 1) * 784));
      net.forward(volume);
      return net.getPrediction();
    }),
  };
}
