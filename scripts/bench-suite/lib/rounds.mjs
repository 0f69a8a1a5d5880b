// Rounds: every contender does every work once, in turn, so that what slows the machine down for a while slows all.

/** Everything that can be timed. */
export function cells(contenders, works, checks) {
  const places = [];
  for (const work of Object.values(works)) {
    for (const what of work.spec ? ["predict", "train"] : ["multiply"]) {
      for (const contender of contenders) {
        if (checks[contender.name]?.[work.name]?.[what]) places.push({ contender, work, what });
      }
    }
  }
  return places;
}

/**
 * Does it for `ms` and returns `{ count, seconds }`, by the clock or by the time that the contender was on a processor.
 */
export async function time({ contender, work, what }, ms, byProcessor) {
  const { error, flops } = await contender.ask({ op: "open", work, what });
  if (error) return { error };
  const before = byProcessor && contender.processorTime();
  const timed = await contender.ask({ op: "run", ms });
  if (byProcessor) timed.seconds = contender.processorTime() - before;
  await contender.ask({ op: "close" });
  return { ...timed, flops };
}

/** In the table's own unit: milliseconds an answer, samples a second or GFLOP a second. */
function figure(work, what, { error, count, seconds, flops }) {
  if (error) return NaN;
  if (what === "predict") return (seconds / count) * 1e3;
  if (what === "train") return (count * work.batch) / seconds;
  if (what === "multiply") return (count * 2 * work.matmul.reduce((a, b) => a * b)) / seconds / 1e9;
  // In thousands of rounds: page/peak.js.
  return (count * 1000 * flops) / seconds / 1e9;
}

/** `rounds[work.what][contender] = [figure of round 0, …]`; NaN where it failed. */
export async function runRounds(places, { rounds: count, ms, byProcessor }, say) {
  const rounds = {};
  const note = (key, { name }, round, value) => {
    ((rounds[key] ??= {})[name] ??= [])[round] = value;
  };
  for (let round = 0; round < count; round++) {
    const start = performance.now();
    // Another one begins each time.
    const turn = (round * 7) % places.length;
    for (const { contender, work, what } of [...places.slice(turn), ...places.slice(0, turn)]) {
      const take = async (what, ms) => figure(work, what, await time({ contender, work, what }, ms, byProcessor));
      note(`${work.name}.${what}`, contender, round, await take(what, ms));
      // The peak that a product is held against is measured right after it: clocks wander.
      if (what === "multiply") note(`${work.name}.peak`, contender, round, await take("spin", ms / 3));
    }
    say(`  round ${round + 1} of ${count}: ${((performance.now() - start) / 1000).toFixed(0)} s`);
  }
  return rounds;
}
