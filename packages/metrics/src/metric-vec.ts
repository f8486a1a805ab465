import type { Collector, FamilySink } from './collector.ts';
import type { Desc } from './desc.ts';
import type { DropCounter } from './drop-counter.ts';
import { MetricsError } from './error.ts';
import { NO_ROW } from './label-index.ts';
import { type Labels, labelValue, valuesIn } from './label-value.ts';
import { quote } from './names.ts';
import type { SeriesTable } from './series-table.ts';

/** What may stand for a label value; numbers and booleans become their text, nothing and null the empty value. */
export type LabelValue = string | number | bigint | boolean | null | undefined;

export type LabelsOf<L extends string> = Readonly<Partial<Record<L, LabelValue>>>;

/** Options all instruments have. */
export interface InstrumentOptions<L extends string = never> {
  readonly name: string;
  /** Default: empty. */
  readonly help?: string;
  readonly unit?: string;
  readonly labelNames?: readonly L[];
  readonly constLabels?: Readonly<Record<string, string>>;
  /** Beyond it, new series share one row whose labels all say `__overflow__`. Default: 10 000. */
  readonly seriesLimit?: number;
  /** By label: changes a value before it is looked up, for example to lower case. */
  readonly normalize?: Readonly<Partial<Record<L, (value: string) => string>>>;
}

export interface VecCore<C> {
  readonly table: SeriesTable;
  readonly child: (row: number) => C;
  readonly normalize: Readonly<Record<string, ((value: string) => string) | undefined>>;
  /** The only series of a metric without labels; unset once it was removed. */
  sole?: C | undefined;
}

/**
 * The series of one instrument by their labels.
 *
 * A curried vec shares the series of the vec it came from.
 */
export class MetricVec<C, L extends string = string> implements Collector {
  protected readonly core: VecCore<C>;
  readonly #fixed: Labels;
  readonly #plain: boolean;

  constructor(core: VecCore<C>, fixed: Labels = {}) {
    checkNormalize(core);
    this.core = core;
    this.#fixed = fixed;
    this.#plain = Object.keys(fixed).length === 0 && Object.keys(core.normalize).length === 0;
    this.#renewSole();
  }

  get desc(): Desc {
    return this.core.table.desc;
  }

  get drops(): DropCounter {
    return this.core.table.drops;
  }

  /**
   * The child of these labels, made on first use; hold it where the labels do not change.
   *
   * Errors: {@link MetricsError} `LABELS_MISMATCH` for missing or unknown labels, `LABEL_VALUE_INVALID`.
   */
  labels(labels: LabelsOf<L>): C;
  labels(...values: readonly LabelValue[]): C;
  labels(...given: readonly unknown[]): C {
    const row = this.core.table.index.rowOfValues(this.#tuple(given));
    return this.core.child(row);
  }

  /** As {@link labels}, but answers `undefined` where that throws. */
  tryLabels(labels: LabelsOf<L>): C | undefined;
  tryLabels(...values: readonly LabelValue[]): C | undefined;
  tryLabels(...given: readonly unknown[]): C | undefined {
    try {
      return this.labels(...(given as readonly LabelValue[]));
    } catch {
      return undefined;
    }
  }

  /**
   * A vec with some labels fixed.
   *
   * Errors: {@link MetricsError} `LABELS_MISMATCH` for an unknown or already fixed label.
   */
  curry(labels: LabelsOf<L>): MetricVec<C, L> {
    const free = this.#freeNames();
    for (const name of Object.keys(labels)) {
      if (!free.includes(name)) throw this.#mismatch('curry', `label "${name}" is unknown or fixed already`);
    }
    return new MetricVec<C, L>(this.core, { ...this.#fixed, ...labels });
  }

  /** Ends a series; false if there is none or the labels do not fit. Never throws. */
  remove(labels: LabelsOf<L>): boolean;
  remove(...values: readonly LabelValue[]): boolean;
  remove(...given: readonly unknown[]): boolean {
    const row = this.#find(given);
    if (row === NO_ROW) return false;
    this.#end(row);
    return true;
  }

  /**
   * Ends every series with these values; answers how many. Never throws.
   *
   * A curried vec ends only series of its own; naming a fixed or unknown label matches none.
   */
  removeMatching(labels: LabelsOf<L>): number {
    const { table } = this.core;
    const wanted = this.#wanted(labels);
    if (wanted === undefined) return 0;
    const matching = table.index.rows().filter((row) => {
      const values = table.index.valuesOf(row);
      return wanted.every(({ column, value }) => values[column] === value);
    });
    for (const row of matching) this.#end(row);
    return matching.length;
  }

  /** Ends all series, also those of the vec this one was curried from. */
  reset(): void {
    this.core.table.clear();
    this.#renewSole();
  }

  describe(): Desc[] {
    return [this.desc];
  }

  collect(out: FamilySink): void {
    out.columns(this.desc, this.core.table.columns());
  }

  /** The row for recording with labels given each time; {@link NO_ROW} if it was dropped. Never throws. */
  protected rowOf(labels: Labels | undefined): number {
    try {
      if (this.#plain) return this.core.table.row(labels ?? NO_LABELS);
      const { names } = this.core.table.index;
      const values = valuesIn(labels ?? NO_LABELS, names);
      const all = names.map((name, i) => (Object.hasOwn(this.#fixed, name) ? this.#fixed[name] : values[i]));
      return this.core.table.rowOfValues(names.map((name, i) => this.#normalized(name, all[i])));
    } catch {
      this.drops.add('label_value_invalid');
      return NO_ROW;
    }
  }

  // A metric without labels shows from the start, at zero, and its series needs no look-up.
  #renewSole(): void {
    const { core } = this;
    if (core.table.desc.labelNames.length === 0) core.sole = core.child(core.table.row({}));
  }

  #end(row: number): void {
    this.core.table.remove(row);
    this.core.sole = undefined;
  }

  #find(given: readonly unknown[]): number {
    try {
      return this.core.table.index.find(this.#tuple(given));
    } catch {
      return NO_ROW;
    }
  }

  #wanted(
    labels: LabelsOf<L>,
  ): { readonly column: number; readonly value: string | undefined }[] | undefined {
    try {
      const free = this.#freeNames();
      if (!Object.keys(labels).every((name) => free.includes(name))) return undefined;
      return Object.entries({ ...this.#fixed, ...labels }).map(([name, raw]) => ({
        column: this.core.table.index.names.indexOf(name),
        value: labelValue(this.#normalized(name, raw)),
      }));
    } catch {
      return undefined;
    }
  }

  /** Checked values in the order of the index. */
  #tuple(given: readonly unknown[]): unknown[] {
    const labels = this.#named(given);
    return this.core.table.index.names.map((name) => {
      const value = this.#normalized(name, labels[name]);
      if (labelValue(value) !== undefined) return value;
      throw new MetricsError('LABEL_VALUE_INVALID', {
        message: `Cannot get series of metric "${this.desc.name}": label "${name}" is ${quote(value)}; use a string`,
        details: { metric: this.desc.name, label: name },
      });
    });
  }

  #named(given: readonly unknown[]): Labels {
    const free = this.#freeNames();
    const [first] = given;
    const byName = given.length === 1 && typeof first === 'object' && first !== null;
    const labels = byName ? (first as Labels) : Object.fromEntries(free.map((name, i) => [name, given[i]]));
    const count = byName ? Object.keys(labels).length : given.length;
    if (count !== free.length)
      throw this.#mismatch('get series of', `${count} labels are given, ${free.length} wanted`);
    const unknown = Object.keys(labels).find((name) => !free.includes(name));
    if (unknown !== undefined)
      throw this.#mismatch('get series of', `label "${unknown}" is unknown or fixed`);
    return { ...this.#fixed, ...labels };
  }

  #freeNames(): readonly string[] {
    return this.desc.labelNames.filter((name) => !Object.hasOwn(this.#fixed, name));
  }

  #normalized(name: string, raw: unknown): unknown {
    // Own: a label may be called "toString".
    const change = Object.hasOwn(this.core.normalize, name) ? this.core.normalize[name] : undefined;
    return change === undefined || typeof raw !== 'string' ? raw : change(raw);
  }

  #mismatch(act: string, what: string): MetricsError {
    return new MetricsError('LABELS_MISMATCH', {
      message: `Cannot ${act} metric "${this.desc.name}": ${what}; its labels are [${this.#freeNames().join(', ')}]`,
      details: { metric: this.desc.name, labels: this.#freeNames() },
    });
  }
}

function checkNormalize({ table: { desc }, normalize }: VecCore<unknown>): void {
  for (const [label, change] of Object.entries(normalize)) {
    const known = desc.labelNames.includes(label);
    if (known && (change === undefined || typeof change === 'function')) continue;
    const what = known ? 'is not a function; use one' : 'is of no label; use one of the defined names';
    throw new MetricsError('ARGUMENT_INVALID', {
      message: `Cannot define metric "${desc.name}": normalize "${label}" ${what}`,
      details: { metric: desc.name, label },
    });
  }
}

const NO_LABELS: Labels = Object.freeze({});
