"""What the native programs share: the data that lib/data.mjs wrote, and the parameters layer by layer."""

import json
from pathlib import Path

import numpy as np


class Data:
    def __init__(self, folder):
        self.folder = Path(folder)
        self.works = json.loads((self.folder / "works.json").read_text())
        self.labels = np.fromfile(self.folder / "labels.u8", np.uint8)

    def inputs(self, work):
        """[samples, height, width, channels], or [samples, n] where the input is a vector."""
        height, width, channels = work["spec"]["input"]
        flat = np.fromfile(self.folder / f"{work['data']}.f32", np.float32)
        shape = (channels,) if height == width == 1 else (height, width, channels)
        return flat.reshape((len(self.labels), *shape))

    def batches(self, work):
        """[(inputs, labels)]"""
        inputs, size = self.inputs(work), work["batch"]
        starts = range(0, len(self.labels) - size + 1, size)
        return [(np.ascontiguousarray(inputs[i : i + size]), self.labels[i : i + size]) for i in starts]

    def parts(self, work, dtype=np.float32):
        """[(weights, bias)] of the layers that have some: weights [in, out] or [kernel, kernel, in, out]."""
        flat = np.fromfile(self.folder / f"{work['name']}.params.f32", np.float32).astype(dtype)
        height, width, channels = work["spec"]["input"]
        parts, at = [], 0
        for layer in work["spec"]["layers"]:
            if layer["type"] == "maxpool":
                height, width = height // layer["size"], width // layer["size"]
                continue
            if layer["type"] == "conv":
                out, shape = layer["filters"], (layer["kernel"], layer["kernel"], channels)
                height, width = height - 2 * cut(layer), width - 2 * cut(layer)
            else:
                out, shape = layer["units"], (height * width * channels,)
                height = width = 1
            count = int(np.prod(shape)) * out
            parts.append((flat[at : at + count].reshape(*shape, out).copy(), flat[at + count : at + count + out].copy()))
            at, channels = at + count + out, out
        assert at == len(flat), (at, len(flat))
        return parts


def cut(layer):
    """By how much a convolution shortens its input at each edge."""
    return 0 if layer["padding"] == "same" else layer["kernel"] // 2


def one_hot(labels, dtype=np.float32):
    return np.eye(10, dtype=dtype)[labels]
