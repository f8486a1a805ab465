/** What an int64 measure keeps of a number: fractions are cut off, and what is left of -0.5 is 0, not -0. */
export function whole(value: number): number {
  return Math.trunc(value) + 0;
}
