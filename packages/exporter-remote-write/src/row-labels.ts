import type { Label, SeriesColumns } from '@oriel/metrics';
import { ByteBuffer } from './byte-buffer.ts';
import type { FixedLabel, LabelForm } from './label-form.ts';
import { ColumnPiece, type Piece, piecesOf, type Slot } from './label-pieces.ts';
import { type Naming, sentLabelName } from './metric-name.ts';

/** The labels that tell a series from others of its row. */
export interface LineName {
  readonly name: string;
  /** The value of the own label; empty for none. */
  readonly own: string;
}

export interface RowLabelsOptions {
  readonly columns: SeriesColumns;
  readonly form: LabelForm;
  readonly naming: Naming;
  /** Labels that every series gets which has none of their names; already named as they are sent. */
  readonly external: readonly Label[];
  /** The label that lines add to a row's own, such as `le`. */
  readonly own: string | undefined;
  readonly lines: readonly LineName[];
}

/**
 * The labels of a part's series in the order of their names.
 *
 * A row is written once, with gaps for the name and the own label of each of its lines. Where there is one line,
 * these are as fixed as others.
 */
export class RowLabels {
  readonly #groups: readonly (readonly Piece[])[];
  readonly #lines: readonly LineGaps[];
  readonly #row = new ByteBuffer(512);
  readonly #line = new ByteBuffer(512);
  #firstGap = 0;
  #secondGap = 0;

  constructor(options: RowLabelsOptions) {
    const { own, lines, form } = options;
    const isOne = lines.length === 1 && lines[0].own === '';
    const slots = slotsOf(options, isOne ? [fixedSlot(form, '__name__', lines[0].name)] : []);
    const marks = ['__name__', own ?? '__name__'].sort(byName);
    const groups = isOne
      ? [slots]
      : [
          slots.filter(({ name }) => byName(name, marks[0]) < 0),
          slots.filter(({ name }) => byName(name, marks[0]) > 0 && byName(name, marks[1]) < 0),
          slots.filter(({ name }) => byName(name, marks[1]) > 0),
        ];
    this.#groups = groups.map(piecesOf);
    const ownFirst = marks[0] !== '__name__';
    this.#lines = isOne ? [] : lines.map((line) => new LineGaps(line, { form, own, ownFirst }));
  }

  /** To be called in each request, before anything else. */
  begin(): void {
    for (const group of this.#groups) for (const piece of group) piece.begin();
    for (const line of this.#lines) line.begin();
  }

  /** Turns to a row; to be called again in each request. */
  load(row: number): void {
    const out = this.#row;
    const groups = this.#groups;
    out.end = 0;
    for (let group = 0; group < groups.length; group++) {
      const pieces = groups[group];
      for (let i = 0; i < pieces.length; i++) pieces[i].write(out, row);
      if (group === 0) this.#firstGap = out.end;
      else if (group === 1) this.#secondGap = out.end;
    }
  }

  /** All labels of a line of the row, until the next is asked for. */
  of(at: number): ByteBuffer {
    const row = this.#row;
    if (this.#lines.length === 0) return row;
    const line = this.#line;
    const { first, second } = this.#lines[at];
    line.end = 0;
    line.copy(row, 0, this.#firstGap);
    line.copy(first, 0, first.end);
    line.copy(row, this.#firstGap, this.#secondGap);
    line.copy(second, 0, second.end);
    line.copy(row, this.#secondGap, row.end);
    return line;
  }
}

/** What a line puts into the two gaps of its row. */
class LineGaps {
  readonly first = new ByteBuffer(0);
  readonly second = new ByteBuffer(0);
  readonly #labels: readonly [first: FixedLabel | undefined, second: FixedLabel | undefined];

  constructor(
    line: LineName,
    {
      form,
      own,
      ownFirst,
    }: { readonly form: LabelForm; readonly own: string | undefined; readonly ownFirst: boolean },
  ) {
    const name = form.fixed('__name__', line.name);
    const label = own === undefined || line.own === '' ? undefined : form.fixed(own, line.own);
    this.#labels = ownFirst ? [label, name] : [name, label];
  }

  begin(): void {
    this.first.end = 0;
    this.second.end = 0;
    this.#labels[0]?.write(this.first);
    this.#labels[1]?.write(this.second);
  }
}

/** Names by their UTF-8 bytes, as receivers sort them. */
function byName(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function slotsOf(options: RowLabelsOptions, more: readonly Slot[]): Slot[] {
  const { columns, form, external, own } = options;
  const given = givenLabels(options);
  const taken = new Set([...given.keys(), own]);
  const added = external.filter(({ name }) => !taken.has(name));
  return [
    ...more,
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
  const column = form.column(name, columns.labels.dictionaries[source]);
  return [{ name, piece: new ColumnPiece(columns.labels, source, column) }];
}

function fixedSlot(form: LabelForm, name: string, value: string): Slot {
  return { name, fixed: form.fixed(name, value) };
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
  const write = (out: ByteBuffer, row: number): void => {
    const values = sources.map((source) => textOf(source, row)).filter((value) => value !== '');
    if (values.length > 0) form.fixed(name, values.join(';')).write(out);
  };
  return { name, piece: { begin() {}, write } };
}
