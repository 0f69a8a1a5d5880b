// The learning curves of time-to-99 as a picture: an SVG of what was measured, for the README.

const [WIDTH, HEIGHT] = [930, 460];
const BOX = { left: 64, right: 696, top: 64, bottom: 396 };
/** Shares read right, drawn so that each halving of the mistakes is as far as the one before. */
const SHARES = [0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995];
const NAMES = { tfjs: "TensorFlow.js", convnetjs: "ConvNetJS", jax: "JAX, native, 1 thread", torch: "PyTorch, native, 1 thread" };
const INKS = { trazo: "#b3391f", tfjs: "#3d5a73", convnetjs: "#7a6a4f", jax: "#4f7355", torch: "#7b5577" };

const escape = (text) => String(text).replace(/[&<>]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[sign]);
const round = (value) => Math.round(value * 10) / 10;
const seconds = (value) => `${value >= 10 ? Math.round(value) : value.toFixed(1)} s`;

/** The picture of a result of `time-to-99.mjs`. */
export function picture({ curves, peers, goal, machine }) {
  const lines = [
    ...[2, 1].flatMap((workers) => (curves[workers] ? [{ name: `Trazo in a tab, ${workers} worker${workers === 1 ? "" : "s"}`, ink: INKS.trazo, points: curves[workers] }] : [])),
    ...Object.entries(NAMES).flatMap(([key, name]) => (peers[key]?.curve ? [{ name, ink: INKS[key], points: peers[key].curve }] : [])),
  ];
  // What ends before is cut off.
  const whole = Math.max(...lines.filter(({ ink }) => ink === INKS.trazo).map(({ points }) => points.at(-1).digits));
  const all = lines.flatMap(({ points }) => points.map((point) => point.seconds)).filter((value) => value > 0);
  const [from, to] = [Math.log10(Math.min(...all)), Math.log10(Math.max(...all))];
  const x = (value) => BOX.left + ((Math.log10(value) - from) / (to - from)) * (BOX.right - BOX.left);
  // By the logarithm of what is read wrong.
  const wrong = (share) => Math.log10(1 - Math.min(share, 0.9975));
  const [worst, best] = [wrong(SHARES[0]), wrong(SHARES.at(-1))];
  const y = (share) => BOX.bottom - ((worst - wrong(Math.max(share, SHARES[0]))) / (worst - best)) * (BOX.bottom - BOX.top);

  const out = [];
  const text = (left, top, said, more = "") => out.push(`<text x="${round(left)}" y="${round(top)}"${more}>${escape(said)}</text>`);
  for (const share of SHARES) {
    const isGoal = share === goal;
    out.push(`<path d="M${BOX.left} ${round(y(share))}H${BOX.right}" stroke="${isGoal ? INKS.trazo : "#ddd6c8"}"${isGoal ? ' stroke-dasharray="4 4"' : ""}/>`);
    text(BOX.left - 10, y(share) + 4, `${round(share * 100)} %`, ' text-anchor="end"');
  }
  for (let power = Math.ceil(from); power <= Math.floor(to); power++) {
    const at = x(10 ** power);
    out.push(`<path d="M${round(at)} ${BOX.bottom}v6" stroke="#8a8172"/>`);
    text(at, BOX.bottom + 22, `${10 ** power} s`, ' text-anchor="middle"');
  }
  text(BOX.left, 30, "From nothing to 99 % of MNIST’s test set", ' class="title"');
  text(BOX.left, 48, "digits read right, by seconds of training: the same network, the same 60,000 digits", ' class="faint"');
  text(BOX.right, BOX.bottom + 44, machine.busy ? "seconds on a processor" : "seconds", ' text-anchor="end" class="faint"');

  // Names at the ends of their lines, moved apart where they would lie on each other.
  const ends = lines.map(({ name, ink, points }) => {
    const seen = points.filter((point) => point.seconds > 0);
    const last = seen.at(-1);
    out.push(`<path d="${seen.map((point, index) => `${index ? "L" : "M"}${round(x(point.seconds))} ${round(y(point.accuracy))}`).join("")}" fill="none" stroke="${ink}" stroke-width="${ink === INKS.trazo ? 3 : 2}" stroke-linejoin="round"/>`);
    out.push(`<circle cx="${round(x(last.seconds))}" cy="${round(y(last.accuracy))}" r="${ink === INKS.trazo ? 5 : 4}" fill="${ink}"/>`);
    return { name, ink, last };
  });
  let before = Number.NEGATIVE_INFINITY;
  for (const end of ends.toSorted((a, b) => b.last.accuracy - a.last.accuracy)) {
    const top = Math.max(y(end.last.accuracy), before + 34);
    before = top;
    out.push(`<path d="M${round(x(end.last.seconds) + 7)} ${round(y(end.last.accuracy))}L${BOX.right + 12} ${round(top)}" stroke="${end.ink}" stroke-width="0.8" stroke-dasharray="1 3"/>`);
    text(BOX.right + 18, top, end.name, ` style="fill:${end.ink}" class="name"`);
    text(BOX.right + 18, top + 15, `${(100 * end.last.accuracy).toFixed(1)} % in ${seconds(end.last.seconds)}${end.last.digits < whole ? ", cut off" : ""}`, ' class="faint"');
  }

  const said = ends.map(({ name, last }) => `${name}: ${(100 * last.accuracy).toFixed(2)} % in ${seconds(last.seconds)}`).join("; ");
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img">
<title>${escape(`From nothing to 99 % of MNIST’s test set. ${said}`)}</title>
<style>text{font:13px system-ui,sans-serif;fill:#4a443a}.title{font-size:17px;font-weight:600;fill:#221f1a}.faint{fill:#6b6355}.name{font-weight:600}</style>
<rect width="${WIDTH}" height="${HEIGHT}" rx="8" fill="#faf7f0"/>
${out.join("\n")}
</svg>
`;
}
