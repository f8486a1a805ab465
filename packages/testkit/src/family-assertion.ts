import { AssertionError } from 'node:assert';
import { isDeepStrictEqual } from 'node:util';
import type { MetricType, Snapshot } from '@oriel/metrics';
import { rowsOfPage } from './page-rows.ts';
import { type Row, rowKey, shownLabels, shownRow } from './row.ts';
import type { Scrape } from './scrape.ts';
import { rowsOfSnapshot } from './snapshot-rows.ts';

/** Where series are looked for: a snapshot, a scrape, the text of a page, or rows. */
export type RowSource = Snapshot | Scrape | string | readonly Row[];

/** What a series must be; what is left out is not looked at. */
export type ExpectedRow = Partial<Omit<Row, 'name' | 'kind'>>;

export interface ExpectedFamily {
  readonly type?: MetricType;
  /** All series of the family, in any order. */
  readonly rows?: readonly ExpectedRow[];
}

/**
 * Asserts that a family is there, with this type and exactly these series.
 *
 * Errors: an `AssertionError` that says what was found, in any test runner.
 *
 * @example
 * const page = '# TYPE jobs_total counter\njobs_total{kind="a"} 3\n';
 * assertFamily(page, 'jobs_total', { type: 'counter', rows: [{ labels: { kind: 'a' }, value: 3 }] });
 * assert.throws(() => assertFamily(page, 'jobs', {}), /wanted family jobs, found jobs_total/);
 */
export function assertFamily(source: RowSource, name: string, wanted: ExpectedFamily): void {
  const rows = familyRows(source, name);
  const [{ kind }] = rows;
  if (wanted.type !== undefined && kind !== wanted.type)
    throw breach(`wanted ${name} as ${wanted.type}, found it as ${kind}`, kind, wanted.type);
  if (wanted.rows === undefined) return;
  for (const row of wanted.rows) assertRow(rows, name, row);
  const keys = new Set(wanted.rows.map(({ labels = {} }) => rowKey({ name, labels })));
  const more = rows.filter((row) => !keys.has(rowKey(row)));
  if (more.length > 0)
    throw breach(`wanted no more series of ${name}, found ${list(more.map(shownRow))}`, more, []);
}

/**
 * Asserts that a series is there and has these numbers; gives the row.
 *
 * @example
 * const page = '# TYPE jobs_total counter\njobs_total{kind="a"} 3\n';
 * assert.equal(assertRow(page, 'jobs_total', { labels: { kind: 'a' }, value: 3 }).kind, 'counter');
 */
export function assertRow(source: RowSource, name: string, wanted: ExpectedRow): Row {
  const { labels = {}, ...facts } = wanted;
  const rows = familyRows(source, name);
  const row = rows.find((each) => rowKey(each) === rowKey({ name, labels }));
  if (row === undefined)
    throw breach(`wanted ${name}${shownLabels(labels)}, found ${list(rows.map(shownRow))}`, rows, wanted);
  const found = Object.fromEntries(Object.keys(facts).map((fact) => [fact, row[fact as keyof Row]]));
  if (isDeepStrictEqual(found, facts)) return row;
  const want = shownRow({ name, kind: row.kind, ...facts, labels });
  throw breach(`wanted ${want}, found ${shownRow(row)}`, found, facts);
}

/** Asserts that a family, or one series of it, is not there. */
export function assertAbsent(source: RowSource, name: string, labels?: Row['labels']): void {
  const key = rowKey({ name, labels: labels ?? {} });
  const found = rowsOf(source).filter(
    (row) => row.name === name && (labels === undefined || rowKey(row) === key),
  );
  if (found.length > 0)
    throw breach(
      `wanted no ${name}${shownLabels(labels ?? {})}, found ${list(found.map(shownRow))}`,
      found,
      [],
    );
}

/** The series of any source, as rows. */
export function rowsOf(source: RowSource): readonly Row[] {
  if (typeof source === 'string')
    return rowsOfPage(source, source.endsWith('# EOF\n') ? 'openmetrics' : 'text');
  if (isRows(source)) return source;
  return 'rows' in source ? source.rows : rowsOfSnapshot(source);
}

function isRows(source: RowSource): source is readonly Row[] {
  return Array.isArray(source);
}

function familyRows(source: RowSource, name: string): readonly [Row, ...Row[]] {
  const all = rowsOf(source);
  const [first, ...more] = all.filter((row) => row.name === name);
  if (first !== undefined) return [first, ...more];
  const names = [...new Set(all.map((row) => row.name))];
  throw breach(`wanted family ${name}, found ${list(names)}`, names, name);
}

function list(texts: readonly string[]): string {
  if (texts.length === 0) return 'nothing';
  return texts.slice(0, 12).join(', ') + (texts.length > 12 ? ` and ${texts.length - 12} more` : '');
}

function breach(message: string, actual: unknown, expected: unknown): AssertionError {
  return new AssertionError({ message, actual, expected, stackStartFn: assertFamily });
}
