#!/usr/bin/env python3
"""Makes reference.json: networks worked out by NumPy in float64, by someone who has not read the Rust.

    python3 -m venv venv && venv/bin/pip install numpy && venv/bin/python make.py

Everything is written out in the formulas of the papers (einsum, no clever layout), so that it shares
no mistake with the code that it checks. Numbers come from NumPy's PCG64 with fixed seeds.
"""

import json
import pathlib

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


ACTIVATIONS = {
    "linear": (lambda z: z, lambda a: np.ones_like(a)),
    "relu": (lambda z: np.maximum(z, 0), lambda a: (a > 0).astype(float)),
    "sigmoid": (sigmoid, lambda a: a * (1 - a)),
}


class Dense:
    def __init__(self, rng, x_shape, units, activation):
        self.activation = activation
        n = int(np.prod(x_shape))
        self.params = [rng.normal(size=(n, units)) / np.sqrt(n), rng.normal(size=units) / 4]
        self.spec = {"type": "dense", "units": units, "activation": activation}
        self.out_shape = (1, 1, units)

    def forward(self, x):
        self.x = x.reshape(len(x), -1)
        self.shape = x.shape
        w, b = self.params
        self.a = ACTIVATIONS[self.activation][0](self.x @ w + b)
        return self.a.reshape(len(x), 1, 1, -1)

    def backward(self, delta):
        delta = delta.reshape(self.a.shape) * ACTIVATIONS[self.activation][1](self.a)
        self.gradients = [np.einsum("ni,nj->ij", self.x, delta), delta.sum(axis=0)]
        return (delta @ self.params[0].T).reshape(self.shape)


class Conv:
    def __init__(self, rng, x_shape, filters, kernel, padding, activation):
        self.activation, self.kernel = activation, kernel
        self.margin = (kernel - 1) // 2 if padding == "same" else 0
        height, width, channels = x_shape
        shape = (kernel, kernel, channels, filters)
        n = kernel * kernel * channels
        self.params = [rng.normal(size=shape) / np.sqrt(n), rng.normal(size=filters) / 4]
        self.spec = {
            "type": "conv",
            "filters": filters,
            "kernel": kernel,
            "padding": padding,
            "activation": activation,
        }
        shrink = kernel - 1 - 2 * self.margin
        self.out_shape = (height - shrink, width - shrink, filters)

    def windows(self, x):
        """[batch, height, width, channels, ky, kx]"""
        m = self.margin
        padded = np.pad(x, ((0, 0), (m, m), (m, m), (0, 0)))
        return np.lib.stride_tricks.sliding_window_view(
            padded, (self.kernel, self.kernel), axis=(1, 2)
        )

    def forward(self, x):
        self.x = x
        w, b = self.params
        z = np.einsum("nhwcyx,yxcf->nhwf", self.windows(x), w) + b
        self.a = ACTIVATIONS[self.activation][0](z)
        return self.a

    def backward(self, delta):
        delta = delta * ACTIVATIONS[self.activation][1](self.a)
        self.gradients = [
            np.einsum("nhwcyx,nhwf->yxcf", self.windows(self.x), delta),
            delta.sum(axis=(0, 1, 2)),
        ]
        m, (_, height, width, _) = self.margin, self.x.shape
        padded = np.zeros((len(delta), height + 2 * m, width + 2 * m, self.x.shape[3]))
        # Every output hands its gradient to the window it was made from.
        for y in range(delta.shape[1]):
            for x in range(delta.shape[2]):
                window = padded[:, y : y + self.kernel, x : x + self.kernel]
                window += np.einsum("nf,yxcf->nyxc", delta[:, y, x], self.params[0])
        return padded[:, m : m + height, m : m + width]


class MaxPool:
    params, gradients = [], []

    def __init__(self, rng, x_shape, size):
        self.size = size
        self.spec = {"type": "maxpool", "size": size}
        self.out_shape = (x_shape[0] // size, x_shape[1] // size, x_shape[2])

    def forward(self, x):
        self.x = x
        s, (height, width, _) = self.size, self.out_shape
        cut = x[:, : height * s, : width * s]
        return cut.reshape(len(x), height, s, width, s, -1).max(axis=(2, 4))

    def backward(self, delta):
        result, s = np.zeros_like(self.x), self.size
        for n, y, x, c in np.ndindex(delta.shape):
            window = self.x[n, y * s : (y + 1) * s, x * s : (x + 1) * s, c]
            dy, dx = np.unravel_index(window.argmax(), window.shape)
            result[n, y * s + dy, x * s + dx, c] = delta[n, y, x, c]
        return result


class BatchNorm:
    def __init__(self, rng, x_shape, activation):
        self.activation = activation
        c = x_shape[2]
        self.params = [
            1 + rng.normal(size=c) / 4,
            rng.normal(size=c) / 4,
            rng.normal(size=c) / 4,
            0.5 + rng.random(size=c),
        ]
        self.spec = {"type": "batchnorm", "activation": activation}
        self.out_shape = x_shape

    def forward(self, x):
        gamma, beta, mean, variance = self.params
        if self.train:
            mean, variance = x.mean(axis=(0, 1, 2)), x.var(axis=(0, 1, 2))
        self.sigma = np.sqrt(variance + 1e-5)
        self.normal = (x - mean) / self.sigma
        self.a = ACTIVATIONS[self.activation][0](gamma * self.normal + beta)
        return self.a

    def backward(self, delta):
        delta = delta * ACTIVATIONS[self.activation][1](self.a)
        d_gamma, d_beta = (delta * self.normal).sum(axis=(0, 1, 2)), delta.sum(axis=(0, 1, 2))
        nothing = np.zeros_like(d_gamma)
        self.gradients = [d_gamma, d_beta, nothing, nothing]
        d_normal = delta * self.params[0]
        if not self.train:
            return d_normal / self.sigma
        centered = d_normal - d_normal.mean(axis=(0, 1, 2))
        along = (d_normal * self.normal).mean(axis=(0, 1, 2))
        return (centered - self.normal * along) / self.sigma


def flat(arrays):
    return [float(v) for array in arrays for v in np.asarray(array).ravel()]


def case(name, seed, x_shape, layers, loss, rows, train=False):
    rng = np.random.default_rng(seed)
    network, shape = [], x_shape
    for kind, *args in layers:
        layer = kind(rng, shape, *args)
        layer.train = train
        network.append(layer)
        shape = layer.out_shape
    inputs = rng.normal(size=(rows, *x_shape))
    outputs = inputs
    for layer in network:
        outputs = layer.forward(outputs)
    classes = int(np.prod(shape))
    z = outputs.reshape(rows, classes)
    labels = rng.integers(classes, size=rows)
    y = np.eye(classes)[labels]
    if loss == "cross-entropy":
        answers = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
        value = -(y * np.log(answers)).sum(axis=1).mean()
        delta = (answers - y) / rows
    else:
        answers = z
        value = 0.5 * ((z - y) ** 2).sum(axis=1).mean()
        delta = (z - y) / rows
    delta = delta.reshape(outputs.shape)
    for layer in reversed(network):
        delta = layer.backward(delta)
    return {
        "name": name,
        "spec": {"input": x_shape, "layers": [layer.spec for layer in network], "loss": loss},
        "params": flat(p for layer in network for p in layer.params),
        "inputs": flat([inputs]),
        "labels": [int(label) for label in labels],
        "train": train,
        "outputs": flat([answers]),
        "loss": float(value),
        "gradients": flat(g for layer in network for g in layer.gradients),
    }


def trajectory(seed, sizes, rate, epochs, samples):
    """The original project's way of learning: one sample at a time, sigmoids, squared error."""
    rng = np.random.default_rng(seed)
    pairs = list(zip(sizes, sizes[1:]))
    weights = [rng.normal(size=pair) / np.sqrt(pair[0]) for pair in pairs]
    biases = [np.zeros(n) for _, n in pairs]
    start = flat(p for pair in zip(weights, biases) for p in pair)
    inputs = (rng.random(size=(samples, sizes[0])) < 0.25).astype(float)
    labels = rng.integers(sizes[-1], size=samples)
    losses = []
    for _ in range(epochs):
        for x, label in zip(inputs, labels):
            activations = [x]
            for w, b in zip(weights, biases):
                activations.append(sigmoid(activations[-1] @ w + b))
            error = activations[-1] - np.eye(sizes[-1])[label]
            losses.append(float(0.5 * (error**2).sum()))
            delta = error * activations[-1] * (1 - activations[-1])
            for layer in reversed(range(len(weights))):
                a = activations[layer]
                before = (delta @ weights[layer].T) * a * (1 - a)
                weights[layer] -= rate * np.outer(a, delta)
                biases[layer] -= rate * delta
                delta = before
    return {
        "sizes": sizes,
        "rate": rate,
        "epochs": epochs,
        "params": start,
        "inputs": flat([inputs]),
        "labels": [int(label) for label in labels],
        "losses": losses,
        "after": flat(p for pair in zip(weights, biases) for p in pair),
    }


def optimizers(seed):
    rng = np.random.default_rng(seed)
    start, steps = rng.normal(size=7), rng.normal(size=(5, 7))
    runs = []

    def run(spec, step):
        p, state = start.copy(), {"m": 0.0, "v": 0.0}
        for t, g in enumerate(steps, 1):
            p = step(p, g, t, state)
        runs.append({"spec": spec, "after": flat([p])})

    def sgd(p, g, t, state):
        return p - 0.1 * (g + 0.01 * p)

    def momentum(nesterov):
        def step(p, g, t, state):
            g = g + 0.01 * p
            state["v"] = 0.9 * state["v"] + g
            return p - 0.1 * (g + 0.9 * state["v"] if nesterov else state["v"])

        return step

    def adam(p, g, t, state):
        state["m"] = 0.9 * state["m"] + 0.1 * g
        state["v"] = 0.999 * state["v"] + 0.001 * g**2
        m, v = state["m"] / (1 - 0.9**t), state["v"] / (1 - 0.999**t)
        return p - 0.1 * 0.01 * p - 0.1 * m / (np.sqrt(v) + 1e-8)

    common = {"learningRate": 0.1, "weightDecay": 0.01}
    run({"type": "sgd", **common}, sgd)
    run({"type": "momentum", "nesterov": False, **common}, momentum(False))
    run({"type": "momentum", "nesterov": True, **common}, momentum(True))
    run({"type": "adam", **common}, adam)
    return {"params": flat([start]), "gradients": [flat([g]) for g in steps], "runs": runs}


def main():
    cross, squared = "cross-entropy", "squared-error"
    small_net = [
        (Conv, 3, 3, "same", "relu"),
        (MaxPool, 2),
        (Conv, 4, 3, "valid", "sigmoid"),
        (Dense, 5, "relu"),
        (Dense, 4, "linear"),
    ]
    normed = [
        (Conv, 3, 3, "same", "linear"),
        (BatchNorm, "relu"),
        (MaxPool, 3),
        (Dense, 4, "linear"),
    ]
    reference = {
        "made by": "crates/nn/tests/reference/make.py, NumPy, float64",
        "networks": [
            case("sigmoids", 1, [1, 1, 6], [(Dense, 5, "sigmoid"), (Dense, 3, "sigmoid")], squared, 3),
            case("softmax", 2, [2, 3, 1], [(Dense, 5, "relu"), (Dense, 4, "linear")], cross, 4),
            case("convolutions", 3, [7, 8, 2], small_net, cross, 3),
            case("a 5x5 kernel", 4, [5, 6, 1], [(Conv, 2, 5, "same", "linear")], squared, 2),
            case("normalized, training", 5, [6, 6, 2], normed, cross, 3, train=True),
            case("normalized, answering", 6, [6, 6, 2], normed, cross, 3, train=False),
        ],
        "trajectory": trajectory(7, [20, 8, 10], 0.5, 5, 6),
        "optimizers": optimizers(8),
    }
    path = pathlib.Path(__file__).with_name("reference.json")
    path.write_text(json.dumps(reference, indent=None, separators=(",", ":")) + "\n")


main()
