import { ByteBuffer } from '@oriel/encoding';
import type { Exemplar, Family, Label, SeriesColumns } from '@oriel/metrics';
import type { Message } from './message.ts';
import { type Naming, type SentName, sentLabelName, sentName } from './metric-name.ts';
import { NativeHistogram } from './native-histogram.ts';
import { RowLabels } from './row-labels.ts';
import { isTime, SeriesBody } from './series-body.ts';
import { layoutOf, type SeriesLayout } from './series-layout.ts';

/** How exponential histograms are sent: as native ones, by their classic buckets, or both. */
export type ExponentialForm = 'native' | 'classic' | 'both';

/** What is the same for everything that a backend writes. */
export interface WriteOptions {
  readonly naming: Naming;
  /** Labels of every series that has none of their names. */
  readonly external: readonly Label[];
  readonly exponentialHistograms: ExponentialForm;
  readonly exemplars: boolean;
  readonly metadata: boolean;
}

/** Rows of a part that are to be sent. */
export interface PartWork {
  readonly family: Family;
  readonly columns: SeriesColumns;
  /** The rows that have ended. Default: all rows are sent, with their values. */
  readonly ended?: readonly number[];
  /** Whether it is the first of its family. */
  readonly isFirst: boolean;
  readonly time: number;
  /** Exemplars from before that time were sent already. */
  readonly exemplarsSince: number;
}

/** What {@link PartWriter.write} gives once all series of a row are written. */
export const ROW_END = -1;

/** The rows of a piece of work. */
export function rowsOf({ columns, ended }: PartWork): number {
  return ended?.length ?? columns.rows;
}

/** The series that each row of a part becomes. */
export function seriesPerRow(work: PartWork, form: ExponentialForm): number {
  const { native, classic } = formsOf(work, form);
  const { family, columns } = work;
  const lines = classic ? layoutOf(family.type, columns, { name: '', state: '' }).lines.length : 0;
  return lines + (native ? 1 : 0);
}

/** Writes the series of a part, row by row. */
export class PartWriter {
  readonly #message: Message;
  readonly #work: PartWork;
  readonly #options: WriteOptions;
  readonly #name: SentName;
  readonly #layout: SeriesLayout;
  readonly #lines: number;
  readonly #native: NativeHistogram | undefined;
  readonly #rows: RowLabels;
  readonly #created: Float64Array | undefined;
  readonly #timestamps: Float64Array | undefined;
  readonly #exemplars: SeriesColumns['exemplars'];
  readonly #values: Float64Array;
  readonly #body: SeriesBody;
  readonly #metadata = new ByteBuffer(32);
  #request = -1;

  constructor(message: Message, work: PartWork, options: WriteOptions) {
    const { family, columns } = work;
    const { naming, external } = options;
    const { labels: form, fields, version } = message.protocol;
    this.#message = message;
    this.#work = work;
    this.#options = options;
    this.#name = sentName(family, naming);
    const { name } = this.#name;
    this.#layout = layoutOf(family.type, columns, { name, state: sentLabelName(name, naming) });
    const { own, lines } = this.#layout;
    const { native, classic } = formsOf(work, options.exponentialHistograms);
    this.#lines = classic ? lines.length : 0;
    this.#native = native ? new NativeHistogram(fields.histograms) : undefined;
    const names = [...(classic ? lines : []), ...(native ? [{ name, own: '' }] : [])];
    this.#rows = new RowLabels({ columns, form, naming, external, own, lines: names });
    this.#created = version === '1.0' ? undefined : columns.created;
    this.#timestamps = columns.timestamps;
    this.#exemplars = columns.exemplars?.size === 0 ? undefined : columns.exemplars;
    this.#values = new Float64Array(lines.length);
    this.#body = new SeriesBody(message.protocol);
  }

  /** Writes the series of a row from one of them on; gives the one to go on with in the next request. */
  write(place: number, from: number): number {
    const { ended } = this.#work;
    const row = ended === undefined ? place : ended[place];
    const lines = this.#lines;
    if (this.#request !== this.#message.request) this.#beginRequest(place === 0 && from === 0);
    this.#rows.load(row);
    if (ended === undefined) this.#layout.read(row, this.#values);
    for (let line = from; line < lines; line++) {
      if (this.#message.isFull) return line;
      this.#writeLine(row, line);
    }
    if (this.#native === undefined) return ROW_END;
    if (this.#message.isFull) return lines;
    this.#writeNative(this.#native, row);
    return ROW_END;
  }

  #beginRequest(isBeginning: boolean): void {
    const { family, isFirst } = this.#work;
    this.#request = this.#message.request;
    this.#rows.begin();
    if (!this.#options.metadata) return;
    this.#message.seriesMetadata(this.#metadata, family, this.#name.unit);
    if (isBeginning && isFirst) this.#message.familyMetadata(family, this.#name);
  }

  #writeLine(row: number, at: number): void {
    const { exemplar, counts } = this.#layout.lines[at];
    const { columns, ended, time } = this.#work;
    const body = this.#body;
    body.clear();
    if (ended !== undefined) body.stale(time);
    else {
      const taken = this.#timeOf(row);
      body.sample(this.#values[at], taken, counts ? this.#startOf(row, taken) : Number.NaN);
      const found =
        exemplar === undefined ? undefined : this.#exemplars?.get(row * columns.stride + exemplar);
      if (found !== undefined) this.#addExemplar(found, taken);
    }
    this.#message.samples++;
    this.#message.series(this.#rows, at, body, this.#metadata);
  }

  #writeNative(native: NativeHistogram, row: number): void {
    const { columns, ended, time } = this.#work;
    const body = this.#body;
    body.clear();
    if (ended !== undefined) native.stale(body.rest, time);
    else {
      const taken = this.#timeOf(row);
      native.write(body.rest, columns, row, { time: taken, start: this.#startOf(row, taken) });
      const found = columns.exponential?.exemplars?.get(row) ?? [];
      // Receivers want those of a series by rising time.
      const rising = found.toSorted((a, b) => (a.timestamp ?? taken) - (b.timestamp ?? taken));
      for (const exemplar of rising) this.#addExemplar(exemplar, taken);
    }
    this.#message.histograms++;
    this.#message.series(this.#rows, this.#lines, body, this.#metadata);
  }

  #addExemplar(exemplar: Exemplar, time: number): void {
    if (!this.#options.exemplars || (exemplar.timestamp ?? time) < this.#work.exemplarsSince) return;
    if (this.#body.exemplar(exemplar, time)) this.#message.exemplars++;
  }

  #timeOf(row: number): number {
    const own = this.#timestamps?.[row];
    return isTime(own) ? Math.trunc(own) : this.#work.time;
  }

  #startOf(row: number, time: number): number {
    const start = Math.trunc(this.#created?.[row] ?? Number.NaN);
    return start <= time ? start : Number.NaN;
  }
}

function formsOf(
  { family, columns }: PartWork,
  form: ExponentialForm,
): { readonly classic: boolean; readonly native: boolean } {
  const native =
    family.type === 'exponential_histogram' && columns.exponential !== undefined && form !== 'classic';
  return { native, classic: !native || form === 'both' };
}
