import { type ByteBlock, blockOf, byteBlock, copyBytes, type LabelWriter } from '@oriel/encoding';
import { isLegacyMetricName } from '@oriel/metrics';
import { escapeLabelValue } from './escape-value.ts';
import { NUMBER_LENGTH, numberText, writeCount, writeNumber } from './number-writer.ts';
import type { PageBuffer } from './page-buffer.ts';

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
  /** The labels of the row that is loaded, each with a comma before it. */
  #row = byteBlock(256);
  #length = 0;
  /** Name and labels of lines that are written in one go. */
  #prefix = byteBlock(256);

  constructor(labels: LabelWriter) {
    this.#labels = labels;
  }

  /** Fetches the labels of a row that has several lines. */
  load(row: number): void {
    const most = this.#labels.mostBytes(row);
    if (most > this.#row.size) this.#row = byteBlock(most * 2);
    this.#length = this.#labels.copy(row, this.#row.view, 0);
  }

  /** Writes a line of the row that is loaded, up to its value. */
  begin(page: PageBuffer, { head, quoted, end, endAlone }: LineShape): void {
    const last = this.#length === 0 ? endAlone : end;
    page.reserve(head.size + this.#length + last.size + NUMBER_LENGTH);
    const { bytes, view } = page;
    const open = copyBytes(head.view, 0, head.size, view, page.end);
    const middle = copyBytes(this.#row.view, 0, this.#length, view, open);
    // The first label's comma becomes the brace.
    if (middle > open && !quoted) bytes[open] = OPEN;
    page.end = copyBytes(last.view, 0, last.size, view, middle);
  }

  /**
   * Writes lines of the row that is loaded, all of one name, whole and in one go: their values add up. Returns the
   * last one, or nothing if the lines are more than belong into one step.
   *
   * The short way for buckets: room is made once, and the place is kept out of the page until the end.
   */
  addUp(
    page: PageBuffer,
    shapes: readonly LineShape[],
    cells: Float64Array,
    from: number,
    openMetrics: boolean,
  ): number | undefined {
    const { head, end } = shapes[0];
    // No bound is longer than a number and the label around it.
    const most = shapes.length * (head.size + this.#length + end.size + 2 * NUMBER_LENGTH);
    if (most > MOST_AT_ONCE) return undefined;
    const length = this.#fillPrefix(shapes[0]);
    const prefix = this.#prefix.view;
    page.reserve(most);
    const { bytes, view } = page;
    let { end: at } = page;
    let count = 0;
    for (let i = 0; i < shapes.length; i++) {
      const last = length === head.size ? shapes[i].endAlone : shapes[i].end;
      count += cells[from + i];
      at = copyBytes(prefix, 0, length, view, at);
      at = copyBytes(last.view, 0, last.size, view, at);
      at = writeCount(bytes, at, count, openMetrics);
      bytes[at++] = LINE_FEED;
    }
    page.end = at;
    return count;
  }

  /** Writes rows of one line each from a row on, until a chunk is full; returns the row to go on with. */
  values(
    page: PageBuffer,
    shape: LineShape,
    cells: Float64Array,
    from: number,
    openMetrics: boolean,
  ): number {
    for (let row = from; row < cells.length; row++) {
      this.beginOnly(page, shape, row);
      endWithNumber(page, cells[row], openMetrics);
      if (page.ready) return row + 1;
    }
    return cells.length;
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

  #fillPrefix({ head, quoted }: LineShape): number {
    if (head.size + this.#length > this.#prefix.size)
      this.#prefix = byteBlock((head.size + this.#length) * 2);
    const { bytes, view } = this.#prefix;
    const open = copyBytes(head.view, 0, head.size, view, 0);
    const end = copyBytes(this.#row.view, 0, this.#length, view, open);
    if (end > open && !quoted) bytes[open] = OPEN;
    return end;
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
