import { writeText } from '@oriel/encoding';

/** The most bytes one number takes, with the line feed behind it: a sign, 17 digits, a point and `e-308`. */
export const NUMBER_LENGTH = 25;

const ZERO = 48;
const POINT = 46;
const digits = new Uint8Array(20);

/**
 * Writes a number as Go's shortest `%g` does: plain from 0.0001 up to a million, else `d.ddde+XX`.
 *
 * `float` adds `.0` to whole numbers in plain form, as OpenMetrics has it.
 */
export function writeNumber(bytes: Uint8Array, at: number, value: number, float: boolean): number {
  const small = value | 0;
  if (small === value && small >= 0 && small < 1e6) {
    const end = writeSmall(bytes, at, small);
    return float ? writePointZero(bytes, end) : end;
  }
  if (value >= 1e6 && Number.isSafeInteger(value)) return writeExponent(bytes, at, value);
  return writeText(bytes, at, numberText(value, float));
}

/**
 * Writes a count: in OpenMetrics a plain integer, in text in the form of {@link writeNumber}.
 *
 * From 1e21 on it has an exponent in both, as all its digits would not fit into {@link NUMBER_LENGTH}.
 */
export function writeCount(bytes: Uint8Array, at: number, value: number, openMetrics: boolean): number {
  const plain = openMetrics && value >= 1e6 && Number.isInteger(value);
  return plain ? writeText(bytes, at, String(value)) : writeNumber(bytes, at, value, false);
}

/** A count as OpenMetrics has it, in the form of {@link writeCount}. */
export function countText(value: number): string {
  return value >= 1e6 && Number.isInteger(value) ? String(value) : numberText(value, false);
}

/** A number in the form of {@link writeNumber}. */
export function numberText(value: number, float: boolean): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e6)) return exponentText(value);
  const text = String(value);
  return float && Number.isInteger(value) ? `${text}.0` : text;
}

function exponentText(value: number): string {
  const [mantissa, exponent] = value.toExponential().split('e');
  const power = Number(exponent);
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

// Up to six digits, without a string in between. Each digit is written where it belongs from the last one on.
function writeSmall(bytes: Uint8Array, at: number, value: number): number {
  const end =
    at +
    (value < 1000 ? (value < 10 ? 1 : value < 100 ? 2 : 3) : value < 10_000 ? 4 : value < 100_000 ? 5 : 6);
  let rest = value;
  for (let i = end - 1; i >= at; i--) {
    const tenth = (rest / 10) | 0;
    bytes[i] = ZERO + rest - tenth * 10;
    rest = tenth;
  }
  return end;
}

// Whole numbers from a million on, without a string in between: a counter soon has this form.
function writeExponent(bytes: Uint8Array, at: number, value: number): number {
  let rest = value;
  let length = 0;
  let significant = 0;
  for (; rest >= 1; length++) {
    const tenth = Math.floor(rest / 10);
    const digit = rest - tenth * 10;
    if (significant > 0 || digit !== 0) digits[significant++] = ZERO + digit;
    rest = tenth;
  }
  bytes[at++] = digits[significant - 1];
  if (significant > 1) bytes[at++] = POINT;
  for (let i = significant - 2; i >= 0; i--) bytes[at++] = digits[i];
  const power = length - 1;
  bytes[at++] = 101;
  bytes[at++] = 43;
  bytes[at++] = ZERO + ((power / 10) | 0);
  bytes[at++] = ZERO + (power % 10);
  return at;
}

function writePointZero(bytes: Uint8Array, at: number): number {
  bytes[at] = POINT;
  bytes[at + 1] = ZERO;
  return at + 2;
}
