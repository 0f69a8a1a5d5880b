// Before anything is timed: does everybody compute the same network? The reference is NumPy in double precision, from
// the same weights, on the same ink (native/reference.py).
import { CHECK_SAMPLES, CHECK_STEPS } from "./data.mjs";

/** How far single precision may be from the reference: outputs absolutely, losses as a share of the first loss. */
const OUTPUTS = 1e-4, LOSSES = 5e-3, PRODUCTS = 1e-4;

/** Works that name their contenders are for these alone. */
export const takesPart = ({ name }, { contenders }) => contenders?.some((each) => name.startsWith(each)) ?? true;

const worst = (found, wanted) => Math.max(...wanted.map((value, i) => Math.abs(found[i] - value)));

/**
 * What each contender is able to do of each work, and how well it agrees: `checks[contender][work] = { predict, train,
 * losses, notes }`, `predict` and `train` one of "same", "differs", "falls" (it learns, by another rule) or absent.
 * Throws when Trazo does not compute what it should.
 */
export async function checkAll(contenders, works, expected, say) {
  const checks = {};
  for (const contender of contenders) {
    const own = (checks[contender.name] = {});
    for (const work of Object.values(works)) {
      const kernels = contender.name.startsWith("kernels");
      if (kernels !== !work.spec || !takesPart(contender, work)) continue;
      own[work.name] = kernels ? await checkProduct(contender, work) : await checkNet(contender, work, expected[work.name]);
    }
    say(`  ${contender.name.padEnd(16)} ${Object.entries(own).map(([work, check]) => `${work} ${describe(check)}`).join("; ")}`);
  }
  for (const [name, own] of Object.entries(checks)) {
    if (!name.startsWith("trazo") && !name.startsWith("kernels")) continue;
    for (const [work, check] of Object.entries(own)) {
      if (check.error || [check.predict, check.train, check.multiply].some((verdict) => verdict && verdict !== "same")) {
        throw new Error(`${name} computes ${work} wrong, so its speed means nothing: ${JSON.stringify(check)}`);
      }
    }
  }
  return checks;
}

const describe = ({ error, predict, train, multiply }) =>
  error ? `- (${error.slice(0, 100)})` : [predict && `answers ${predict}`, train && `loss ${train}`, multiply].filter(Boolean).join(", ") || "-";

async function checkProduct(contender, work) {
  const { worst, error } = await contender.ask({ op: "special", name: "verify", work });
  return error ? { error } : { multiply: worst < PRODUCTS ? "same" : "differs", worst };
}

async function checkNet(contender, work, expected) {
  const found = await contender.ask({ op: "check", work, samples: CHECK_SAMPLES, steps: CHECK_STEPS });
  if (found.error) return { error: found.error };
  const check = { notes: found.notes };
  if (found.predictions.length) {
    check.outputs = worst(found.predictions, expected.predictions);
    check.predict = check.outputs < OUTPUTS ? "same" : "differs";
  }
  if (found.losses.length) {
    const { losses } = found;
    check.losses = losses;
    check.distance = worst(losses, expected.losses) / expected.losses[0];
    const falls = losses.at(-1) < losses[0];
    check.train = check.distance < LOSSES ? "same" : falls ? "falls" : "differs";
  }
  return check;
}
