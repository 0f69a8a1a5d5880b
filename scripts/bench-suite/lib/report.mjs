// The tables: for people, and as Markdown for the README.
import { median, ratio, spread } from "./statistics.mjs";

const NAMES = { "trazo-relaxed": "Trazo, relaxed SIMD", "trazo-simd": "Trazo, SIMD128", tfjs: "TF.js wasm", ort: "ONNX RT Web",
  convnetjs: "ConvNetJS", brain: "brain.js", numpy: "NumPy", jax: "JAX native" };
const ROWS = [["C.predict", "C predict, ms"], ["C.train", "C train, samples/s"], ["M.predict", "M predict, ms"],
  ["M.train", "M train, samples/s"], ["S.predict", "S predict, ms"], ["S.train", "S train, samples/s"], ["D.predict", "D predict, ms"]];
const SHAPES = ["32x784x128", "128x144x6272", "256x256x256"];

/** What each build has to reach: a row, against whom, how many times at least (or, for milliseconds, at most). */
const GOALS = [
  ["C.train", "jax", { relaxed: 1, simd: 0.75 }], ["C.train", "convnetjs", { relaxed: 50 }],
  ["C.predict", "ort", { relaxed: 0.5, simd: 0.7 }],
  ["M.train", "tfjs", { relaxed: 10, simd: 7 }], ["M.train", "jax", { relaxed: 0.7 }],
  ["S.train", "brain", { relaxed: 20, simd: 15 }], ["S.train", "numpy", { relaxed: 5 }],
  ["S.predict", "ort", { relaxed: 0.2, simd: 0.3 }], ["S.predict", "numpy", { relaxed: 1 }],
  ["D.predict", "ort", { relaxed: 0.7 }],
];
const SHARES = { relaxed: 0.7, simd: 0.5 };

/** Three figures that mean something, and thousands apart. */
function short(value) {
  if (!Number.isFinite(value)) return "-";
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3;
  return value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
const percent = (share) => (100 * share).toFixed(0);
const range = ({ median, low, high }) => `${short(median)} (${short(low)}-${short(high)})`;
const finite = (values) => values?.filter(Number.isFinite) ?? [];

/** `[header, …rows]` of texts. */
function speedTable({ rounds, checks }) {
  const names = Object.keys(NAMES).filter((name) => checks[name]);
  const cell = (key, name) => {
    const values = finite(rounds[key]?.[name]);
    const [work, what] = key.split(".");
    return values.length ? range(spread(values)) + (checks[name][work]?.[what] === "same" ? "" : " *") : "-";
  };
  return [["work, one thread", ...names.map((name) => NAMES[name])],
    ...ROWS.map(([key, title]) => [title, ...names.map((name) => cell(key, name))])];
}

function productTable({ rounds }) {
  const rows = [["matrix multiply", "build", "GFLOP/s", "peak, GFLOP/s", "share of the peak", "at least", ""]];
  for (const shape of SHAPES) {
    for (const build of ["relaxed", "simd"]) {
      const [product, peak] = ["multiply", "peak"].map((what) => rounds[`${shape}.${what}`]?.[`kernels-${build}`]);
      if (!product) continue;
      const share = ratio(product, peak);
      rows.push([shape, build, range(spread(product)), range(spread(peak)),
        `${percent(share.median)} % (${percent(share.low)}-${percent(share.high)} %)`, `${percent(SHARES[build])} %`, verdict(share.median >= SHARES[build])]);
    }
  }
  return rows;
}

const verdict = (reached) => (reached ? "reached" : "SHORT");

function goalTable({ rounds }) {
  const rows = [["goal", "build", "ratio", "wanted", ""]];
  for (const [key, name, wanted] of GOALS) {
    for (const [build, goal] of Object.entries(wanted)) {
      const [ours, theirs] = [rounds[key]?.[`trazo-${build}`], rounds[key]?.[name]];
      const found = ours && theirs && ratio(ours, theirs);
      if (!found) continue;
      const faster = key.endsWith("train");
      const reached = faster ? found.median >= goal : found.median <= goal;
      rows.push([`${key.replace(".", " ")} / ${NAMES[name]}`, build, range(found), `${faster ? "at least" : "at most"} ${goal}`, verdict(reached)]);
    }
  }
  return rows;
}

function coldTable({ cold }) {
  if (!cold?.length) return [];
  const kilo = (bytes) => short(bytes / 1000);
  return [["first answer of C, fresh profile", "ms", "library, kB brotli", "weights, kB brotli", "together, kB"],
    ...cold.map(({ name, ms, library, model }) => [NAMES[name], range(ms), kilo(library), kilo(model), kilo(library + model)]),
    ["Burn's web example (quoted)", "610", "-", "-", "1,225"]];
}

function curveTable({ mnist }) {
  if (!mnist) return [];
  return [["MNIST in the tab: seconds", "samples seen", "right in the test set"],
    ...mnist.curve.map(({ seconds, samples, accuracy }) => [seconds.toFixed(1), short(samples), `${(100 * accuracy).toFixed(2)} %`])];
}

const sections = (result) => [speedTable(result), productTable(result), goalTable(result), coldTable(result), curveTable(result)].filter((rows) => rows.length > 1);

function notes({ machine, effort, ink, checks, mnist }) {
  const lines = [
    `${machine.date}, ${machine.processor}; ${machine.browser}; load before and after ${machine.load[0]} and ${machine.loadAfter[0]}; Trazo at ${machine.commit}; \`${machine.command}\`.`,
    `Medians of ${effort.rounds} interleaved rounds of ${effort.ms} ms (smallest-largest); ratios are medians of the ratios of each round.`,
    ...(effort.byProcessor ? ["The machine had other things to do: times are those that each contender's thread was on a processor."] : []),
    `Versions: ${Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`).join(", ")}.`,
    `The samples are ink: ${percent(ink.pictures)} % of the pixels of C and M are not zero, ${percent(ink.bits)} % of those of S. Trazo leaves zeros out where that pays.`,
    "All start from the same weights and are held against NumPy in double precision; * marks another network or another rule of learning, as said below.",
  ];
  for (const [name, own] of Object.entries(checks)) {
    for (const [work, { notes: note }] of Object.entries(own)) if (note) lines.push(`${NAMES[name]}, ${work}: ${note}.`);
  }
  if (mnist) lines.push(mnist.seconds ? `From nothing to ${(100 * mnist.goal).toFixed(1)} % of MNIST's test set: ${mnist.seconds.toFixed(0)} s.` : `${100 * mnist.goal} % was not reached.`);
  return lines;
}

/** For a terminal. */
export function table(result) {
  const text = sections(result).map((rows) => {
    const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
    return rows.map((row) => row.map((cell, i) => (i ? cell.padStart(widths[i]) : cell.padEnd(widths[i]))).join("  ").trimEnd()).join("\n");
  });
  return `${text.join("\n\n")}\n\n${notes(result).join("\n")}\n`;
}

/** For the README. */
export function markdown(result) {
  const text = sections(result).map((rows) => {
    const [head, ...body] = rows.map((row) => `| ${row.join(" | ")} |`);
    return [head, `|${rows[0].map((_, i) => (i ? "--:" : "---")).join("|")}|`, ...body].join("\n");
  });
  return `${text.join("\n\n")}\n\n${notes(result).map((line) => `- ${line}`).join("\n")}\n`;
}
