// The range of `Date`. What lies beyond it is no time, and some readers fail on it.
const LATEST = 8.64e15;

/** Whether a number is a time in milliseconds since the epoch; NaN is none. */
export function isTime(milliseconds: number | undefined): milliseconds is number {
  return milliseconds !== undefined && Math.abs(milliseconds) <= LATEST;
}

/** A time as plain decimal seconds of one to nine digits behind the point; some readers cut exponents short. */
export function secondsText(milliseconds: number): string {
  const text = String(milliseconds / 1000);
  if (/^-?\d+\.\d{1,9}$/.test(text)) return text;
  return (milliseconds / 1000).toFixed(9).replace(/0{1,8}$/, '');
}
