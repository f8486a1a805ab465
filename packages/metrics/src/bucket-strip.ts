import type { BucketList } from './bucket-list.ts';

/*
 * How the counts of neighbouring buckets lie in words: a strip.
 *
 * | word | content |
 * | --- | --- |
 * | 0 | how many planes; from bit 10 on the first key |
 * | 1 | how many cells; from bit 10 on the first cell with planes, from bit 20 on the bytes of a plane; what follows |
 * | then | a byte a cell; then the planes |
 *
 * A byte counts from 1 to 255 and 0 says that the bucket is not there. What does not fit carries over to planes of one
 * bit a cell, as many as the largest count needs: 255 each. They span only the cells with such counts, as usual
 * distributions are high in the middle and long at both ends.
 */

export const HEADER_WORDS = 2;

// Of this module alone where recordings use them: what another one exports the engine looks up each time.
const HEADER = HEADER_WORDS;
const KEY_SHIFT = 10;
const CELLS_MASK = 0x3ff;
const START_SHIFT = 10;
const START_MASK = 0x3ff;
const WIDTH_SHIFT = 20;
const WIDTH_MASK = 0xff;
const PLANES_MASK = 0x3f;
const OWN_THRESHOLD = 1 << 30;
const ANOTHER_STRIP = 1 << 31;
const BYTE_MASK = 0xff;
const MOST_IN_BYTE = 255;
const MOST_CELLS = CELLS_MASK;
// A gap costs no more than the header it saves.
const WIDEST_GAP = 9;

/** What {@link countUp} did. */
export const NO_ROOM = 0;
export const COUNTED = 1;
export const BORN = 2;

/** Counts one more under a key if that takes a byte only: the bucket is there, and nothing carries over. */
export function addToByte(words: Int32Array, first: number, key: number): boolean {
  let strip = first;
  for (;;) {
    const cell = key - (words[strip] >>> KEY_SHIFT);
    const shape = words[strip + 1];
    if (cell >>> 0 < (shape & CELLS_MASK)) {
      const word = strip + HEADER + (cell >>> 2);
      const lane = (cell & 3) << 3;
      const count = words[word];
      const low = (count >>> lane) & BYTE_MASK;
      if (low === 0 || low === MOST_IN_BYTE) return false;
      words[word] = count + (1 << lane);
      return true;
    }
    if ((shape & ANOTHER_STRIP) === 0) return false;
    strip = endOfStrip(words, strip);
  }
}

/** Counts one more under a key, if there is a cell for it that is wide enough. */
export function countUp(words: Int32Array, first: number, key: number): number {
  let strip = first;
  while (key - firstKeyOf(words, strip) >= cellsOf(words, strip) && isFollowed(words, strip))
    strip = endOfStrip(words, strip);
  const cell = key - firstKeyOf(words, strip);
  if (cell < 0 || cell >= cellsOf(words, strip)) return NO_ROOM;
  const low = readByte(words, strip, cell);
  if (low === MOST_IN_BYTE && !carry(words, strip, cell)) return NO_ROOM;
  writeByte(words, strip, cell, low === MOST_IN_BYTE ? 1 : low + 1);
  return low === 0 ? BORN : COUNTED;
}

/** Adds the counts of a strip to a list. */
export function readStrip(words: Int32Array, strip: number, list: BucketList): void {
  const cells = cellsOf(words, strip);
  const key = firstKeyOf(words, strip);
  for (let cell = 0; cell < cells; cell++) {
    const count = readCell(words, strip, cell);
    if (count > 0) list.push(key + cell, count);
  }
}

/** Writes places `from` to `end` of a list into words that are 0. */
export function writeStrip(
  words: Int32Array,
  strip: number,
  list: BucketList,
  from: number,
  end: number,
): void {
  const key = list.keys[from];
  words[strip] = (key << KEY_SHIFT) | planesFor(list, from, end);
  words[strip + 1] = shapeFor(list, from, end);
  for (let i = from; i < end; i++) writeCell(words, strip, list.keys[i] - key, list.counts[i]);
}

/** Where the strip ends that begins at a place of a list. */
export function stripEnd({ keys, length }: BucketList, from: number): number {
  let end = from + 1;
  while (end < length && keys[end] - keys[end - 1] <= WIDEST_GAP && keys[end] - keys[from] < MOST_CELLS)
    end++;
  return end;
}

/** How many words {@link writeStrip} takes. */
export function stripWords(list: BucketList, from: number, end: number): number {
  return wordsOf(shapeFor(list, from, end), planesFor(list, from, end));
}

/** The word after a strip. */
export function endOfStrip(words: Int32Array, strip: number): number {
  return strip + wordsOf(words[strip + 1], words[strip] & PLANES_MASK);
}

export function cellsOf(words: Int32Array, strip: number): number {
  return words[strip + 1] & CELLS_MASK;
}

/** Whether another strip begins where this one ends. */
export function isFollowed(words: Int32Array, strip: number): boolean {
  return (words[strip + 1] & ANOTHER_STRIP) !== 0;
}

/** Whether a threshold is where this strip, the last one, ends. */
export function hasThreshold(words: Int32Array, strip: number): boolean {
  return (words[strip + 1] & OWN_THRESHOLD) !== 0;
}

export function markFollowed(words: Int32Array, strip: number): void {
  words[strip + 1] |= ANOTHER_STRIP;
}

export function markThreshold(words: Int32Array, strip: number): void {
  words[strip + 1] |= OWN_THRESHOLD;
}

function firstKeyOf(words: Int32Array, strip: number): number {
  return words[strip] >>> KEY_SHIFT;
}

function wordsOf(shape: number, planes: number): number {
  const bytes = (shape & CELLS_MASK) + planes * widthOf(shape);
  return HEADER + ((bytes + 3) >> 2);
}

function shapeFor({ keys, counts }: BucketList, from: number, end: number): number {
  const cells = keys[end - 1] - keys[from] + 1;
  let [low, high] = [from, end - 1];
  while (low < end && counts[low] <= MOST_IN_BYTE) low++;
  if (low === end) return cells;
  while (counts[high] <= MOST_IN_BYTE) high--;
  const width = (keys[high] - keys[low] + 8) >> 3;
  return cells | ((keys[low] - keys[from]) << START_SHIFT) | (width << WIDTH_SHIFT);
}

function planesFor({ counts }: BucketList, from: number, end: number): number {
  let largest = 0;
  for (let at = from; at < end; at++) largest = Math.max(largest, counts[at]);
  let planes = 0;
  for (let limit = MOST_IN_BYTE; largest > limit; limit *= 2) planes++;
  return planes;
}

/** The bit of a cell in each plane; outside of them below 0. */
function bitOf(shape: number, cell: number): number {
  const bit = cell - ((shape >>> START_SHIFT) & START_MASK);
  return bit >> 3 < widthOf(shape) ? bit : -1;
}

function widthOf(shape: number): number {
  return (shape >>> WIDTH_SHIFT) & WIDTH_MASK;
}

/** Adds 1 to what a cell has in planes, if that fits there. */
function carry(words: Int32Array, strip: number, cell: number): boolean {
  const shape = words[strip + 1];
  const bit = bitOf(shape, cell);
  if (bit < 0) return false;
  const mask = 1 << (bit & 7);
  const lowest = (shape & CELLS_MASK) + (bit >> 3);
  const planes = words[strip] & PLANES_MASK;
  let plane = 0;
  while (plane < planes && (readByte(words, strip, lowest + plane * widthOf(shape)) & mask) !== 0) plane++;
  if (plane === planes) return false;
  for (let at = lowest + plane * widthOf(shape); at >= lowest; at -= widthOf(shape)) {
    writeByte(words, strip, at, readByte(words, strip, at) ^ mask);
  }
  return true;
}

function readCell(words: Int32Array, strip: number, cell: number): number {
  const low = readByte(words, strip, cell);
  const shape = words[strip + 1];
  const bit = bitOf(shape, cell);
  if (bit < 0) return low;
  const lowest = (shape & CELLS_MASK) + (bit >> 3);
  let high = 0;
  for (let plane = (words[strip] & PLANES_MASK) - 1; plane >= 0; plane--) {
    high = 2 * high + ((readByte(words, strip, lowest + plane * widthOf(shape)) >> (bit & 7)) & 1);
  }
  return high * MOST_IN_BYTE + low;
}

/** Writes a count that fits, and is not 0, where 0 was. */
function writeCell(words: Int32Array, strip: number, cell: number, count: number): void {
  writeByte(words, strip, cell, ((count - 1) % MOST_IN_BYTE) + 1);
  const shape = words[strip + 1];
  const bit = bitOf(shape, cell);
  let high = Math.floor((count - 1) / MOST_IN_BYTE);
  for (let at = (shape & CELLS_MASK) + (bit >> 3); high > 0; at += widthOf(shape)) {
    writeByte(words, strip, at, readByte(words, strip, at) | ((high % 2) << (bit & 7)));
    high = Math.floor(high / 2);
  }
}

function readByte(words: Int32Array, strip: number, at: number): number {
  return (words[strip + HEADER + (at >>> 2)] >>> ((at & 3) << 3)) & BYTE_MASK;
}

function writeByte(words: Int32Array, strip: number, at: number, byte: number): void {
  const lane = (at & 3) << 3;
  const word = strip + HEADER + (at >>> 2);
  words[word] = (words[word] & ~(BYTE_MASK << lane)) | (byte << lane);
}
