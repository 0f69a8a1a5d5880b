import { expect, it } from "vitest";
import type { LabSetup } from "../worker/lab-protocol";
import { decode, encode, rowFromText, usualQuery, type Query } from "./link";
import { TEMPLATES, USUAL, withTemplate, type Template } from "./setup";

/** Through an address and back. */
const through = (setup: LabSetup) => decode(Object.fromEntries(new URLSearchParams(new URLSearchParams(encode(setup)).toString())));
const broken = (change: Query) => decode({ ...encode(USUAL), ...change });

it("the usual setup says its network and nothing else", () => {
  expect(usualQuery()).toEqual({ v: "1", net: "d128r-d10" });
});

it("a link without what is usual means the usual setup", () => {
  expect(through(USUAL)).toEqual({ setup: USUAL });
});

it("every template comes back from a link as it went in", () => {
  for (const template of Object.keys(TEMPLATES) as Template[]) {
    const setup = withTemplate(USUAL, template);
    expect(through(setup), template).toEqual({ setup });
    expect(new URLSearchParams(encode(setup)).toString().length, template).toBeLessThan(160);
  }
});

it("everything that a setup can say comes back", () => {
  const setup: LabSetup = {
    v: 1,
    data: {
      source: "mnist", train: 10_000, validation: 0, test: 70, seed: 4_294_967_295, classes: [0, 3, 9], hand: { slant: -0.25, looseness: 0.03 },
      noise: 0.4, shuffled: true, shift: 2, moved: 8, augment: 1.5, later: { epochs: 5, classes: [5, 6], replay: 0.02 },
    },
    network: {
      layers: [
        { type: "conv", filters: 8, kernel: 3, padding: "same", activation: "sigmoid" }, { type: "conv", filters: 4, kernel: 1, padding: "valid", activation: "tanh", frozen: true },
        { type: "dense", units: 30, activation: "tanh", frozen: true }, { type: "batchnorm", activation: "relu" }, { type: "maxpool", size: 2 },
        { type: "dropout", rate: 0.25 }, { type: "dense", units: 10, activation: "linear" },
      ],
      loss: "squared-error", start: "zero",
    },
    optimizer: { type: "momentum", learningRate: 1e-7, weightDecay: 0.06, momentum: 0.5, nesterov: true },
    schedule: { warmUp: 0.15, fall: "cosine", floor: 0.002 },
    epochs: 1000, batch: 4096, seeds: { weights: 0, order: 7 }, lookEvery: 20, patience: null, average: 0.999,
  };
  expect(through(setup)).toEqual({ setup });
});

it("a link of another version is refused as one", () => {
  for (const v of ["2", "", "01", "one"]) expect(broken({ v })).toEqual({ fault: "version" });
  expect(decode({ net: "d10" })).toEqual({ fault: "version" });
});

it("what makes no sense is refused by its name", () => {
  const bad: Query = {
    net: "d10-", loss: "hinge", start: "one", data: "https://example.org", n: "1-2", ds: "-1", only: "3-3", slant: "9", noise: "1.01", shuffled: "yes",
    shift: "1.5", moved: "9", augment: "NaN", later: "5_5-5_0", opt: "lion", rate: "0", decay: "-1", fall: "linear_2_0", epochs: "0", batch: "1e9",
    seeds: "1", look: "-1", patience: "Infinity", average: "1",
  };
  for (const [key, value] of Object.entries(bad)) expect(broken({ [key]: value }), `${key}=${value}`).toEqual({ fault: "part", part: key });
  expect(broken({ later: "5_5-6_0_1" })).toEqual({ fault: "part", part: "later" });
  expect(decode({ v: "1" })).toEqual({ fault: "part", part: "net" });
});

it("a link of a million rows is refused, and not built", () => {
  expect(broken({ net: "d10-".repeat(1_000_000) })).toEqual({ fault: "part", part: "net" });
});

it("no row is made of what is none", () => {
  for (const text of ["", "d", "d-1", "d123456", "c8x5", "c8x5q", "p", "o2", "o0.1234567", "x", "constructor", "__proto__", "d10 ", "d1e3", "n\n", "d10fr", "d10ff", "nf", "p2f", "o0.5f"]) expect(rowFromText(text), text).toBeNull();
});

it("whatever is in a link, it is a setup or a fault, and never throws", () => {
  // A simple generator (Lehmer, multiplier 48271), so that a failure can be had again.
  let state = 20_261_128;
  const next = (below: number): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
  const letters = "0123456789-_.xcdnopvsrgtf e+%\u0000é\ud800,:b";
  const keys = ["v", "net", "n", "seeds", "only", "then", "fall", "rate", "batch", "hasOwnProperty", "__proto__"];
  let setups = 0;
  for (let i = 0; i < 4_000; i += 1) {
    const query: Query = { v: "1", net: "d10" };
    const key = keys[next(keys.length)] ?? "net";
    query[key] = Array.from({ length: next(12) }, () => letters[next(letters.length)]).join("");
    const found = decode(query);
    if ("setup" in found) {
      setups += 1;
      // What is taken for a setup is one that a link can say again.
      expect(through(found.setup)).toEqual(found);
    }
  }
  expect(setups).toBeGreaterThan(20);
});
