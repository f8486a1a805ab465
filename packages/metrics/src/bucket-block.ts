import type { BucketList } from './bucket-list.ts';
import {
  addToByte,
  cellsOf,
  countUp,
  endOfStrip,
  HEADER_WORDS,
  hasThreshold,
  isFollowed,
  markFollowed,
  markThreshold,
  readStrip,
  stripEnd,
  stripWords,
  writeStrip,
} from './bucket-strip.ts';
import { float, halves } from './float-bits.ts';

/*
 * How the counts of one series lie in a block of words: the owner, which is the heap's; strips by rising key; then two
 * words of zero threshold, if it is not the one all series begin with. A block of zeros is an empty one.
 */

const OWNER_WORDS = 1;
const THRESHOLD_WORDS = 2;

/** One strip without cells. */
export const EMPTY_BLOCK_WORDS: number = OWNER_WORDS + HEADER_WORDS;

/** Counts one more under a key, if that takes a byte only. */
export function countQuickly(words: Int32Array, base: number, key: number): boolean {
  return addToByte(words, base + OWNER_WORDS, key);
}

/** Counts one more under a key, if the block has room for it; answers as {@link countUp}. */
export function countInBlock(words: Int32Array, base: number, key: number): number {
  return countUp(words, base + OWNER_WORDS, key);
}

/** Takes a block apart. */
export function readBlock(words: Int32Array, base: number, list: BucketList): void {
  list.clear();
  let strip = base + OWNER_WORDS;
  readStrip(words, strip, list);
  while (isFollowed(words, strip)) {
    strip = endOfStrip(words, strip);
    readStrip(words, strip, list);
  }
}

/** How many cells a block has, those with nothing in them too. */
export function cellsInBlock(words: Int32Array, base: number): number {
  let strip = base + OWNER_WORDS;
  let cells = cellsOf(words, strip);
  while (isFollowed(words, strip)) {
    strip = endOfStrip(words, strip);
    cells += cellsOf(words, strip);
  }
  return cells;
}

/** The words of a block as it was written. */
export function sizeOfBlock(words: Int32Array, base: number): number {
  const strip = lastStrip(words, base);
  return endOfStrip(words, strip) + (hasThreshold(words, strip) ? THRESHOLD_WORDS : 0) - base;
}

/** The words of a block for these counts. */
export function sizeForBlock(list: BucketList, threshold: number | undefined): number {
  let words = OWNER_WORDS + (threshold === undefined ? 0 : THRESHOLD_WORDS);
  for (let from = 0; from < list.length; ) {
    const end = stripEnd(list, from);
    words += stripWords(list, from, end);
    from = end;
  }
  return words;
}

/** Fills a block of the size for these counts, of which there must be some. */
export function writeBlock(
  words: Int32Array,
  base: number,
  list: BucketList,
  threshold: number | undefined,
): void {
  words.fill(0, base + OWNER_WORDS, base + sizeForBlock(list, threshold));
  let strip = base + OWNER_WORDS;
  for (let from = 0; from < list.length; ) {
    const end = stripEnd(list, from);
    writeStrip(words, strip, list, from, end);
    if (end < list.length) markFollowed(words, strip);
    else if (threshold !== undefined) writeThreshold(words, strip, threshold);
    strip = endOfStrip(words, strip);
    from = end;
  }
}

/** The zero threshold of a block that was written with one. */
export function readThreshold(words: Int32Array, base: number): number {
  const at = endOfStrip(words, lastStrip(words, base));
  halves[0] = words[at];
  halves[1] = words[at + 1];
  return float[0];
}

function writeThreshold(words: Int32Array, strip: number, threshold: number): void {
  markThreshold(words, strip);
  const at = endOfStrip(words, strip);
  float[0] = threshold;
  words[at] = halves[0];
  words[at + 1] = halves[1];
}

function lastStrip(words: Int32Array, base: number): number {
  let strip = base + OWNER_WORDS;
  while (isFollowed(words, strip)) strip = endOfStrip(words, strip);
  return strip;
}
