"""Files as other tools write them, and what the networks in them answer: ../foreign.rs opens them.

    python3 -m venv venv && venv/bin/pip install numpy safetensors onnx onnxruntime ml_dtypes
    venv/bin/python make_foreign.py

PyTorch and Keras are too large to install for this: their exporters' graphs are built here by hand, node for node, with
the `onnx` package, and onnxruntime says what they answer.
"""

import io
import json
import pathlib

import ml_dtypes
import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import save

HERE = pathlib.Path(__file__).parent / "foreign"
RNG = np.random.default_rng(5)
EXPECTED = {}


def weights(*shape):
    return RNG.normal(0, 0.4, shape).astype(np.float32)


def relu(x):
    return np.maximum(x, 0)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x):
    e = np.exp(x - x.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def expect(name, x, y, **more):
    """x as Trazo takes it (channels last), y as it answers."""
    EXPECTED[name] = {"inputs": x.astype(float).ravel().round(7).tolist(), "answers": y.astype(float).ravel().tolist(), **more}


# ---- NumPy: archives and single arrays


def npz():
    w0, b0, w1, b1 = weights(3, 400), weights(3, 1), weights(10, 3), weights(10, 1)
    x = (RNG.random((2, 400)) < 0.2).astype(np.float32)
    y = sigmoid(w1 @ sigmoid(w0 @ x.T + b0) + b1).T
    half = w0.astype(np.float16)
    y_half = sigmoid(w1 @ sigmoid(half.astype(np.float32) @ x.T + b0) + b1).T
    forms = {
        "named.npz": (dict(w0=half, b0=b0, w1=w1, b1=b1), y_half),
        "swapped-fortran.npz": (dict(W1=np.asfortranarray(half.astype(">f2")), b1=b0[:, 0], W2=w1.astype(">f8"), b2=b1[:, 0]), y_half),
        "in-order.npz": ((half, b0, w1, b1), y_half),
        "inputs-by-outputs.npz": (dict(w0=half.T, b0=b0[:, 0], w1=w1.T, b1=b1[:, 0]), y_half),
    }
    for name, (arrays, answers) in forms.items():
        file = io.BytesIO()
        put = np.savez_compressed if "named" in name else np.savez
        put(file, *arrays) if isinstance(arrays, tuple) else put(file, **arrays)
        (HERE / name).write_bytes(file.getvalue())
        expect(name, x, answers, tolerance=1e-5)
    np.save(HERE / "single.npy", weights(10, 4))
    np.save(HERE / "objects.npy", np.array([None, {}], dtype=object), allow_pickle=True)


# ---- safetensors without our description


def safetensors():
    w0, b0, w1, b1 = weights(5, 6), weights(5), weights(10, 5), weights(10)
    x = RNG.random((2, 6), dtype=np.float32)
    for name, dtype, tolerance in [("single", np.float32, 1e-5), ("half", np.float16, 1e-5), ("bfloat", ml_dtypes.bfloat16, 1e-5), ("double", np.float64, 1e-5)]:
        arrays = {"fc1.weight": w0, "fc1.bias": b0, "fc2.weight": w1, "fc2.bias": b1}
        arrays = {key: value.astype(dtype) for key, value in arrays.items()}
        kept = [value.astype(np.float32) for value in arrays.values()]
        y = softmax(relu(x @ kept[0].T + kept[1]) @ kept[2].T + kept[3])
        name = f"{name}.safetensors"
        (HERE / name).write_bytes(save(arrays))
        expect(name, x, y, tolerance=tolerance, answer={"activation": "relu"})
    # A convolutional network in PyTorch's names, half precision to be small: 28x28, «same», pooled by two twice.
    c1, d1, g, f = weights(2, 1, 3, 3), weights(2), weights(3, 2, 3, 3), weights(10, 147) * 0.5
    norm = {"weight": weights(3), "bias": weights(3), "running_mean": weights(3), "running_var": np.abs(weights(3)) + 0.5}
    arrays = {"conv1.weight": c1, "conv1.bias": d1, "conv2.weight": g, "fc.weight": f, "fc.bias": weights(10)}
    arrays |= {f"bn2.{key}": value for key, value in norm.items()}
    arrays = {key: value.astype(np.float16) for key, value in arrays.items()}
    arrays["bn2.num_batches_tracked"] = np.array(7, dtype=np.int64)
    (HERE / "convolutional.safetensors").write_bytes(save(arrays))
    at = {key: value.astype(np.float32) for key, value in arrays.items()}
    nodes = [
        helper.make_node("Conv", ["x", "conv1.weight", "conv1.bias"], ["a"], pads=[1] * 4),
        helper.make_node("Relu", ["a"], ["b"]),
        helper.make_node("MaxPool", ["b"], ["c"], kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Conv", ["c", "conv2.weight"], ["d"], pads=[1] * 4),
        helper.make_node("BatchNormalization", ["d", "bn2.weight", "bn2.bias", "bn2.running_mean", "bn2.running_var"], ["e"]),
        helper.make_node("Relu", ["e"], ["f"]),
        helper.make_node("MaxPool", ["f"], ["g"], kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Flatten", ["g"], ["h"]),
        helper.make_node("Gemm", ["h", "fc.weight", "fc.bias"], ["i"], transB=1),
        helper.make_node("Softmax", ["i"], ["y"], axis=1),
    ]
    model = graph(nodes, [1, 1, 28, 28], {k: v for k, v in at.items() if "tracked" not in k})
    x = (RNG.random((1, 1, 28, 28)) < 0.2).astype(np.float32)
    y = run(model, x)
    expect("convolutional.safetensors", x, y, tolerance=1e-5, answer={"activation": "relu"})


# ---- ONNX


def graph(nodes, shape, arrays, opset=13, dtype=TensorProto.FLOAT, extra=()):
    inputs = [helper.make_tensor_value_info("x", dtype, ["batch", *shape[1:]])]
    outputs = [helper.make_tensor_value_info("y", dtype, [None, None])]
    constants = [value if isinstance(value, TensorProto) else numpy_helper.from_array(value, key) for key, value in arrays.items()]
    made = helper.make_graph(nodes, "main_graph", inputs, outputs, initializer=constants)
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", opset)], ir_version=8, producer_name="pytorch")
    for key, value in extra:
        entry = model.metadata_props.add()
        entry.key, entry.value = key, value
    return model


def run(model, x):
    onnx.checker.check_model(model)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"x": x})[0]


def write(name, model, x, last=None, **more):
    """x as the graph takes it; `last`: the same with its channels last."""
    y = run(model, x)
    if more.pop("logits", False):
        y = softmax(y)
    (HERE / name).write_bytes(model.SerializeToString())
    expect(name, x if last is None else last, y, **more)


def onnx_files():
    node = helper.make_node
    # torch.onnx.export of Conv, BatchNorm, ReLU behind the pooling, Dropout, view(), Linear; two channels, not square.
    c, f, b = weights(3, 2, 3, 3), weights(10, 3 * 4 * 3), weights(10)
    bn = {"s": weights(3), "t": weights(3), "m": weights(3), "v": np.abs(weights(3)) + 0.3}
    x = RNG.random((1, 2, 8, 6), dtype=np.float32)
    nodes = [
        node("Conv", ["x", "c"], ["1"], kernel_shape=[3, 3], pads=[1, 1, 1, 1], strides=[1, 1], dilations=[1, 1], group=1),
        node("BatchNormalization", ["1", "s", "t", "m", "v"], ["2"], epsilon=1e-3, momentum=0.9),
        node("MaxPool", ["2"], ["3"], kernel_shape=[2, 2], strides=[2, 2], pads=[0, 0, 0, 0], ceil_mode=0),
        node("Relu", ["3"], ["4"]),
        node("Dropout", ["4"], ["5"]),
        node("Shape", ["5"], ["s1"]),
        node("Constant", [], ["zero"], value=numpy_helper.from_array(np.array([0], np.int64))),
        node("Gather", ["s1", "zero"], ["s2"], axis=0),
        node("Constant", [], ["rest"], value=numpy_helper.from_array(np.array([-1], np.int64))),
        node("Concat", ["s2", "rest"], ["s3"], axis=0),
        node("Reshape", ["5", "s3"], ["6"]),
        node("Gemm", ["6", "f", "b"], ["7"], alpha=1.0, beta=1.0, transB=1),
        node("Identity", ["7"], ["y"]),
    ]
    arrays = {"c": c, "f": f, "b": b, **bn}
    last = x.transpose(0, 2, 3, 1)
    for opset in (11, 22):
        write(f"torch-{opset}.onnx", graph(nodes, x.shape, arrays, opset), x, last, logits=True, tolerance=1e-5)
    # The numbers in float_data, and a list of the outputs' names.
    spelt = {key: helper.make_tensor(key, TensorProto.FLOAT, value.shape, value.ravel().tolist()) for key, value in arrays.items()}
    names = ("labels", json.dumps([str(n) for n in range(10)]))
    write("float-data.onnx", graph(nodes, x.shape, spelt, extra=[names]), x, last, logits=True, tolerance=1e-5)

    # tf2onnx of a Keras model: channels last, turned for the convolution and back for the row.
    k, kb = weights(2, 1, 3, 3), weights(2)
    m1, a1, m2, a2 = weights(2 * 3 * 2, 4), weights(4), weights(4, 10), weights(10)
    x = RNG.random((1, 8, 6, 1), dtype=np.float32)
    nodes = [
        node("Transpose", ["x"], ["1"], perm=[0, 3, 1, 2]),
        node("Conv", ["1", "k"], ["2"], auto_pad="VALID", kernel_shape=[3, 3]),
        node("Add", ["2", "kb"], ["3"]),
        node("Relu", ["3"], ["4"]),
        node("MaxPool", ["4"], ["5"], kernel_shape=[2, 2], strides=[2, 2], auto_pad="VALID"),
        node("Transpose", ["5"], ["6"], perm=[0, 2, 3, 1]),
        node("Reshape", ["6", "row"], ["7"]),
        node("MatMul", ["7", "m1"], ["8"]),
        node("Add", ["8", "a1"], ["9"]),
        node("Sigmoid", ["9"], ["10"]),
        node("MatMul", ["10", "m2"], ["11"]),
        node("Add", ["a2", "11"], ["12"]),
        node("Softmax", ["12"], ["y"]),
    ]
    arrays = {"k": k, "kb": kb.reshape(1, 2, 1, 1), "m1": m1, "a1": a1, "m2": m2, "a2": a2, "row": np.array([-1, 12], np.int64)}
    write("keras.onnx", graph(nodes, x.shape, arrays, 17), x, tolerance=1e-5)

    # Half precision all through; the outputs named backwards.
    h0, h1, h2, h3 = (value.astype(np.float16) for value in (weights(5, 6), weights(5), weights(10, 5), weights(10)))
    nodes = [
        node("Gemm", ["x", "h0", "h1"], ["1"], transB=1),
        node("Relu", ["1"], ["2"]),
        node("Gemm", ["2", "h2", "h3"], ["3"], transB=1),
        node("Softmax", ["3"], ["y"], axis=-1),
    ]
    arrays = {"h0": h0, "h1": h1, "h2": h2, "h3": h3}
    x = RNG.random((2, 6), dtype=np.float32).astype(np.float16)
    backwards = ("classes", ", ".join(str(9 - n) for n in range(10)))
    model = graph(nodes, x.shape, arrays, 16, TensorProto.FLOAT16, [backwards])
    y = run(model, x)
    (HERE / "half-backwards.onnx").write_bytes(model.SerializeToString())
    expect("half-backwards.onnx", x, y[:, ::-1], tolerance=3e-3)

    # The weights in a file beside.
    single = {key: value.astype(np.float32) for key, value in arrays.items()}
    model = graph(nodes, x.shape, single, 16)
    x = x.astype(np.float32)
    expect("external.onnx", x, run(model, x), tolerance=1e-5, beside="external.onnx.data")
    (HERE / "external.onnx.data").unlink(missing_ok=True)
    onnx.save(model, HERE / "external.onnx", save_as_external_data=True, location="external.onnx.data", size_threshold=0)

    # What Trazo does not have.
    refused = {
        "Selu": [node("Selu", ["x"], ["y"])],
        "AveragePool": [node("AveragePool", ["x"], ["y"], kernel_shape=[2, 2], strides=[2, 2])],
    }
    for operator, behind in refused.items():
        shape = [1, 1, 8, 6] if operator == "AveragePool" else [1, 6]
        (HERE / f"no-{operator.lower()}.onnx").write_bytes(graph(behind, shape, {}).SerializeToString())


HERE.mkdir(exist_ok=True)
npz()
safetensors()
onnx_files()
(HERE / "expected.json").write_text(json.dumps(EXPECTED, indent=0) + "\n")
