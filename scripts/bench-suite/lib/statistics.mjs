// Medians and ranges of rounds that were run in turn.

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Median, smallest and largest. */
export const spread = (values) => ({ median: median(values), low: Math.min(...values), high: Math.max(...values) });

/**
 * The ratio of two contenders round by round: what slows a machine down for a while slows both, and drops out.
 * Rounds that one of them lacks are left out.
 */
export function ratio(ours, theirs) {
  const both = ours.map((value, round) => value / theirs[round]).filter(Number.isFinite);
  return both.length ? spread(both) : null;
}
