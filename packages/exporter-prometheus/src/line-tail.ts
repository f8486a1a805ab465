import type { Exemplar } from '@oriel/metrics';
import { exemplarText } from './exemplar-text.ts';
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
export function tailOf({ columns, openMetrics }: SeriesText, mayHaveExemplar = false): WriteTail | undefined {
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

/** The line that tells when a row began, for types that count. */
export function createdLine(text: SeriesText, writer: RowWriter): WriteLine | undefined {
  const { created } = text.columns;
  if (!text.created || !text.openMetrics || created === undefined || !counts(text)) return undefined;
  const shape = lineShape(`${text.names.family}_created`);
  const tail = tailOf(text);
  return (page, row) => {
    if (!isTime(created[row])) return;
    writer.begin(page, shape);
    page.text(`${secondsText(created[row])}\n`);
    tail?.(page, row, NO_CELL);
  };
}

/** Whether a family is a counter in OpenMetrics too: one without `_total` is of unknown type there. */
export function isTotal({ type, names }: SeriesText): boolean {
  return type === 'counter' && names.family !== names.sample;
}

function counts(text: SeriesText): boolean {
  const { type } = text;
  return isTotal(text) || ['histogram', 'exponential_histogram', 'summary'].includes(type);
}
