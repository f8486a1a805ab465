import { bucketOf } from './bucket-search.ts';
import { checkBounds } from './buckets.ts';
import type { CreatedOptions, HistogramData, SummaryData } from './collector.ts';
import type { Desc } from './desc.ts';
import { MetricsError } from './error.ts';
import { labelValue } from './label-value.ts';
import { quote } from './names.ts';
import type { Layout, Row } from './series-builder.ts';
import type { Exemplar } from './snapshot.ts';

/** The numbers of one series, with what they stand for. */
export type Cells = Pick<Row, 'cells' | 'exemplars' | 'exponential' | 'rowExemplars'> &
  Pick<Layout, 'points' | 'states'>;

/** The cells of a histogram from cumulative counts, of which +Inf may be left out. */
export function histogramRow(desc: Desc, data: HistogramData, exemplars: readonly Exemplar[]): Cells {
  const all = [...data.buckets].sort(([a], [b]) => a - b);
  const buckets = all.filter(([bound]) => bound !== Number.POSITIVE_INFINITY);
  const total = all.find(([bound]) => bound === Number.POSITIVE_INFINITY)?.[1] ?? data.count;
  refuse(desc, total !== data.count, 'its +Inf bucket is not its count');
  const points = checkBounds(
    buckets.map(([bound]) => bound),
    `histogram "${desc.name}"`,
  );
  const cumulative = counts(desc, [...buckets.map(([, count]) => count), data.count]);
  const cells = cumulative.map((count, i) => count - (i === 0 ? 0 : cumulative[i - 1]));
  const rising = cells.every((cell) => cell >= 0);
  refuse(desc, !rising, 'its bucket counts fall; cumulative counts must rise up to the count');
  const placed = exemplars.map((exemplar) => [bucketOf(points, exemplar.value), exemplar] as const);
  return { cells: [...cells, ...numbers(desc, [data.sum])], points, exemplars: new Map(placed) };
}

/** The cells of a summary; its quantiles in rising order, each once. */
export function summaryRow(desc: Desc, data: SummaryData): Cells {
  const quantiles = [...(data.quantiles ?? [])].sort(([a], [b]) => a - b);
  for (const [i, [quantile]] of quantiles.entries()) {
    const inside = typeof quantile === 'number' && quantile >= 0 && quantile <= 1;
    refuse(desc, !inside, `quantile ${quote(quantile)} is not a number of 0 to 1`);
    refuse(desc, i > 0 && quantiles[i - 1][0] === quantile, `quantile ${quantile} stands twice`);
  }
  const values = numbers(
    desc,
    quantiles.map(([, value]) => value),
  );
  return {
    cells: [...values, ...numbers(desc, [data.sum]), ...counts(desc, [data.count])],
    points: quantiles.map(([quantile]) => quantile),
  };
}

/** The cells of a state set: 1 for each state that is on. */
export function stateRow(desc: Desc, states: Readonly<Record<string, boolean>>): Cells {
  const names = Object.keys(states);
  for (const name of names) {
    refuse(
      desc,
      name === '' || labelValue(name) !== name,
      `state ${quote(name)} is empty, too long or not valid Unicode`,
    );
    refuse(
      desc,
      typeof states[name] !== 'boolean',
      `state "${name}" is ${quote(states[name])}; use true or false`,
    );
  }
  refuse(desc, names.length === 0, 'it has no states');
  return { cells: names.map((name) => Number(states[name])), states: names };
}

/** The values themselves, all of them numbers. */
export function numbers(desc: Desc, values: readonly number[]): readonly number[] {
  const wrong = values.findIndex((value) => typeof value !== 'number');
  refuse(desc, wrong >= 0, `a value is ${quote(values[wrong])}; use a number`);
  return values;
}

/** The label values in the order of the descriptor, as they are kept. */
export function checkedValues(desc: Desc, labelValues: readonly unknown[]): string[] {
  const wanted = desc.labelNames.length;
  refuse(desc, !Array.isArray(labelValues), `its label values are ${quote(labelValues)}; use an array`);
  refuse(
    desc,
    labelValues.length !== wanted,
    `it has ${labelValues.length} label values; ${wanted} are defined`,
  );
  return Array.from(labelValues, (raw, i) => {
    const value = labelValue(raw);
    refuse(desc, value === undefined, `label "${desc.labelNames[i]}" is ${quote(raw)}; use a string`);
    return value as string;
  });
}

/** Refuses times that are not finite numbers. */
export function checkTimes(desc: Desc, { created, timestamp }: CreatedOptions): void {
  for (const [name, time] of Object.entries({ created, timestamp })) {
    refuse(
      desc,
      time !== undefined && !Number.isFinite(time),
      `its ${name} is ${quote(time)}; use milliseconds`,
    );
  }
}

/** Throws the error of {@link invalid} if something is wrong. */
export function refuse(desc: Desc, wrong: boolean, what: string): void {
  if (wrong) throw invalid(desc, what);
}

/** The error of a series that cannot be served. */
export function invalid(desc: Desc, what: string): MetricsError {
  return new MetricsError('SERIES_INVALID', {
    message: `Cannot collect ${desc.type} "${desc.name}": ${what}`,
    details: { family: desc.name },
  });
}

/** The counts themselves: those of events are whole, those of a gauge histogram may be anything from 0 on. */
export function counts(desc: Desc, values: readonly number[]): readonly number[] {
  const fits = (value: unknown): boolean =>
    desc.type === 'gauge_histogram'
      ? typeof value === 'number' && value >= 0 && Number.isFinite(value)
      : Number.isInteger(value) && (value as number) >= 0;
  const wrong = values.findIndex((value) => !fits(value));
  refuse(desc, wrong >= 0, `a count is ${quote(values[wrong])}; use a whole number of 0 or more`);
  return values;
}
