import { ByteBuffer, copyBytes } from '@oriel/encoding';
import type { Label, LabelColumns, SeriesColumns } from '@oriel/metrics';
import type { FixedLabel, LabelForm } from './label-form.ts';
import { LabelCells, LabelStrip, type Slot } from './label-strip.ts';
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
  /** Between the gaps; a single one if there is one line. */
  readonly #strips: readonly LabelStrip[];
  readonly #lines: readonly LineGaps[];
  /** The row, where there are gaps. */
  readonly #row = new ByteBuffer(512);
  #loaded = 0;
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
    this.#strips = groups.map((group) => new LabelStrip(group));
    const ownFirst = marks[0] !== '__name__';
    this.#lines = isOne ? [] : lines.map((line) => new LineGaps(line, { form, own, ownFirst }));
  }

  /** To be called in each request, before anything else. */
  begin(): void {
    for (const strip of this.#strips) strip.begin();
    for (const line of this.#lines) line.begin();
  }

  /** Turns to a row; to be called again in each request. */
  load(row: number): void {
    this.#loaded = row;
    if (this.#lines.length === 0) return;
    const [first, second, third] = this.#strips;
    const out = this.#row;
    out.end = 0;
    this.#firstGap = append(out, first, row);
    this.#secondGap = append(out, second, row);
    append(out, third, row);
  }

  /** As many bytes as the labels of a line of the row may take. */
  mostBytes(line: number): number {
    if (this.#lines.length === 0) return this.#strips[0].mostBytes(this.#loaded);
    const { first, second } = this.#lines[line];
    return this.#row.end + first.end + second.end;
  }

  /** Copies all labels of a line and returns the place behind them; up to fifteen bytes behind that are overwritten. */
  copy(line: number, to: DataView, at: number): number {
    if (this.#lines.length === 0) return this.#strips[0].copy(this.#loaded, to, at);
    const { first, second } = this.#lines[line];
    const { view, end: rowEnd } = this.#row;
    let end = copyBytes(view, 0, this.#firstGap, to, at);
    end = copyBytes(first.view, 0, first.end, to, end);
    end = copyBytes(view, this.#firstGap, this.#secondGap, to, end);
    end = copyBytes(second.view, 0, second.end, to, end);
    return copyBytes(view, this.#secondGap, rowEnd, to, end);
  }
}

function append(out: ByteBuffer, strip: LabelStrip, row: number): number {
  out.reserve(strip.mostBytes(row));
  out.end = strip.copy(row, out.view, out.end);
  return out.end;
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
  return [cellsSlot(form, name, columns.labels, source)];
}

function fixedSlot(form: LabelForm, name: string, value: string): Slot {
  return { name, fixed: form.fixed(name, value) };
}

function cellsSlot(form: LabelForm, name: string, labels: LabelColumns, at: number): Slot {
  return { name, cells: new LabelCells(labels, at, form.column(name, labels.dictionaries[at])) };
}

// Names that became equal by escaping are one label, its values joined with `;`.
function joinedSlot(
  { labels, rows }: SeriesColumns,
  form: LabelForm,
  name: string,
  sources: readonly Source[],
): Slot {
  const textOf = (source: Source, row: number): string =>
    typeof source === 'number'
      ? labels.dictionaries[source][labels.ids[row * labels.names.length + source]]
      : source.value;
  const values = Array.from({ length: rows }, (_, row) =>
    sources
      .map((source) => textOf(source, row))
      .filter((value) => value !== '')
      .join(';'),
  );
  const ids = Int32Array.from(values.keys());
  return cellsSlot(form, name, { names: [name], dictionaries: [values], ids }, 0);
}
