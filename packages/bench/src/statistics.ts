/** The middle value; of an even number of values the mean of the middle two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** From the lowest to the highest value, as a part of the median; 0 where all are equal. */
export function spread(values: readonly number[]): number {
  const range = Math.max(...values) - Math.min(...values);
  return range === 0 ? 0 : range / median(values);
}

/** The value that stands for the runs of a peer. */
export function summarize(runs: readonly number[], summary: 'median' | 'worst'): number {
  return summary === 'worst' ? Math.max(...runs) : median(runs);
}
