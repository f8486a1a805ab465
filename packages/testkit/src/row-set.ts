import type { MetricType } from '@oriel/metrics';
import type { FullCapabilities } from './capabilities.ts';
import { ContractBreach, hold } from './contract-breach.ts';
import { type Row, rowKey, shownLabels, shownRow } from './row.ts';

export type Labels = Readonly<Record<string, string>>;

interface RowSetOptions {
  /** The beginning of a message, such as "what arrived was". */
  readonly what: string;
  readonly capabilities: FullCapabilities;
  readonly nameOf?: (name: string, type: MetricType) => string;
}

/** Rows that arrived, with what the contract expects of them; a message says what was found. */
export class RowSet {
  readonly rows: readonly Row[];
  readonly #options: RowSetOptions;

  constructor(rows: readonly Row[], options: RowSetOptions) {
    this.rows = rows;
    this.#options = options;
  }

  /** Rows of a family, by the name it has in the registry. */
  of(name: string, labels?: Labels, type: MetricType = typeOf(name)): Row[] {
    const { nameOf, capabilities } = this.#options;
    const arriving = nameOf?.(name, type) ?? name;
    const any = labels === undefined || capabilities.tags === 'none';
    const key = rowKey({ name: arriving, labels: labels ?? {} });
    return this.rows.filter(
      (row) => row.name === arriving && row.ended !== true && (any || rowKey(row) === key),
    );
  }

  /** The latest row of a series. */
  row(name: string, labels: Labels = {}, type: MetricType = typeOf(name)): Row {
    const row = this.of(name, labels, type).at(-1);
    if (row !== undefined) return row;
    throw new ContractBreach(`wanted ${name}${shownLabels(labels)}; ${this.shown(name)}`);
  }

  /** The latest value of a series, 0 if there is none. */
  value(name: string, labels: Labels = {}): number {
    return this.of(name, labels).at(-1)?.value ?? 0;
  }

  /** The latest row of a series has this value. */
  expectValue(name: string, wanted: number, labels: Labels = {}): void {
    // Without tags one family's series cannot be told apart.
    if (this.#options.capabilities.tags === 'none' && Object.keys(labels).length > 0) return;
    const row = this.row(name, labels);
    hold(
      this.same(row.value, wanted),
      `wanted ${name}${shownLabels(labels)} to be ${wanted}, found ${shownRow(row)}`,
    );
  }

  /** No row of this series. */
  expectNone(name: string, labels?: Labels): void {
    if (labels !== undefined && this.#options.capabilities.tags === 'none') return;
    const [row] = this.of(name, labels);
    hold(row === undefined, `wanted no ${name}${shownLabels(labels ?? {})}, found ${row && shownRow(row)}`);
  }

  /** No series stands in it twice. */
  expectDistinct(): void {
    const seen = new Set<string>();
    for (const row of this.rows) {
      const key = rowKey(row);
      hold(!seen.has(key), `wanted each series once, found another ${shownRow(row)}`);
      seen.add(key);
    }
  }

  /** Whether two numbers are equal within the precision of the protocol. */
  same(actual: number | undefined, wanted: number): boolean {
    if (actual === undefined) return false;
    if (Object.is(actual, wanted) || actual === wanted) return true;
    return Math.abs(actual - wanted) <= Math.abs(wanted) * this.#options.capabilities.precision;
  }

  /** What there is, for a message: rows of the name if there are any, else the names. */
  shown(name?: string): string {
    const near = name === undefined ? [] : this.of(name);
    const names = [...new Set(this.rows.map((row) => row.name))];
    const list = near.length > 0 ? near.map(shownRow) : names;
    const few = list.slice(0, 12).join(', ');
    const more = list.length > 12 ? ` and ${list.length - 12} more` : '';
    return `${this.#options.what} ${few === '' ? 'nothing' : few + more}`;
  }
}

/** The type of a family of the contract, by its ending. */
function typeOf(name: string): MetricType {
  const ending = name.slice(name.lastIndexOf('_') + 1);
  return endings[ending] ?? 'gauge';
}

const endings: Readonly<Record<string, MetricType>> = {
  total: 'counter',
  seconds: 'histogram',
  bytes: 'summary',
  sizes: 'gauge_histogram',
  latency: 'exponential_histogram',
  info: 'info',
  state: 'state_set',
  unknown: 'unknown',
};
