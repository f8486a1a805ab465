import type { Label, SeriesColumns } from '@oriel/metrics';
import { ByteBuffer } from './byte-buffer.ts';
import type { FixedLabel, LabelForm } from './label-form.ts';
import { type Naming, sentLabelName } from './metric-name.ts';

export interface RowLabelsOptions {
  readonly columns: SeriesColumns;
  readonly form: LabelForm;
  readonly naming: Naming;
  /** Labels that every series gets which has none of their names; already named as they are sent. */
  readonly external: readonly Label[];
  /** The label that lines add to a row's own, such as `le`. */
  readonly own: string | undefined;
}

/** What a line adds to the labels of its row. */
export interface LineLabels {
  readonly name: FixedLabel;
  readonly own: FixedLabel | undefined;
}

/** Writes a label of a row. */
type WriteSlot = (out: ByteBuffer, row: number) => void;

interface Slot {
  readonly name: string;
  readonly write: WriteSlot;
}

/**
 * The labels of a part's rows in the order of their names.
 *
 * A row is written once, with gaps before which the name and the own label of each of its lines belong.
 */
export class RowLabels {
  readonly #groups: readonly (readonly WriteSlot[])[];
  readonly #ownFirst: boolean;
  readonly #row = new ByteBuffer(512);
  readonly #line = new ByteBuffer(512);
  readonly #gaps: [number, number] = [0, 0];

  constructor(options: RowLabelsOptions) {
    const { own } = options;
    const slots = slotsOf(options);
    this.#ownFirst = own !== undefined && byName(own, '__name__') < 0;
    const marks = own === undefined ? ['__name__', '__name__'] : ['__name__', own].sort(byName);
    this.#groups = [
      slots.filter(({ name }) => byName(name, marks[0]) < 0),
      slots.filter(({ name }) => byName(name, marks[0]) > 0 && byName(name, marks[1]) < 0),
      slots.filter(({ name }) => byName(name, marks[1]) > 0),
    ].map((group) => group.map(({ write }) => write));
  }

  /** Turns to a row; to be called again in each request. */
  load(row: number): void {
    const out = this.#row;
    out.end = 0;
    const [before, between, after] = this.#groups;
    for (let i = 0; i < before.length; i++) before[i](out, row);
    this.#gaps[0] = out.end;
    for (let i = 0; i < between.length; i++) between[i](out, row);
    this.#gaps[1] = out.end;
    for (let i = 0; i < after.length; i++) after[i](out, row);
  }

  /** All labels of a line of the row; overwritten by the next. */
  of({ name, own }: LineLabels): ByteBuffer {
    const line = this.#line;
    const row = this.#row;
    const [first, second] = this.#gaps;
    line.end = 0;
    line.copy(row, 0, first);
    if (this.#ownFirst) own?.write(line);
    else name.write(line);
    line.copy(row, first, second);
    if (this.#ownFirst) name.write(line);
    else own?.write(line);
    line.copy(row, second, row.end);
    return line;
  }
}

/** Names by their UTF-8 bytes, as receivers sort them. */
function byName(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function slotsOf(options: RowLabelsOptions): Slot[] {
  const { columns, form, external, own } = options;
  const given = givenLabels(options);
  const taken = new Set([...given.keys(), own]);
  const added = external.filter(({ name }) => !taken.has(name));
  return [
    ...added.map(({ name, value }) => fixedSlot(form, name, value)),
    ...[...given].flatMap(([name, sources]) => slotOf(columns, form, name, sources)),
  ].sort((a, b) => byName(a.name, b.name));
}

/** A constant label, or a column by its number. */
type Source = Label | number;

/** What the series has of its own, by name as it is sent; several where names became equal, in the order of the names as given. */
function givenLabels({ columns, naming }: RowLabelsOptions): Map<string, Source[]> {
  const sources: [name: string, source: Source][] = [
    ...columns.constLabels.map((label): [string, Source] => [label.name, label]),
    ...columns.labels.names.map((name, column): [string, Source] => [name, column]),
  ];
  sources.sort(([a], [b]) => (a < b ? -1 : 1));
  const grouped = Map.groupBy(sources, ([name]) => sentLabelName(name, naming));
  return new Map([...grouped].map(([name, group]) => [name, group.map(([, source]) => source)]));
}

function slotOf(columns: SeriesColumns, form: LabelForm, name: string, sources: readonly Source[]): Slot[] {
  const [source] = sources;
  if (sources.length > 1) return [joinedSlot(columns, form, name, sources)];
  if (typeof source !== 'number') return source.value === '' ? [] : [fixedSlot(form, name, source.value)];
  const { ids, names, dictionaries } = columns.labels;
  const column = form.column(name, dictionaries[source]);
  const arity = names.length;
  return [{ name, write: (out, row) => column.write(out, ids[row * arity + source]) }];
}

function fixedSlot(form: LabelForm, name: string, value: string): Slot {
  const label = form.fixed(name, value);
  return { name, write: (out) => label.write(out) };
}

// Names that became equal by escaping are one label, its values joined with `;`: rare, so each row is written anew.
function joinedSlot(
  { labels }: SeriesColumns,
  form: LabelForm,
  name: string,
  sources: readonly Source[],
): Slot {
  const textOf = (source: Source, row: number): string =>
    typeof source === 'number'
      ? labels.dictionaries[source][labels.ids[row * labels.names.length + source]]
      : source.value;
  return {
    name,
    write(out, row) {
      const values = sources.map((source) => textOf(source, row)).filter((value) => value !== '');
      if (values.length > 0) form.fixed(name, values.join(';')).write(out);
    },
  };
}
