import {
  byteBlock,
  ColumnWriter,
  copyBytes,
  type Escaping,
  type LabelCache,
  type LabelWriter,
  type PairForm,
  pairsBlock,
} from '@oriel/encoding';
import type { SeriesColumns } from '@oriel/metrics';
import { joinedLabels, type LabelForm } from './label-text.ts';

/** The writer for a part under an escaping scheme. */
export function labelWriter(
  columns: SeriesColumns,
  escaping: Escaping,
  cache: LabelCache<LabelForm>,
): LabelWriter {
  const { form } = cache;
  const written = (name: string): string => form.name(name, escaping);
  const { constLabels, labels } = columns;
  const names = [...constLabels.map((label) => label.name), ...labels.names].map(written);
  if (new Set(names).size < names.length) return new JoiningWriter(columns, names, form);
  const constant = pairsBlock(
    form,
    constLabels.map(({ name, value }) => [written(name), value] as const),
  );
  const pairs = labels.names.map((name, i) => cache.of(written(name), labels.dictionaries[i]));
  return new ColumnWriter(constant, pairs, labels.ids);
}

// For labels whose names become equal by escaping: rare, so each row is written anew.
class JoiningWriter implements LabelWriter {
  readonly #columns: SeriesColumns;
  readonly #form: PairForm;
  /** Constant labels, then variable ones, by number; in the order of the names as they were given. */
  readonly #order: readonly number[];
  readonly #names: readonly string[];
  #joined = byteBlock(0);
  /** The row that is joined. */
  #row = -1;

  constructor(columns: SeriesColumns, names: readonly string[], form: PairForm) {
    const given = [...columns.constLabels.map((label) => label.name), ...columns.labels.names];
    this.#columns = columns;
    this.#form = form;
    this.#order = [...given.keys()].sort((a, b) => (given[a] < given[b] ? -1 : 1));
    this.#names = this.#order.map((i) => names[i]);
  }

  mostBytes(row: number): number {
    return this.lengthOf(row);
  }

  lengthOf(row: number): number {
    if (row !== this.#row) this.#join(row);
    return this.#joined.size;
  }

  copy(row: number, to: DataView, at: number): number {
    return copyBytes(this.#joined.view, 0, this.lengthOf(row), to, at);
  }

  #join(row: number): void {
    const { constLabels, labels } = this.#columns;
    const values = constLabels.map((label) => label.value);
    for (const [i, dictionary] of labels.dictionaries.entries())
      values.push(dictionary[labels.ids[row * labels.names.length + i]]);
    const joined = joinedLabels(
      this.#names,
      this.#order.map((i) => values[i]),
    );
    this.#joined = pairsBlock(this.#form, joined);
    this.#row = row;
  }
}
