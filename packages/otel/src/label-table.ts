import type { Attributes } from '@opentelemetry/api';
import type { Label, LabelColumns } from '@oriel/metrics';
import { LabelColumn } from './label-column.ts';
import { attributeText, groupOf, labelNameOf } from './label-key.ts';

export interface LabelRules {
  /** Groups that attributes may not write. */
  readonly reserved: ReadonlySet<string>;
  /** The label that the family writes itself. */
  readonly own?: string;
}

/** Turns the attributes of many points into label columns, one column for all keys of a group. */
export class LabelTable {
  /** Keys that were left out because their label belongs to the scope. */
  readonly refused: Set<string> = new Set();
  readonly #capacity: number;
  readonly #rules: LabelRules;
  readonly #groups = new Map<string, LabelColumn>();
  readonly #keys = new Map<string, LabelColumn>();
  readonly #nobody = new LabelColumn('', 0);

  constructor(capacity: number, rules: LabelRules) {
    this.#capacity = capacity;
    this.#rules = rules;
    this.#nobody.taken = true;
  }

  /** Whether an attribute of this key was written. */
  has(key: string): boolean {
    return this.#keys.has(key);
  }

  /** Writes one row. */
  write(row: number, attributes: Attributes): void {
    for (const key of Object.keys(attributes)) {
      const column = this.#keys.get(key) ?? this.#open(key);
      if (column.taken) {
        this.refused.add(key);
        continue;
      }
      const value = column.lastRow === row ? this.#joined(column, attributes) : attributes[key];
      column.ids[row] = column.numberOf(value);
      column.lastRow = row;
    }
  }

  /** Keeps attributes away from these labels until {@link fill} writes them. */
  reserve(labels: readonly Label[]): void {
    for (const { name } of labels) this.#column(name).taken = true;
  }

  /** Writes the same labels to many rows. */
  fill(labels: readonly Label[], from: number, to: number): void {
    for (const { name, value } of labels) {
      const column = this.#column(name);
      column.ids.fill(column.numberOf(value), from, to);
      column.taken = false;
    }
  }

  /** The first rows as columns in name order. */
  finish(rows: number): LabelColumns {
    const columns = [...this.#groups.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    const arity = columns.length;
    const ids = new Int32Array(rows * arity);
    for (const [place, column] of columns.entries()) {
      const from = column.ids;
      for (let row = 0, at = place; row < rows; row++, at += arity) ids[at] = from[row];
    }
    return {
      names: columns.map((column) => column.name),
      ids,
      dictionaries: columns.map((column) => column.dictionary),
    };
  }

  #open(key: string): LabelColumn {
    const name = labelNameOf(key, this.#rules.own);
    const column = this.#rules.reserved.has(groupOf(name)) ? this.#nobody : this.#column(name);
    this.#keys.set(key, column);
    return column;
  }

  #column(name: string): LabelColumn {
    const group = groupOf(name);
    const known = this.#groups.get(group);
    if (known !== undefined) {
      if (known.name !== name) known.name = group;
      return known;
    }
    const column = new LabelColumn(name, this.#capacity);
    this.#groups.set(group, column);
    return column;
  }

  // As OpenTelemetry wants it: values in the order of their keys.
  #joined(column: LabelColumn, attributes: Attributes): string {
    const keys = Object.keys(attributes).filter((key) => (this.#keys.get(key) ?? this.#open(key)) === column);
    return keys
      .sort()
      .map((key) => attributeText(attributes[key]))
      .join(';');
  }
}
