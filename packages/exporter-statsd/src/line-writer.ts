import { type ByteBlock, blockOf, type ColumnWriter, copyBytes } from '@oriel/encoding';
import { writeNumber } from './number-bytes.ts';
import type { PacketBlock } from './packet-block.ts';
import type { TagStyle } from './tag-style.ts';
import { Tally } from './tally.ts';

/** Types of StatsD: counter, gauge, timer, histogram, distribution. */
export type LineType = 'c' | 'g' | 'ms' | 'h' | 'd';

/** What is the same in all lines of one kind of one family. */
export interface LineShape {
  readonly name: ByteBlock;
  /** Tags that the family adds itself. */
  readonly own: ByteBlock;
  readonly type: LineType;
  /** `|` and the type. */
  readonly ending: ByteBlock;
}

export function lineShape(name: string, type: LineType, ownTags = ''): LineShape {
  return { name: blockOf(name), own: blockOf(ownTags), type, ending: blockOf(`|${type}`) };
}

const COLON = 58;
const PIPE = 124;
const AT = 64;
const HASH = 35;
const LINE_FEED = 10;

export interface LineOptions {
  readonly style: TagStyle;
  /** Whether a negative gauge needs a line that sets it to 0 first: its sign alone would mean "less by". */
  readonly resetNegativeGauges: boolean;
}

/** Writes lines into a block of packets. What cannot be a line is left out and counted. */
export class LineWriter {
  readonly #block: PacketBlock;
  readonly #inName: boolean;
  readonly #resets: boolean;
  #tally = new Tally();

  constructor(block: PacketBlock, { style, resetNegativeGauges }: LineOptions) {
    this.#block = block;
    this.#inName = style.inName;
    this.#resets = resetNegativeGauges;
  }

  /** Counts in this tally from now on. */
  begin(tally: Tally): void {
    this.#tally = tally;
  }

  /** Counts lines of a family that cannot be sent. */
  drop(cause: 'collision', lines: number): void {
    this.#tally.dropped[cause] += lines;
  }

  /** One line of a row; `rate` below 1 is the share of values it stands for. */
  write(shape: LineShape, tags: ColumnWriter, row: number, value: number, rate: number = 1): void {
    if (!Number.isFinite(value)) {
      this.#tally.dropped.not_finite++;
      return;
    }
    const block = this.#block;
    block.reserve(shape.name.size + tags.mostBytes(row) + shape.own.size);
    let at = block.end;
    let lines = 1;
    if (value < 0 && shape.type === 'g' && this.#resets) {
      at = this.#line(at, shape, tags, row, 0, 1);
      lines = 2;
    }
    at = this.#line(at, shape, tags, row, value, rate);
    if (block.endLine(at, lines)) this.#tally.lines += lines;
    else {
      this.#tally.dropped.too_long++;
      this.#tally.droppedBytes += at - 1 - block.end;
    }
  }

  #line(at: number, shape: LineShape, tags: ColumnWriter, row: number, value: number, rate: number): number {
    const { bytes, view } = this.#block;
    const { name, ending } = shape;
    at = copyBytes(name.view, 0, name.size, view, at);
    if (this.#inName) at = this.#tags(at, shape, tags, row);
    bytes[at++] = COLON;
    at = writeNumber(bytes, at, value);
    at = copyBytes(ending.view, 0, ending.size, view, at);
    if (rate < 1) {
      bytes[at++] = PIPE;
      bytes[at++] = AT;
      at = writeNumber(bytes, at, rate);
    }
    if (!this.#inName) {
      const bar = at;
      const end = this.#tags(bar + 1, shape, tags, row);
      if (end > bar + 1) {
        bytes[bar] = PIPE;
        // The first tag's comma.
        bytes[bar + 1] = HASH;
        at = end;
      }
    }
    bytes[at] = LINE_FEED;
    return at + 1;
  }

  #tags(at: number, { own }: LineShape, tags: ColumnWriter, row: number): number {
    const end = tags.copy(row, this.#block.view, at);
    return copyBytes(own.view, 0, own.size, this.#block.view, end);
  }
}
