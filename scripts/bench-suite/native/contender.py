"""A native peer: answers lines of JSON like page/worker.js does. Usage: contender.py numpy|jax FOLDER"""

import importlib
import json
import os
import sys
import time

from nets import Data


def pin():
    """To one processor, the last: the system's own work is mostly on the first."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def repeat(run, ms):
    """As page/timing.js."""
    count, times, start = 0, 1, time.perf_counter()
    while True:
        for _ in range(times):
            run()
        count += times
        elapsed = time.perf_counter() - start
        if elapsed * 1000 >= ms:
            return {"count": count, "seconds": elapsed}
        times = max(1, min(times * 4, int(count / max(elapsed, 1e-5) * ms / 20_000)))


def check(peer, data, work, samples, steps):
    net = peer.open(data, work)
    inputs, (batch, labels) = data.inputs(work), data.batches(work)[0]
    predictions = [float(a) for i in range(samples) for a in net.predict(inputs[i : i + 1])[0]]
    batch, labels = net.place(batch, labels)
    losses = [float(net.train(batch, labels)) for _ in range(steps)] if net.train else []
    return {"predictions": predictions, "losses": losses}


class Opened:
    """Ready to do something again and again, with fresh weights."""

    def __init__(self, peer, data, work, what):
        self.net, self.turn = peer.open(data, work), 0
        if what == "predict":
            inputs = data.inputs(work)
            self.feed = [(inputs[i : i + 1],) for i in range(len(inputs))]
        else:
            self.feed = [self.net.place(*batch) for batch in data.batches(work)]
        self.do = getattr(self.net, what)
        for _ in range(3):
            self.one()
        self.net.finish()

    def one(self):
        self.do(*self.feed[self.turn])
        self.turn = (self.turn + 1) % len(self.feed)

    def run(self, ms):
        timed = repeat(self.one, ms)
        start = time.perf_counter()
        self.net.finish()
        timed["seconds"] += time.perf_counter() - start
        return timed


def main(name, folder):
    data = Data(folder)
    peer = importlib.import_module(f"{name}_peer")
    opened = None
    for line in sys.stdin:
        message = json.loads(line)
        try:
            match message.pop("op"):
                case "start":
                    if message["pinned"]:
                        pin()
                    answer = {"version": peer.VERSION}
                case "check":
                    answer = check(peer, data, **message)
                case "open":
                    opened, answer = Opened(peer, data, **message), {}
                case "run":
                    answer = opened.run(**message)
                case "close":
                    opened, answer = None, {}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


main(*sys.argv[1:])
