"""Do other tools that open our files give our answers? `../other_tools.rs` runs it; by hand:

    python3 -m venv venv && venv/bin/pip install numpy onnx onnxruntime safetensors
    cargo run --release -p trazo-formats --example export -- FOLDER [MODEL.trazo ...]
    venv/bin/python check_other_tools.py FOLDER

For each model in the folder: the ONNX file passes onnx.checker and onnxruntime gives our answers from it; the arrays
of the safetensors file, put through a plain NumPy network in PyTorch's layout (channels first), give them too; and so
do the arrays of the pickle, where there is one, by the original project's formula. Tolerance 1e-5. The arrays of the
.npz archive and of the JSON file are those of the safetensors file, bit for bit.
"""

import json
import pathlib
import pickle
import sys

import numpy as np
import onnx
import onnxruntime
from safetensors import safe_open

TOLERANCE = 1e-5


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


ACTIVATIONS = {"linear": lambda z: z, "relu": lambda z: np.maximum(z, 0), "sigmoid": sigmoid}


def conv(x, weight, bias, padding):
    """x [n, c, h, w], weight [o, c, k, k], stride 1, as torch.nn.functional.conv2d."""
    k = weight.shape[2]
    if padding == "same":
        x = np.pad(x, ((0, 0), (0, 0), (k // 2, k // 2), (k // 2, k // 2)))
    windows = np.lib.stride_tricks.sliding_window_view(x, (k, k), axis=(2, 3))
    return np.einsum("nchwij,ocij->nohw", windows, weight) + bias[:, None, None]


def max_pool(x, size):
    n, c, h, w = x.shape
    x = x[:, :, : h // size * size, : w // size * size]
    return x.reshape(n, c, h // size, size, w // size, size).max((3, 5))


def forward(description, arrays, x):
    """A network in PyTorch's layout; x is [n, c, h, w], or [n, inputs] for a row of numbers."""
    network = description["network"]
    for i, layer in enumerate(network["layers"]):
        def get(part):
            return arrays[f"layer{i}.{part}"].astype(np.float64)

        kind = layer["type"]
        if kind == "conv":
            x = conv(x, get("weight"), get("bias"), layer["padding"])
        elif kind == "maxpool":
            x = max_pool(x, layer["size"])
        elif kind == "dense":
            x = x.reshape(len(x), -1) @ get("weight").T + get("bias")
        elif kind == "batchnorm":
            shape = (1, -1) + (1,) * (x.ndim - 2)
            mean, var = get("running_mean").reshape(shape), get("running_var").reshape(shape)
            x = (x - mean) / np.sqrt(var + 1e-5)
            x = x * get("weight").reshape(shape) + get("bias").reshape(shape)
        x = ACTIVATIONS[layer.get("activation", "linear")](x)
    if x.ndim == 4:
        x = x.transpose(0, 2, 3, 1).reshape(len(x), -1)
    if network["loss"] == "cross-entropy":
        e = np.exp(x - x.max(1, keepdims=True))
        x = e / e.sum(1, keepdims=True)
    return x


def check(folder, name):
    with safe_open(folder / f"{name}.safetensors", "numpy") as file:
        description = json.loads(file.metadata()["trazo"])
        arrays = {key: file.get_tensor(key) for key in file.keys()}
    h, w, c = description["network"]["input"]
    inputs = np.fromfile(folder / f"{name}.inputs", "<f4").reshape(-1, h, w, c)
    answers = np.fromfile(folder / f"{name}.answers", "<f4").reshape(len(inputs), -1)
    given = inputs.reshape(len(inputs), c) if (h, w) == (1, 1) else inputs.transpose(0, 3, 1, 2)

    model = onnx.load(folder / f"{name}.onnx")
    onnx.checker.check_model(model, full_check=True)
    session = onnxruntime.InferenceSession(str(folder / f"{name}.onnx"), providers=["CPUExecutionProvider"])
    results = {
        "onnxruntime": session.run(None, {"input": np.ascontiguousarray(given)})[0],
        "safetensors": forward(description, arrays, given.astype(np.float64)),
    }
    with np.load(folder / f"{name}.npz", allow_pickle=False) as archive:
        others = [{key: archive[key] for key in archive.files if key != "trazo.json"}]
        assert json.loads(archive["trazo.json"]) == description
    document = json.loads((folder / f"{name}.json").read_text())
    assert document["trazo"] == description
    listed = document["arrays"].items()
    others.append({key: np.array(a["values"], np.float32).reshape(a["shape"]) for key, a in listed})
    for other in others:
        assert other.keys() == arrays.keys()
        assert all(np.array_equal(other[key], arrays[key]) for key in arrays), name
    pickled = folder / f"{name}.pkl"
    if pickled.exists():
        weights, biases = pickle.loads(pickled.read_bytes())
        x = inputs.reshape(len(inputs), -1).T.astype(np.float64)
        for weight, bias in zip(weights, biases):
            x = sigmoid(weight @ x + bias)
        results["pickle"] = x.T
    for tool, result in results.items():
        worst = np.abs(result.reshape(answers.shape) - answers).max()
        print(f"{name:16} {tool:12} largest difference {worst:.1e}")
        assert worst <= TOLERANCE, f"{name}: {tool} disagrees"


def main():
    folder = pathlib.Path(sys.argv[1])
    names = sorted(path.stem for path in folder.glob("*.onnx"))
    assert names, f"no models in {folder}: run the example `export` first"
    for name in names:
        check(folder, name)
    print(f"{len(names)} models agree")


main()
