import type { Exemplar, SeriesColumns } from '@oriel/metrics';
import { exemplarText, inlineExemplarText } from './exemplar-text.ts';
import type { PageBuffer } from './page-buffer.ts';
import { addText, addTimestamp, lineShape, type RowWriter } from './sample-line.ts';
import type { SeriesText } from './series-text.ts';
import { isTime, secondsText } from './time-text.ts';

/** Stands for a cell that no exemplar belongs to. */
export const NO_CELL = -1;

/** Writes what may stand behind the value of a cell. */
export type WriteTail = (page: PageBuffer, row: number, cell: number) => void;

/** Writes a whole line of the row that is loaded. */
export type WriteLine = (page: PageBuffer, row: number) => void;

/** Time and exemplar of a sample; a part that has neither pays nothing for them. */
export function tailOf(text: SeriesText, mayHaveExemplar = false): WriteTail | undefined {
  if (text.isInline) return inlineTail(text, mayHaveExemplar);
  const { columns, openMetrics } = text;
  const { stride, timestamps } = columns;
  const exemplars = openMetrics && mayHaveExemplar ? columns.exemplars : undefined;
  if (timestamps === undefined && exemplars === undefined) return undefined;
  return (page, row, cell) => {
    const time = timestamps?.[row];
    if (isTime(time)) addTimestamp(page, time, openMetrics);
    const exemplar: Exemplar | undefined = cell === NO_CELL ? undefined : exemplars?.get(row * stride + cell);
    if (exemplar !== undefined) addText(page, exemplarText(exemplar));
  };
}

// A row is one line, which has the exemplars of all its cells.
function inlineTail(text: SeriesText, mayHaveExemplar: boolean): WriteTail | undefined {
  const { columns } = text;
  const { timestamps } = columns;
  const created = counts(text) ? columns.created : undefined;
  const hasExemplars = mayHaveExemplar && (columns.exemplars ?? columns.exponential?.exemplars) !== undefined;
  if (timestamps === undefined && created === undefined && !hasExemplars) return undefined;
  return (page, row) => {
    const time = timestamps?.[row];
    if (isTime(time)) addText(page, ` ${secondsText(time)}`);
    const began = created?.[row];
    if (isTime(began)) addText(page, ` st@${secondsText(began)}`);
    if (!hasExemplars) return;
    for (const exemplar of exemplarsOf(columns, row)) addText(page, inlineExemplarText(exemplar));
  };
}

// Those of classic buckets go before those of exponential ones, and one set is what the format has room for.
function exemplarsOf({ stride, exemplars, exponential }: SeriesColumns, row: number): readonly Exemplar[] {
  const classic: Exemplar[] = [];
  // A histogram's last cell is its sum.
  const cells = exemplars === undefined ? 0 : Math.max(1, stride - 1);
  for (let cell = 0; cell < cells; cell++) {
    const exemplar = exemplars?.get(row * stride + cell);
    if (exemplar !== undefined) classic.push(exemplar);
  }
  return classic.length > 0 ? classic : (exponential?.exemplars?.get(row) ?? []);
}

/** The line that tells when a row began, for types that count. */
export function createdLine(text: SeriesText, writer: RowWriter): WriteLine | undefined {
  const { created } = text.columns;
  if (!text.created || !text.openMetrics || text.isInline || created === undefined || !counts(text)) {
    return undefined;
  }
  const shape = lineShape(`${text.names.family}_created`);
  const tail = tailOf(text);
  return (page, row) => {
    if (!isTime(created[row])) return;
    writer.begin(page, shape);
    page.text(`${secondsText(created[row])}\n`);
    tail?.(page, row, NO_CELL);
  };
}

/** Whether a family is a counter in OpenMetrics too: one without `_total` is of unknown type in version 1.0. */
export function isTotal({ type, names, isInline }: SeriesText): boolean {
  return type === 'counter' && (isInline || names.family !== names.sample);
}

function counts(text: SeriesText): boolean {
  const { type } = text;
  return isTotal(text) || ['histogram', 'exponential_histogram', 'summary'].includes(type);
}
