import type { Exemplar, MetricType } from '@oriel/metrics';

/**
 * One series as it arrived at a destination, whatever the protocol: what the `read` of a contract answers.
 *
 * A reader fills in what its protocol carries and leaves out the rest. Labels with an empty value are left out.
 */
export interface Row {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** `unknown` where the protocol does not say. */
  readonly kind: MetricType;
  /** Counter, gauge, unknown; 1 for an info. */
  readonly value?: number;
  /** Histogram and summary. */
  readonly count?: number;
  readonly sum?: number;
  /** Histogram: upper bound, +Infinity last, and how many values are at or below it. */
  readonly buckets?: readonly (readonly [bound: number, cumulative: number])[];
  /** Exponential histogram. */
  readonly exponential?: RowBuckets;
  /** Summary. */
  readonly quantiles?: readonly (readonly [quantile: number, value: number])[];
  /** State set. */
  readonly states?: Readonly<Record<string, boolean>>;
  /** When counting began, in milliseconds since the epoch. */
  readonly start?: number;
  /** The time of the sample, in milliseconds since the epoch. */
  readonly time?: number;
  readonly exemplars?: readonly Exemplar[];
  /** That the series has ended, where a protocol says so, as stale markers do. */
  readonly ended?: boolean;
}

/** Buckets of an exponential histogram: bucket i ends at `2 ** (i * 2 ** -schema)`, inclusive. */
export interface RowBuckets {
  readonly schema: number;
  readonly zeroThreshold: number;
  readonly zeroCount: number;
  /** By rising index, only those with something in them. */
  readonly positive: readonly (readonly [index: number, count: number])[];
  readonly negative: readonly (readonly [index: number, count: number])[];
}

/** What makes two rows one series: name and labels, in whatever order. */
export function rowKey({ name, labels }: Pick<Row, 'name' | 'labels'>): string {
  const pairs = Object.entries(labels).filter(([, value]) => value !== '');
  return JSON.stringify([name, pairs.sort(([a], [b]) => (a < b ? -1 : 1))]);
}

/** A row for a reader of messages: `jobs_total{kind="a"} counter value=3`. */
export function shownRow(row: Row): string {
  const { name, labels, kind, ...rest } = row;
  const given = Object.entries(rest).filter(([, value]) => value !== undefined);
  const facts = given.map(([fact, value]) => `${fact}=${shownFact(value)}`);
  return [`${name}${shownLabels(labels)} ${kind}`, ...facts].join(' ');
}

/** Labels as a page shows them; nothing for none. */
export function shownLabels(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

// JSON has no word for these numbers.
function shownFact(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'number' && !Number.isFinite(part) ? String(part) : part,
  );
}
