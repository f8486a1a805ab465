import { isLegacyMetricName } from '@oriel/metrics';
import { type ByteBlock, blockOf, byteBlock, copyBytes } from './byte-block.ts';
import type { LabelWriter } from './label-writer.ts';
import { NUMBER_LENGTH, numberText, writeCount, writeNumber } from './number-writer.ts';
import type { PageBuffer } from './page-buffer.ts';
import { escapeLabelValue } from './value-bytes.ts';

const OPEN = 123;
const CLOSE = 125;
const SPACE = 32;
const LINE_FEED = 10;

/** The most bytes that lines written in one go may take: less than a chunk. */
const MOST_AT_ONCE = 32 * 1024;

/** The most bytes behind the labels: a brace, a space, the value and a line feed. */
const LINE_END_LENGTH = 2 + NUMBER_LENGTH;

/** What stands around the labels of a line: the name, and perhaps a label of the type's own such as `le`. */
export interface LineShape {
  readonly head: ByteBlock;
  /** The name stands quoted inside the braces. */
  readonly quoted: boolean;
  /** From the own label to the blank before the value, behind other labels. */
  readonly end: ByteBlock;
  /** The same where there are no other labels. */
  readonly endAlone: ByteBlock;
}

/** The shape of lines with this sample name. */
export function lineShape(name: string): LineShape {
  const quoted = !isLegacyMetricName(name);
  const head = quoted ? `{"${escapeLabelValue(name)}"` : name;
  return { head: blockOf(head), quoted, end: blockOf('} '), endAlone: blockOf(quoted ? '} ' : ' ') };
}

/** Shapes of lines with this sample name and a label of their own, whose name is written as it is. */
export function lineShapes(name: string, label: string, values: readonly string[]): LineShape[] {
  const { head, quoted } = lineShape(name);
  return values.map((value) => {
    const pair = `${label}="${escapeLabelValue(value)}"} `;
    return { head, quoted, end: blockOf(`,${pair}`), endAlone: blockOf(`${quoted ? ',' : '{'}${pair}`) };
  });
}

/** Begins the lines of one row: writes names and labels, encoded once and copied for every line. */
export class RowWriter {
  readonly #labels: LabelWriter;
  #row = 0;
  /** Name and labels of the line before; lines of one name share them. */
  #prefix = byteBlock(256);
  #prefixLength = 0;
  #head: ByteBlock | undefined;

  constructor(labels: LabelWriter) {
    this.#labels = labels;
  }

  /** Goes to a row that has several lines. */
  load(row: number): void {
    this.#row = row;
    this.#head = undefined;
  }

  /** Writes a line of the row that is loaded, up to its value. */
  begin(page: PageBuffer, shape: LineShape): void {
    if (shape.head !== this.#head) this.#fill(shape);
    const alone = this.#prefixLength === shape.head.size;
    const end = alone ? shape.endAlone : shape.end;
    page.reserve(this.#prefixLength + end.size + NUMBER_LENGTH);
    const { view } = page;
    const middle = copyBytes(this.#prefix.view, 0, this.#prefixLength, view, page.end);
    page.end = copyBytes(end.view, 0, end.size, view, middle);
  }

  /**
   * Writes lines of one name with counts that add up, whole and in one go, and returns the last count.
   *
   * The short way for buckets: room is made once, and the place is kept out of the page until the end. Lines must
   * be fewer than make a chunk, see {@link fits}.
   */
  addingUp(
    page: PageBuffer,
    shapes: readonly LineShape[],
    counts: Float64Array,
    from: number,
    openMetrics: boolean,
  ): number {
    page.reserve(this.#mostBytes(shapes));
    const { bytes, view } = page;
    const prefix = this.#prefix.view;
    const length = this.#prefixLength;
    const alone = length === shapes[0].head.size;
    let { end: at } = page;
    let count = 0;
    for (let i = 0; i < shapes.length; i++) {
      const end = alone ? shapes[i].endAlone : shapes[i].end;
      count += counts[from + i];
      at = copyBytes(prefix, 0, length, view, at);
      at = copyBytes(end.view, 0, end.size, view, at);
      at = writeCount(bytes, at, count, openMetrics);
      bytes[at++] = LINE_FEED;
    }
    page.end = at;
    return count;
  }

  /** Whether lines of these shapes may be written in one go. */
  fits(shapes: readonly LineShape[]): boolean {
    if (shapes[0].head !== this.#head) this.#fill(shapes[0]);
    return this.#mostBytes(shapes) <= MOST_AT_ONCE;
  }

  #mostBytes(shapes: readonly LineShape[]): number {
    // The last is +Inf or the longest bound; none is longer than a number and the label around it.
    return shapes.length * (this.#prefixLength + shapes[0].end.size + 2 * NUMBER_LENGTH);
  }

  /** Writes the only line of a row, up to its value. */
  beginOnly(page: PageBuffer, { head, quoted }: LineShape, row: number): void {
    page.reserve(head.size + this.#labels.mostBytes(row) + LINE_END_LENGTH);
    const { bytes, view } = page;
    const open = copyBytes(head.view, 0, head.size, view, page.end);
    let end = this.#labels.copy(row, view, open);
    if (end > open && !quoted) bytes[open] = OPEN;
    if (end > open || quoted) bytes[end++] = CLOSE;
    bytes[end++] = SPACE;
    page.end = end;
  }

  #fill({ head, quoted }: LineShape): void {
    const most = head.size + this.#labels.mostBytes(this.#row);
    if (most > this.#prefix.size) this.#prefix = byteBlock(most * 2);
    const { bytes, view } = this.#prefix;
    const open = copyBytes(head.view, 0, head.size, view, 0);
    this.#prefixLength = this.#labels.copy(this.#row, view, open);
    // The first label's comma becomes the brace.
    if (this.#prefixLength > open && !quoted) bytes[open] = OPEN;
    this.#head = head;
  }
}

/** Ends a line with a value; its beginning made room. */
export function endWithNumber(page: PageBuffer, value: number, openMetrics: boolean): void {
  const { bytes } = page;
  const end = writeNumber(bytes, page.end, value, openMetrics);
  bytes[end] = LINE_FEED;
  page.end = end + 1;
}

/** Ends a line with a count; its beginning made room. */
export function endWithCount(page: PageBuffer, value: number, openMetrics: boolean): void {
  const { bytes } = page;
  const end = writeCount(bytes, page.end, value, openMetrics);
  bytes[end] = LINE_FEED;
  page.end = end + 1;
}

/** Puts a time behind the value that was written last. */
export function addTimestamp(page: PageBuffer, milliseconds: number, openMetrics: boolean): void {
  const text = openMetrics ? numberText(milliseconds / 1000, true) : String(Math.trunc(milliseconds));
  addText(page, ` ${text}`);
}

/** Puts text behind the value or time that was written last. */
export function addText(page: PageBuffer, text: string): void {
  page.end--;
  page.text(`${text}\n`);
}
