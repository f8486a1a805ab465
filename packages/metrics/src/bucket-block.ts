import type { BucketList } from './bucket-list.ts';
import { float, halves } from './float-bits.ts';

/**
 * How the counts of one series lie in a block of words.
 *
 * | word | content |
 * | --- | --- |
 * | 0, 1 | owner; size, and from bit 16 on the number of strips: the {@link BlockHeap}'s words |
 * | from 2 on | two words a strip: first key from bit 10 on and its planes; cells, and from bit 16 on where they are |
 * | then | the cells of each strip |
 * | the last two | the zero threshold, if it is not the one all series begin with |
 *
 * A strip counts neighbouring buckets, a byte each. What does not fit into a byte carries over to planes of one bit a
 * cell behind the bytes, as many as the largest count needs: so a strip is as wide as its counts.
 */

/** Where the directory begins unless the block is widened. */
export const DIRECTORY = 2;
export const KEY_SHIFT = 10;
export const HALF = 16;
export const HALF_MASK = 0xffff;
export const EMPTY_BLOCK_WORDS = 4;

const STRIPS = 1;
const PLANES_MASK = (1 << KEY_SHIFT) - 1;
const THRESHOLD_WORDS = 2;
// A gap costs no more than the directory entry it saves.
const WIDEST_GAP = 9;
const BYTE = 256;

/** What {@link countUp} did. */
export const NO_ROOM = 0;
export const COUNTED = 1;
export const BORN = 2;

/** Counts one more under a key, if the block has room for it. */
export function countUp(words: Int32Array, bytes: Uint8Array, base: number, key: number): number {
  const entry = findStrip(words, base, key);
  if (entry < 0) return NO_ROOM;
  const cells = words[entry + 1] & HALF_MASK;
  const place = key - (words[entry] >>> KEY_SHIFT);
  if (place >= cells) return NO_ROOM;
  const at = cellsAt(words, base, entry);
  const planes = words[entry] & PLANES_MASK;
  const count = readCell(bytes, at, cells, planes, place);
  if (count + 1 >= BYTE * 2 ** planes) return NO_ROOM;
  writeCell(bytes, at, cells, planes, place, count + 1);
  return count === 0 ? BORN : COUNTED;
}

/** Takes a block apart. */
export function readBlock(words: Int32Array, bytes: Uint8Array, base: number, list: BucketList): void {
  list.clear();
  const end = base + DIRECTORY + 2 * stripsOf(words, base);
  for (let entry = base + DIRECTORY; entry < end; entry += 2) {
    const first = words[entry] >>> KEY_SHIFT;
    const planes = words[entry] & PLANES_MASK;
    const cells = words[entry + 1] & HALF_MASK;
    const at = cellsAt(words, base, entry);
    for (let place = 0; place < cells; place++) {
      const low = bytes[at + place];
      const count = planes === 0 ? low : readCell(bytes, at, cells, planes, place);
      if (count > 0) list.push(first + place, count);
    }
  }
}

/** How many cells a block has, those with nothing in them too. */
export function cellsOf(words: Int32Array, base: number): number {
  let cells = 0;
  for (let strip = 0; strip < stripsOf(words, base); strip++) {
    cells += words[base + DIRECTORY + 2 * strip + 1] & HALF_MASK;
  }
  return cells;
}

/** The words of a block for these counts. */
export function blockSize(list: BucketList, threshold: number | undefined): number {
  let words = DIRECTORY + (threshold === undefined ? 0 : THRESHOLD_WORDS);
  for (let from = 0; from < list.length; ) {
    const end = stripEnd(list, from);
    words += 2 + stripWords(list, from, end);
    from = end;
  }
  return words;
}

/** Fills a block of this size; its first two words are written already. */
export function writeBlock(
  words: Int32Array,
  bytes: Uint8Array,
  base: number,
  list: BucketList,
  threshold: number | undefined,
): void {
  const size = words[base + STRIPS] & HALF_MASK;
  words.fill(0, base + DIRECTORY, base + size);
  let strips = 0;
  for (let from = 0; from < list.length; from = stripEnd(list, from)) strips++;
  words[base + STRIPS] = size | (strips << HALF);
  let offset = DIRECTORY + 2 * strips;
  for (let from = 0, entry = base + DIRECTORY; from < list.length; entry += 2) {
    const end = stripEnd(list, from);
    writeStrip({ words, bytes, base, entry, offset }, list, from, end);
    offset += stripWords(list, from, end);
    from = end;
  }
  if (threshold !== undefined) writeThreshold(words, base + size - THRESHOLD_WORDS, threshold);
}

/** The zero threshold of a block that was written with one. */
export function readThreshold(words: Int32Array, base: number): number {
  const at = base + (words[base + STRIPS] & HALF_MASK) - THRESHOLD_WORDS;
  halves[0] = words[at];
  halves[1] = words[at + 1];
  return float[0];
}

function writeThreshold(words: Int32Array, at: number, threshold: number): void {
  float[0] = threshold;
  words[at] = halves[0];
  words[at + 1] = halves[1];
}

function stripsOf(words: Int32Array, base: number): number {
  return words[base + STRIPS] >>> HALF;
}

/** The first byte of a strip's cells. */
function cellsAt(words: Int32Array, base: number, entry: number): number {
  return (base + (words[entry + 1] >>> HALF)) << 2;
}

/** The last strip that does not begin above a key; -1 if there is none. */
function findStrip(words: Int32Array, base: number, key: number): number {
  const directory = base + DIRECTORY;
  let low = 0;
  let high = stripsOf(words, base);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (words[directory + 2 * middle] >>> KEY_SHIFT <= key) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? -1 : directory + 2 * (low - 1);
}

function stripEnd({ keys, length }: BucketList, from: number): number {
  let end = from + 1;
  while (end < length && keys[end] - keys[end - 1] <= WIDEST_GAP) end++;
  return end;
}

function stripWords(list: BucketList, from: number, end: number): number {
  const cells = list.keys[end - 1] - list.keys[from] + 1;
  return (cells + planesFor(list, from, end) * planeBytes(cells) + 3) >> 2;
}

function planesFor({ counts }: BucketList, from: number, end: number): number {
  let largest = 0;
  for (let at = from; at < end; at++) largest = Math.max(largest, counts[at]);
  let planes = 0;
  for (let limit = BYTE; largest >= limit; limit *= 2) planes++;
  return planes;
}

interface StripPlace {
  readonly words: Int32Array;
  readonly bytes: Uint8Array;
  readonly base: number;
  readonly entry: number;
  /** In words from the base on. */
  readonly offset: number;
}

function writeStrip(
  { words, bytes, base, entry, offset }: StripPlace,
  list: BucketList,
  from: number,
  end: number,
): void {
  const first = list.keys[from];
  const cells = list.keys[end - 1] - first + 1;
  const planes = planesFor(list, from, end);
  words[entry] = (first << KEY_SHIFT) | planes;
  words[entry + 1] = cells | (offset << HALF);
  const at = (base + offset) << 2;
  for (let i = from; i < end; i++) writeCell(bytes, at, cells, planes, list.keys[i] - first, list.counts[i]);
}

function planeBytes(cells: number): number {
  return (cells + 7) >> 3;
}

function readCell(bytes: Uint8Array, at: number, cells: number, planes: number, place: number): number {
  const width = planeBytes(cells);
  const bit = at + cells + (place >> 3);
  let high = 0;
  for (let plane = planes - 1; plane >= 0; plane--) {
    high = 2 * high + ((bytes[bit + plane * width] >> (place & 7)) & 1);
  }
  return high * BYTE + bytes[at + place];
}

function writeCell(
  bytes: Uint8Array,
  at: number,
  cells: number,
  planes: number,
  place: number,
  count: number,
): void {
  const width = planeBytes(cells);
  const bit = at + cells + (place >> 3);
  const mask = 1 << (place & 7);
  bytes[at + place] = count % BYTE;
  let high = Math.floor(count / BYTE);
  for (let plane = 0; plane < planes; plane++) {
    const byte = bit + plane * width;
    bytes[byte] = high % 2 === 0 ? bytes[byte] & ~mask : bytes[byte] | mask;
    high = Math.floor(high / 2);
  }
}
