// The largest double that a `uint64` can hold.
const MOST_COUNT = 2 ** 64 - 2 ** 11;

/** Whether a count fits a `uint64` to the last digit. */
export function isCount(count: number): boolean {
  return count >= 0 && count <= MOST_COUNT && Math.floor(count) === count;
}

/** The `uint64` next to a number; 0 for what is none. */
export function nearestCount(count: number): number {
  return count > 0 ? Math.min(MOST_COUNT, Math.round(count)) : 0;
}
