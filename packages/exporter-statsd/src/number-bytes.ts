import { writeText } from '@oriel/encoding';

/** The most bytes a number takes: a sign, 17 digits, a point and `e-308`. */
export const NUMBER_LENGTH = 25;

const ZERO = 48;
const MINUS = 45;
const POINT = 46;
const LARGEST_SHORT = 2 ** 31;

/** Writes a finite number, as short as it can be read back unchanged, and returns the place behind it. */
export function writeNumber(bytes: Uint8Array, at: number, value: number): number {
  const size = value < 0 ? -value : value;
  if (size < LARGEST_SHORT) {
    const whole = size | 0;
    if (whole === size) return writeDigits(bytes, value < 0 ? sign(bytes, at) : at, whole);
    const thousandths = Math.round(size * 1000);
    // What reads back as the same number is the number.
    if (thousandths < LARGEST_SHORT && thousandths / 1000 === size)
      return writeThousandths(bytes, value < 0 ? sign(bytes, at) : at, thousandths);
  }
  return writeText(bytes, at, String(value));
}

function sign(bytes: Uint8Array, at: number): number {
  bytes[at] = MINUS;
  return at + 1;
}

function writeDigits(bytes: Uint8Array, at: number, value: number): number {
  let end = at + 1;
  for (let rest = value; rest > 9; end++) rest = (rest / 10) | 0;
  let rest = value;
  for (let i = end - 1; i >= at; i--) {
    const tenth = (rest / 10) | 0;
    bytes[i] = ZERO + rest - tenth * 10;
    rest = tenth;
  }
  return end;
}

// Up to three digits behind the point, the last one not 0.
function writeThousandths(bytes: Uint8Array, at: number, value: number): number {
  const whole = (value / 1000) | 0;
  let rest = value - whole * 1000;
  let digits = 3;
  for (; rest % 10 === 0; digits--) rest = (rest / 10) | 0;
  const end = writeDigits(bytes, at, whole) + 1;
  bytes[end - 1] = POINT;
  for (let i = end + digits - 1; i >= end; i--) {
    const tenth = (rest / 10) | 0;
    bytes[i] = ZERO + rest - tenth * 10;
    rest = tenth;
  }
  return end + digits;
}
