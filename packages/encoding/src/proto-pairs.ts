import { writeText } from './byte-block.ts';
import { LENGTH_DELIMITED, tag, varintLength, writeVarint } from './proto-wire.ts';
import type { PairForm } from './value-bytes.ts';

const LABEL = tag(1, LENGTH_DELIMITED);
const NAME = tag(1, LENGTH_DELIMITED);
const VALUE = tag(2, LENGTH_DELIMITED);
const MOST_BYTES_A_CHARACTER = 3;

/** A label pair as a field of number 1: a message `{ name = 1, value = 2 }`. */
export const protoPairs: PairForm = {
  mostBytes: (name, characters) => Buffer.byteLength(name) + characters * MOST_BYTES_A_CHARACTER + 18,
  write(bytes, at, name, value) {
    const whole = value.toWellFormed();
    const named = Buffer.byteLength(name);
    const valued = Buffer.byteLength(whole);
    const length = 2 + varintLength(named) + named + varintLength(valued) + valued;
    bytes[at] = LABEL;
    let end = writeVarint(bytes, at + 1, length);
    bytes[end] = NAME;
    end = writeText(bytes, writeVarint(bytes, end + 1, named), name);
    bytes[end] = VALUE;
    return writeText(bytes, writeVarint(bytes, end + 1, valued), whole);
  },
};
