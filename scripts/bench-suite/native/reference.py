"""The reference: NumPy in double precision, written for reading and not for speed, and independent of Trazo.

Usage: reference.py FOLDER SAMPLES STEPS

Writes FOLDER/expected.json, per work the answers to the first SAMPLES samples and the losses of STEPS steps of training
on the first batch again and again; and FOLDER/<work>.onnx for ONNX Runtime.
"""

import json
import sys

import numpy as np
from nets import Data, cut, one_hot


def columns(x, side):
    """Every pixel's neighbourhood, zeros beyond the edge: [batch, h, w, c] to [batch, h, w, side * side * c]."""
    _, height, width, _ = x.shape
    edge = side // 2
    padded = np.pad(x, ((0, 0), (edge, edge), (edge, edge), (0, 0)))
    taps = [padded[:, dy : dy + height, dx : dx + width] for dy in range(side) for dx in range(side)]
    return np.concatenate(taps, axis=3)


def neighbourhoods(x, layer):
    """Those of the pixels that the convolution has an output for."""
    edge, taps = cut(layer), columns(x, layer["kernel"])
    return taps[:, edge : taps.shape[1] - edge, edge : taps.shape[2] - edge]


def columns_back(d, side, channels):
    batch, height, width, _ = d.shape
    edge = side // 2
    padded = np.zeros((batch, height + 2 * edge, width + 2 * edge, channels))
    for tap in range(side * side):
        dy, dx = divmod(tap, side)
        padded[:, dy : dy + height, dx : dx + width] += d[..., tap * channels : (tap + 1) * channels]
    return padded[:, edge : edge + height, edge : edge + width]


ACTIVATE = {"relu": lambda z: np.maximum(z, 0), "sigmoid": lambda z: 1 / (1 + np.exp(-z)), "softmax": lambda z: z}
DERIVE = {"relu": lambda a: a > 0, "sigmoid": lambda a: a * (1 - a), "softmax": lambda a: 1.0}


def forward(spec, parts, x):
    """The outputs (before the softmax), and what the way back needs."""
    memory, part = [], iter(parts)
    for layer in spec["layers"]:
        if layer["type"] == "maxpool":
            batch, height, width, channels = x.shape
            size = layer["size"]
            windows = x.reshape(batch, height // size, size, width // size, size, channels).swapaxes(2, 3)
            windows = windows.reshape(batch, height // size, width // size, size * size, channels)
            y = windows.max(axis=3)
            memory.append((layer, windows, y, None))
        else:
            weights, bias = next(part)
            shape = x.shape
            flat = neighbourhoods(x, layer) if layer["type"] == "conv" else x.reshape(len(x), -1)
            y = ACTIVATE[layer["activation"]](flat @ weights.reshape(-1, len(bias)) + bias)
            memory.append((layer, flat, y, (weights, shape)))
        x = y
    return x, memory


def backward(memory, d):
    gradients = []
    for layer, x, y, rest in reversed(memory):
        if layer["type"] == "maxpool":
            # To the first of the largest: on blank paper all of a window are equal.
            batch, height, width, _, channels = x.shape
            size = layer["size"]
            taken = np.arange(size * size)[:, None] == x.argmax(axis=3)[:, :, :, None]
            d = (taken * d[:, :, :, None]).reshape(batch, height, width, size, size, channels)
            d = d.swapaxes(2, 3).reshape(batch, height * size, width * size, channels)
            continue
        weights, shape = rest
        d = d * DERIVE[layer["activation"]](y)
        flat = weights.reshape(-1, weights.shape[-1])
        rows = d.reshape(-1, d.shape[-1])
        gradients.append(rows.sum(axis=0))
        gradients.append((x.reshape(len(rows), -1).T @ rows).reshape(weights.shape))
        back = d @ flat.T
        d = columns_back(back, layer["kernel"], shape[3]) if layer["type"] == "conv" else back.reshape(shape)
    return gradients[::-1]


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def loss_and_error(spec, z, y):
    if spec["loss"] == "cross-entropy":
        p = softmax(z)
        return -np.log((p * y).sum(axis=1)).mean(), (p - y) / len(y)
    return 0.5 * ((z - y) ** 2).sum(axis=1).mean(), (z - y) / len(y)


def train(work, parts, x, y, steps):
    spec, losses = work["spec"], []
    params = [array for part in parts for array in part]
    first, second = [np.zeros_like(p) for p in params], [np.zeros_like(p) for p in params]
    setting = spec["optimizer"]
    for step in range(1, steps + 1):
        z, memory = forward(spec, parts, x)
        loss, error = loss_and_error(spec, z, y)
        losses.append(loss)
        for p, g, m, v in zip(params, backward(memory, error), first, second):
            if setting["type"] == "sgd":
                p -= setting["learningRate"] * g
                continue
            # Kingma and Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, algorithm 1.
            m += (1 - setting["beta1"]) * (g - m)
            v += (1 - setting["beta2"]) * (g * g - v)
            size = np.sqrt(v / (1 - setting["beta2"] ** step)) + setting["epsilon"]
            p -= setting["learningRate"] * m / (1 - setting["beta1"] ** step) / size
    return losses


def onnx_model(work, parts):
    from onnx import TensorProto, checker, helper, numpy_helper

    spec, nodes, initializers, part = work["spec"], [], [], iter(parts)
    height, width, channels = spec["input"]
    picture = height > 1
    shape = [1, channels, height, width] if picture else [1, channels]
    last, flattened = "input", not picture

    def constant(name, array):
        initializers.append(numpy_helper.from_array(np.ascontiguousarray(array, np.float32), name))
        return name

    def node(kind, inputs, **settings):
        nonlocal last
        output = f"{kind.lower()}{len(nodes)}"
        nodes.append(helper.make_node(kind, inputs, [output], **settings))
        last = output

    for index, layer in enumerate(spec["layers"]):
        if layer["type"] == "maxpool":
            node("MaxPool", [last], kernel_shape=[layer["size"]] * 2, strides=[layer["size"]] * 2)
            height, width = height // layer["size"], width // layer["size"]
            continue
        weights, bias = next(part)
        names = lambda w: [last, constant(f"w{index}", w), constant(f"b{index}", bias)]
        if layer["type"] == "conv":
            edge = layer["kernel"] // 2 - cut(layer)
            height, width = height - 2 * cut(layer), width - 2 * cut(layer)
            node("Conv", names(weights.transpose(3, 2, 0, 1)), kernel_shape=[layer["kernel"]] * 2, pads=[edge] * 4)
            channels = layer["filters"]
        else:
            if not flattened:
                # ONNX has channels first, so its rows come in another order.
                weights = weights.reshape(height, width, channels, -1).transpose(2, 0, 1, 3).reshape(weights.shape)
                node("Flatten", [last])
                flattened = True
            node("Gemm", names(weights))
        if layer["activation"] != "linear":
            node({"relu": "Relu", "sigmoid": "Sigmoid", "softmax": "Softmax"}[layer["activation"]], [last])
    nodes[-1].output[0] = "output"
    graph = helper.make_graph(
        nodes,
        work["name"],
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, 10])],
        initializers,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    checker.check_model(model)
    return model.SerializeToString()


def main(folder, samples, steps):
    data, expected = Data(folder), {}
    for name, work in data.works.items():
        parts = data.parts(work, np.float64)
        (data.folder / f"{name}.onnx").write_bytes(onnx_model(work, parts))
        answers, _ = forward(work["spec"], parts, data.inputs(work)[:samples].astype(np.float64))
        if work["spec"]["loss"] == "cross-entropy":
            answers = softmax(answers)
        inputs, labels = data.batches(work)[0]
        # A work without an optimiser is only asked, not trained.
        taught = "optimizer" in work["spec"]
        losses = train(work, parts, inputs.astype(np.float64), one_hot(labels, np.float64), steps) if taught else []
        expected[name] = {"predictions": answers.ravel().tolist(), "losses": losses}
    (data.folder / "expected.json").write_text(json.dumps(expected))


main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
