import { isLegacyMetricName } from '@oriel/metrics';
import { type ByteBlock, blockOf, byteBlock, copyBytes } from './byte-block.ts';
import type { LabelWriter } from './label-writer.ts';
import { NUMBER_LENGTH, numberText, writeCount, writeNumber } from './number-writer.ts';
import type { PageBuffer } from './page-buffer.ts';
import { escapeLabelValue } from './value-bytes.ts';

const COMMA = 44;
const OPEN = 123;
const CLOSE = 125;
const SPACE = 32;
const LINE_FEED = 10;

/** The most bytes behind the labels: a brace, a space, the value and a line feed. */
const LINE_END_LENGTH = 2 + NUMBER_LENGTH;

/** What stands around the labels of a line: the name, and perhaps a label of the type's own such as `le`. */
export interface LineShape {
  readonly head: ByteBlock;
  /** The name stands quoted inside the braces. */
  readonly quoted: boolean;
  readonly extra: ByteBlock;
}

/** The shape of lines with this sample name and, perhaps, one more label, whose name is written as it is. */
export function lineShape(name: string, extraName = '', extraValue = ''): LineShape {
  const quoted = !isLegacyMetricName(name);
  const head = quoted ? `{"${escapeLabelValue(name)}"` : name;
  const extra = extraName === '' ? '' : `,${extraName}="${escapeLabelValue(extraValue)}"`;
  return { head: blockOf(head), quoted, extra: blockOf(extra) };
}

/** Begins the lines of one row: writes names and labels, encoded once and copied for every line. */
export class RowWriter {
  readonly #labels: LabelWriter;
  #block = byteBlock(256);
  #length = 0;

  constructor(labels: LabelWriter) {
    this.#labels = labels;
  }

  /** Fetches the labels of a row that has several lines. */
  load(row: number): void {
    const most = this.#labels.lengthOf(row);
    if (most > this.#block.size) this.#block = byteBlock(most * 2);
    this.#length = this.#labels.copy(row, this.#block.view, 0);
  }

  /** Writes a line of the row that is loaded, up to its value. */
  begin(page: PageBuffer, { head, quoted, extra }: LineShape): void {
    page.reserve(head.size + this.#length + extra.size + LINE_END_LENGTH);
    const { view } = page;
    const open = copyBytes(head.view, 0, head.size, view, page.end);
    const middle = copyBytes(this.#block.view, 0, this.#length, view, open);
    page.end = copyBytes(extra.view, 0, extra.size, view, middle);
    closeLabels(page, open, quoted);
  }

  /** Writes the only line of a row, up to its value. */
  beginOnly(page: PageBuffer, { head, quoted }: LineShape, row: number): void {
    page.reserve(head.size + this.#labels.lengthOf(row) + LINE_END_LENGTH);
    const { view } = page;
    const open = copyBytes(head.view, 0, head.size, view, page.end);
    page.end = this.#labels.copy(row, view, open);
    closeLabels(page, open, quoted);
  }
}

/** Ends a line with a value. */
export function endWithNumber(page: PageBuffer, value: number, openMetrics: boolean): void {
  page.reserve(NUMBER_LENGTH);
  const end = writeNumber(page.bytes, page.end, value, openMetrics);
  page.bytes[end] = LINE_FEED;
  page.end = end + 1;
}

/** Ends a line with a count. */
export function endWithCount(page: PageBuffer, value: number, openMetrics: boolean): void {
  page.reserve(NUMBER_LENGTH);
  const end = writeCount(page.bytes, page.end, value, openMetrics);
  page.bytes[end] = LINE_FEED;
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

// The first label's comma becomes the brace; a line without labels has neither.
function closeLabels(page: PageBuffer, open: number, quoted: boolean): void {
  const { bytes } = page;
  let { end } = page;
  if (end > open && !quoted && bytes[open] === COMMA) bytes[open] = OPEN;
  if (end > open || quoted) bytes[end++] = CLOSE;
  bytes[end++] = SPACE;
  page.end = end;
}
