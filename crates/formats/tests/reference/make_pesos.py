"""Makes the pickles of this folder and small.json, what NumPy says about small.pkl.

    python3 -m venv venv && venv/bin/pip install numpy && venv/bin/python make_pesos.py

small.pkl is of the same kind as the original project's pesos.pkl (pickle protocol 4 of `(weights, biases)`,
float64, sigmoid layers), only smaller: 400-4-10. The others hold one layer of 3 inputs and 2 outputs each,
pickled in different ways: weights [[0, 1, 2], [3, 4, 5]], biases [0.5, -0.5].
"""

import json
import pathlib
import pickle

import numpy as np

HERE = pathlib.Path(__file__).parent


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def forward(x, weights, biases):
    activations = [x]
    for w, b in zip(weights, biases):
        activations.append(sigmoid(w @ activations[-1] + b))
    return activations


def train(x, y, weights, biases, epochs, learning_rate):
    """The original's lesson: gradient descent on half the squared error of one sample."""
    for _ in range(epochs):
        activations = forward(x, weights, biases)
        delta = (activations[-1] - y) * activations[-1] * (1 - activations[-1])
        for layer in reversed(range(len(weights))):
            a = activations[layer]
            below = (weights[layer].T @ delta) * a * (1 - a)
            weights[layer] -= learning_rate * delta @ a.T
            biases[layer] -= learning_rate * delta
            delta = below


def save(name, value, protocol):
    (HERE / name).write_bytes(pickle.dumps(value, protocol=protocol))


def small():
    rng = np.random.default_rng(20)
    weights = [rng.normal(0, 0.15, (4, 400)), rng.normal(0, 2, (10, 4))]
    biases = [rng.normal(0, 0.5, (4, 1)), rng.normal(0, 0.5, (10, 1))]
    save("small.pkl", (weights, biases), 4)
    samples = []
    for _ in range(8):
        x = (rng.random((400, 1)) < 0.2).astype(np.float64)
        out = forward(x, weights, biases)[-1]
        samples.append(
            {
                "input": "".join(str(int(v)) for v in x[:, 0]),
                "label": int(rng.integers(10)),
                "activations": out[:, 0].tolist(),
                "prediction": int(out.argmax()),
            }
        )
    x = np.array([float(c) for c in samples[0]["input"]]).reshape(-1, 1)
    y = np.zeros((10, 1))
    y[samples[0]["label"]] = 1
    train(x, y, weights, biases, 5, 0.5)
    training = {
        "sample": 0,
        "epochs": 5,
        "learning_rate": 0.5,
        "activations_after": forward(x, weights, biases)[-1][:, 0].tolist(),
        "sum_w0": float(weights[0].sum()),
        "sum_w1": float(weights[1].sum()),
    }
    (HERE / "small.json").write_text(json.dumps({"samples": samples, "training": training}, indent=0) + "\n")


def variants():
    w = np.arange(6, dtype=np.float64).reshape(2, 3)
    b = np.array([[0.5], [-0.5]])
    save("protocol-0.pkl", ([w], [b]), 0)
    save("protocol-1.pkl", ([w], [b]), 1)
    save("protocol-2.pkl", ([w], [b]), 2)
    save("protocol-3.pkl", ([w], [b]), 3)
    save("protocol-4.pkl", ([w], [b]), 4)
    save("protocol-5.pkl", ([w], [b]), 5)
    save("fortran-order.pkl", ([np.asfortranarray(w)], [b]), 4)
    save("float32-big-endian.pkl", ([w.astype(">f4")], [b.astype(">f4")]), 4)
    save("flat-biases.pkl", ([w], [b[:, 0]]), 4)
    save("inputs-by-outputs.pkl", ([np.ascontiguousarray(w.T)], [b[:, 0]]), 4)
    save("integers.pkl", ([w.astype(np.int64)], [b]), 4)
    save("three-dimensions.pkl", ([w.reshape(1, 2, 3)], [b]), 4)
    save("dictionary.pkl", {"weights": [w], "biases": [b]}, 4)


small()
variants()
