import { styleText } from 'node:util';
import { countOf, type Family, labelsOf, type SeriesColumns, type Snapshot, sumOf } from '@oriel/metrics';
import { plain, type ReadableNumber, readableNumber } from './readable-number.ts';
import { tableLines } from './readable-table.ts';
import { cut, harmless } from './terminal-text.ts';
import { estimatedQuantile } from './value-range.ts';

export interface ReadablePageOptions {
  readonly namespace: string;
  /** Columns there are. */
  readonly width: number;
  readonly colors: boolean;
  /** Series shown of each family. */
  readonly maxSeries: number;
  /** Estimated for histograms. */
  readonly quantiles: readonly number[];
  /** Whether Oriel's own families are shown. */
  readonly ownMetrics: boolean;
}

/** A snapshot for people: a table for each family, one text each. */
export function* readablePage(snapshot: Snapshot, options: ReadablePageOptions): Generator<string> {
  const families = snapshot.families.filter(({ name }) => options.ownMetrics || !name.startsWith('oriel_'));
  yield `${titleOf(snapshot, families, options)}\n`;
  for (const family of families) yield `\n${familyLines(family, options).join('\n')}\n`;
  for (const { message } of snapshot.errors) yield `\n${style('red', harmless(message), options)}\n`;
  yield '\n';
}

function titleOf({ time }: Snapshot, families: readonly Family[], options: ReadablePageOptions): string {
  const series = families.reduce((sum, { parts }) => sum + rowsIn(parts), 0);
  const when = new Date(time).toISOString().replace('T', ' ').slice(0, 19);
  const facts = [
    `metrics at ${when} UTC`,
    counted(families.length, 'family', 'families'),
    counted(series, 'series'),
  ];
  const who = options.namespace === '' ? [] : [harmless(options.namespace)];
  const text = cut([...who, ...facts].join(', '), options.width - 4);
  return style(
    'dim',
    `── ${text} ${'─'.repeat(Math.max(0, Math.min(options.width, 100) - text.length - 4))}`,
    options,
  );
}

function familyLines(family: Family, options: ReadablePageOptions): string[] {
  const { name, type, unit, help } = family;
  const facts = [type.replaceAll('_', ' '), ...(unit === '' ? [] : [unit])].join(', ');
  const rest = help === '' ? facts : `${facts}: ${help}`;
  const shownName = harmless(name);
  const about = cut(harmless(rest), Math.max(20, options.width - shownName.length - 2));
  const [heads, ...rows] = tableLines(tableOf(family, options), options.width);
  const total = rowsIn(family.parts);
  const hidden = total - rows.length;
  return [
    `${style('bold', shownName, options)}  ${style('dim', about, options)}`,
    ...(heads === '' ? [] : [style('dim', heads, options)]),
    ...rows,
    ...(hidden > 0 ? [style('dim', `  … ${plain(hidden)} more of ${plain(total)} series`, options)] : []),
  ];
}

function tableOf(family: Family, options: ReadablePageOptions): Parameters<typeof tableLines>[0] {
  const places = family.parts
    .flatMap((part) =>
      Array.from({ length: Math.min(part.rows, options.maxSeries) }, (_, row) => ({ part, row })),
    )
    .slice(0, options.maxSeries);
  const labels = places.map(
    ({ part, row }) => new Map(labelsOf(part, row).map((one) => [one.name, one.value])),
  );
  const names = [...new Set(labels.flatMap((each) => [...each.keys()]))].sort();
  const [show, quantiles] = [readableNumber(family), quantilesOf(family, options)];
  const values = places.map(({ part, row }) => valuesOf(family, part, row, show, quantiles));
  const heads = names.length === 0 && !hasTotals(family.type) ? [''] : headsOf(family, quantiles);
  const kept = family.type === 'info' ? 0 : heads.length;
  return {
    heads: [...names.map(harmless), ...heads.slice(0, kept)],
    rows: places.map((_, i) => [
      ...names.map((name) => harmless(labels[i].get(name) ?? '')),
      ...values[i].slice(0, kept),
    ]),
    texts: names.length + (family.type === 'state_set' ? 1 : 0),
  };
}

function quantilesOf({ type, parts }: Family, { quantiles }: ReadablePageOptions): readonly number[] {
  return type === 'summary'
    ? [...new Set(parts.flatMap(({ points }) => [...points]))].sort((a, b) => a - b)
    : quantiles;
}

function headsOf({ type }: Family, quantiles: readonly number[]): string[] {
  if (type === 'info') return [''];
  if (type === 'state_set') return ['state'];
  if (!hasTotals(type)) return ['value'];
  return [
    'count',
    'sum',
    'mean',
    ...quantiles.map((quantile) => `p${Number((quantile * 100).toPrecision(6))}`),
  ];
}

function valuesOf(
  { type }: Family,
  part: SeriesColumns,
  row: number,
  show: ReadableNumber,
  quantiles: readonly number[],
): string[] {
  const cells = part.values.subarray(row * part.stride, (row + 1) * part.stride);
  if (type === 'info') return [''];
  if (type === 'state_set') return [harmless(part.states.filter((_, cell) => cells[cell] === 1).join(', '))];
  if (!hasTotals(type)) return [show(cells[0])];
  const [count, sum] = [countOf(part, type, row), sumOf(part, type, row)];
  const at = (quantile: number): number =>
    type === 'summary'
      ? (cells[part.points.indexOf(quantile)] ?? Number.NaN)
      : estimatedQuantile(part, row, quantile);
  return [
    plain(count),
    ...[sum, sum / count, ...quantiles.map(at)].map((value) => (Number.isNaN(value) ? '-' : show(value))),
  ];
}

function hasTotals(type: Family['type']): boolean {
  return type === 'summary' || type.endsWith('histogram');
}

function rowsIn(parts: readonly SeriesColumns[]): number {
  return parts.reduce((sum, { rows }) => sum + rows, 0);
}

function counted(count: number, one: string, many: string = one): string {
  return `${plain(count)} ${count === 1 ? one : many}`;
}

function style(how: 'bold' | 'dim' | 'red', text: string, { colors }: ReadablePageOptions): string {
  return colors ? styleText(how, text, { validateStream: false }) : text;
}
