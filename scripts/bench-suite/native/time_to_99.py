"""Native peers of the Lab's own work: the same network, recipe and data in JAX or PyTorch.

Usage: time_to_99.py jax|torch SETUP.json MNIST THREADS SEED STEP,STEP,…
Prints a line of JSON after each of these steps: {"step", "seconds", "processor", "accuracy"}, seconds by the clock and those of all
its threads on a processor. Compiling, and reading the test set, is not counted.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np

EPSILON, MOMENTUM = 1e-5, 0.9
name, setup_path, folder, threads, seed, stops = sys.argv[1:]
setup = json.loads(Path(setup_path).read_text())
threads, seed, stops = int(threads), int(seed), [int(stop) for stop in stops.split(",")]
layers, batch, peak = setup["network"]["layers"], setup["batch"], setup["optimizer"]["learningRate"]


def idx(file, offset):
    return np.frombuffer((Path(folder) / file).read_bytes(), np.uint8, offset=offset)


def pictures(prefix):
    images = idx(f"{prefix}-images-idx3-ubyte", 16).reshape(-1, 28, 28).astype(np.float32) / 255
    return images, idx(f"{prefix}-labels-idx1-ubyte", 8).astype(np.int32)


def share(step, total):
    warm = max(1, int(total * setup["schedule"]["warmUp"]))
    return (step + 1) / warm if step < warm else 1 - (step - warm) / (total - warm)


class Jax:
    def __init__(self):
        import jax
        import jax.numpy as jnp
        from jax import lax

        self.jax, self.jnp, self.lax = jax, jnp, lax
        random, side, channels, parts = np.random.default_rng(seed), 28, 1, []
        uniform = lambda shape, limit: random.uniform(-limit, limit, shape).astype(np.float32)
        for layer in layers:
            if layer["type"] == "conv":
                kernel, filters = layer["kernel"], layer["filters"]
                weights = uniform((kernel, kernel, channels, filters), (6 / (kernel**2 * channels)) ** 0.5)
                parts.append((weights, np.zeros(filters, np.float32)))
                side, channels = side - kernel + 1, filters
            elif layer["type"] == "batchnorm":
                parts.append((np.ones(channels, np.float32), np.zeros(channels, np.float32)))
            elif layer["type"] == "maxpool":
                parts.append(())
                side //= layer["size"]
            else:
                inputs = side * side * channels
                parts.append((uniform((inputs, layer["units"]), (6 / (inputs + layer["units"])) ** 0.5), np.zeros(layer["units"], np.float32)))
        params = jax.tree.map(jnp.array, parts)
        running = [(jnp.zeros(len(p[0])), jnp.ones(len(p[0]))) for p, l in zip(parts, layers) if l["type"] == "batchnorm"]
        zeros = jax.tree.map(jnp.zeros_like, params)
        self.state = (params, running, zeros, jax.tree.map(jnp.zeros_like, params), jnp.float32(0))
        self.step_of = jax.jit(self.update)
        self.answer_of = jax.jit(lambda params, running, x: self.forward(params, running, x, False)[0].argmax(axis=1))

    def forward(self, params, running, x, train):
        lax, jnp, fresh, at = self.lax, self.jnp, [], 0
        for layer, part in zip(layers, params):
            if layer["type"] == "conv":
                x = lax.conv_general_dilated(x, part[0], (1, 1), "VALID", dimension_numbers=("NHWC", "HWIO", "NHWC")) + part[1]
            elif layer["type"] == "batchnorm":
                mean, variance = (x.mean((0, 1, 2)), x.var((0, 1, 2))) if train else running[at]
                fresh.append((mean, variance))
                at += 1
                x = self.jax.nn.relu((x - mean) * lax.rsqrt(variance + EPSILON) * part[0] + part[1])
            elif layer["type"] == "maxpool":
                count, height, width, channels = x.shape
                size = layer["size"]
                x = x.reshape(count, height // size, size, width // size, size, channels).max(axis=(2, 4))
            else:
                x = x.reshape(len(x), -1) @ part[0] + part[1]
        return x, fresh

    def update(self, state, x, y, rate):
        jax, jnp = self.jax, self.jnp
        params, running, first, second, step = state

        def loss(params):
            z, fresh = self.forward(params, running, x, True)
            return -(jax.nn.log_softmax(z) * jax.nn.one_hot(y, 10)).sum(axis=1).mean(), fresh

        gradients, fresh = jax.grad(loss, has_aux=True)(params)
        running = jax.tree.map(lambda old, new: MOMENTUM * old + (1 - MOMENTUM) * new, running, fresh)
        step = step + 1
        first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, first, gradients)
        second = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, second, gradients)
        scale, root = rate / (1 - 0.9**step), 1 / jnp.sqrt(1 - 0.999**step)
        params = jax.tree.map(lambda p, m, v: p - scale * m / (jnp.sqrt(v) * root + 1e-8), params, first, second)
        return params, running, first, second, step

    def train(self, x, y, rate):
        self.state = self.step_of(self.state, x[..., None], y, rate)

    def wait(self):
        self.jax.block_until_ready(self.state)

    def warm(self, x, y):
        self.jax.block_until_ready(self.step_of(self.state, x[..., None], y, 0.1))

    def answer(self, x):
        return np.asarray(self.answer_of(self.state[0], self.state[1], x[..., None]))


class Torch:
    def __init__(self):
        import torch
        from torch import nn

        torch.set_num_threads(threads)
        torch.manual_seed(seed)
        self.torch, found, side, channels = torch, [], 28, 1
        for layer in layers:
            if layer["type"] == "conv":
                found.append(nn.Conv2d(channels, layer["filters"], layer["kernel"]))
                nn.init.kaiming_uniform_(found[-1].weight, nonlinearity="relu")
                side, channels = side - layer["kernel"] + 1, layer["filters"]
            elif layer["type"] == "batchnorm":
                found += [nn.BatchNorm2d(channels, eps=EPSILON, momentum=1 - MOMENTUM), nn.ReLU()]
            elif layer["type"] == "maxpool":
                found.append(nn.MaxPool2d(layer["size"]))
                side //= layer["size"]
            else:
                found += [nn.Flatten(), nn.Linear(side * side * channels, layer["units"])]
                nn.init.xavier_uniform_(found[-1].weight)
        self.net = nn.Sequential(*found)
        for part in found:
            if getattr(part, "bias", None) is not None and not isinstance(part, nn.BatchNorm2d):
                nn.init.zeros_(part.bias)
        self.optimizer = torch.optim.Adam(self.net.parameters(), lr=peak)

    def train(self, x, y, rate):
        torch = self.torch
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.optimizer.zero_grad()
        z = self.net(torch.from_numpy(x)[:, None])
        torch.nn.functional.cross_entropy(z, torch.from_numpy(y).long()).backward()
        self.optimizer.step()

    def wait(self):
        pass

    def warm(self, x, y):
        import copy

        kept, self.net = self.net, copy.deepcopy(self.net)
        optimizer, self.optimizer = self.optimizer, self.torch.optim.Adam(self.net.parameters(), lr=peak)
        for _ in range(3):
            self.train(x, y, peak)
        self.net, self.optimizer = kept, optimizer

    def answer(self, x):
        self.net.eval()
        with self.torch.no_grad():
            found = self.net(self.torch.from_numpy(x)[:, None]).argmax(1).numpy()
        self.net.train()
        return found


def main():
    (images, labels), (test_images, test_labels) = pictures("train"), pictures("t10k")
    peer = {"jax": Jax, "torch": Torch}[name]()
    total = len(labels) // batch
    order = np.random.default_rng(seed).permutation(len(labels))
    peer.warm(images[:batch], labels[:batch])
    seconds, processor, step = 0.0, 0.0, 0
    for stop in stops:
        start, worked = time.perf_counter(), time.process_time()
        while step < min(stop, total):
            chosen = order[step * batch : (step + 1) * batch]
            peer.train(images[chosen], labels[chosen], peak * share(step, total))
            step += 1
        peer.wait()
        seconds, processor = seconds + time.perf_counter() - start, processor + time.process_time() - worked
        found = np.concatenate([peer.answer(test_images[at : at + 1000]) for at in range(0, len(test_images), 1000)])
        print(json.dumps({"step": step, "seconds": seconds, "processor": processor, "accuracy": float((found == test_labels).mean())}), flush=True)


main()
