// Rounds: every contender does every work once, in turn, so that what slows the machine down for a while slows all.

/** Everything that can be timed. */
export function cells(contenders, works, checks) {
  const places = [];
  for (const work of Object.values(works)) {
    for (const what of work.spec ? ["predict", "train"] : ["multiply"]) {
      for (const contender of contenders) {
        if (checks[contender.name][work.name]?.[what]) places.push({ contender, work, what });
      }
    }
  }
  return places;
}

/** In the table's own unit: milliseconds an answer, samples a second or GFLOP a second. */
function figure(work, what, { error, count, seconds }) {
  if (error) return NaN;
  if (what === "predict") return (seconds / count) * 1e3;
  if (what === "train") return (count * work.batch) / seconds;
  if (what === "multiply") return (count * 2 * work.matmul.reduce((a, b) => a * b)) / seconds / 1e9;
  // Thousands of rounds of 12 sums, unrolled 8 times, of 4 lanes, a multiplication and an addition: page/peak.js.
  return (count * 1000 * 12 * 8 * 4 * 2) / seconds / 1e9;
}

/** `rounds[work.what][contender] = [figure of round 0, …]`; NaN where it failed. */
export async function runRounds(places, { rounds: count, ms }, say) {
  const rounds = {};
  const note = (key, { name }, round, value) => {
    ((rounds[key] ??= {})[name] ??= [])[round] = value;
  };
  for (let round = 0; round < count; round++) {
    const start = performance.now();
    // Another one begins each time.
    const turn = (round * 7) % places.length;
    for (const { contender, work, what } of [...places.slice(turn), ...places.slice(0, turn)]) {
      const time = async (what, ms) => figure(work, what, await contender.ask({ op: "time", work, what, ms }));
      note(`${work.name}.${what}`, contender, round, await time(what, ms));
      // The peak that a product is held against is measured right after it: clocks wander.
      if (what === "multiply") note(`${work.name}.peak`, contender, round, await time("spin", ms / 3));
    }
    say(`  round ${round + 1} of ${count}: ${((performance.now() - start) / 1000).toFixed(0)} s`);
  }
  return rounds;
}
