import type { Exemplar } from '@oriel/metrics';
import { LineCursor, unescaped } from './line-cursor.ts';

/** OpenMetrics 1.0, or the text format 0.0.4. */
export type PageFormat = 'text' | 'openmetrics';

/** One line of a page that carries a value. */
export interface ReadSample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
  /** As it is written: seconds in OpenMetrics, milliseconds in text 0.0.4. */
  readonly timestamp?: string;
  /** As it is written, `{trace_id="a"} 1 1.5`; {@link readExemplar} reads it. */
  readonly exemplar?: string;
}

/** One family of a page, with what its comments say. */
export interface ReadFamily {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly unit: string;
  readonly samples: readonly ReadSample[];
}

interface Growing {
  name: string;
  type: string;
  help: string;
  unit: string;
  samples: ReadSample[];
}

/**
 * Reads a page as strictly as its format is written, and throws at the first thing that breaks it.
 *
 * Written from the format's grammar and apart from any encoder, so that both must be wrong to agree.
 *
 * @example
 * const [family] = readPage('# TYPE jobs counter\njobs_total 3\n# EOF\n', 'openmetrics');
 * assert.equal(family.samples[0].value, 3);
 */
export function readPage(page: string, format: PageFormat): ReadFamily[] {
  return new PageReader(format).read(page);
}

/** Reads an exemplar as an OpenMetrics page writes it, without the `#` before it. */
export function readExemplar(text: string): Exemplar {
  const cursor = new LineCursor(text);
  const labels = cursor.labels();
  const value = numberOf(cursor.token());
  const seconds = cursor.at(' ') ? Number(cursor.token()) : undefined;
  return {
    labels: [...labels].map(([name, value]) => ({ name, value })),
    value,
    timestamp: seconds === undefined ? undefined : seconds * 1000,
  };
}

class PageReader {
  readonly #openMetrics: boolean;
  readonly #families = new Map<string, Growing>();
  readonly #series = new Set<string>();
  #current: Growing | undefined;

  constructor(format: PageFormat) {
    this.#openMetrics = format === 'openmetrics';
  }

  read(page: string): ReadFamily[] {
    if (page !== '' && !page.endsWith('\n')) throw new Error('the page does not end with a line feed');
    const lines = page.split('\n').slice(0, -1);
    if (this.#openMetrics && lines.pop() !== '# EOF') throw new Error('the page does not end with # EOF');
    for (const [index, line] of lines.entries()) {
      try {
        if (line.startsWith('# ')) this.#comment(line);
        else this.#sample(line);
      } catch (error) {
        throw new Error(`line ${index + 1}: ${(error as Error).message}: ${line.slice(0, 200)}`);
      }
    }
    return [...this.#families.values()];
  }

  #comment(line: string): void {
    const match = /^# (HELP|TYPE|UNIT) ("(?:[^"\\\n]|\\.)*"|[^ ]+) ([^\n]*)$/u.exec(line);
    if (match === null) throw new Error('not a comment of the format');
    const [, kind, written, rest] = match;
    const family = this.#family(written.startsWith('"') ? unescaped(written.slice(1, -1)) : written);
    if (family.samples.length > 0) throw new Error('a comment stands behind samples of its family');
    if (kind === 'HELP') family.help = unescaped(rest);
    if (kind === 'UNIT' && !(this.#openMetrics && family.name.endsWith(`_${rest}`)))
      throw new Error('a unit out of place');
    if (kind === 'UNIT') family.unit = rest;
    if (kind !== 'TYPE') return;
    const types = this.#openMetrics
      ? ['counter', 'gauge', 'histogram', 'gaugehistogram', 'summary', 'info', 'stateset', 'unknown']
      : ['counter', 'gauge', 'histogram', 'summary', 'untyped'];
    if (!types.includes(rest) || family.type !== '')
      throw new Error('a type that is unknown or stands twice');
    family.type = rest;
  }

  // Families may not be interleaved: what was left is not taken up again.
  #family(name: string): Growing {
    if (this.#current?.name === name) return this.#current;
    if (this.#families.has(name)) throw new Error('a family is taken up again');
    const family: Growing = { name, type: '', help: '', unit: '', samples: [] };
    this.#families.set(name, family);
    this.#current = family;
    return family;
  }

  #sample(line: string): void {
    const cursor = new LineCursor(line);
    const { name, labels } = cursor.series();
    const value = numberOf(cursor.token());
    const timestamp = cursor.at(' ') && !cursor.at(' # ') ? cursor.token() : undefined;
    const exemplar = cursor.rest();
    if (exemplar !== '' && !(this.#openMetrics && exemplar.startsWith(' # {')))
      throw new Error('something stands behind the value');
    this.#keep({ name, labels, value, timestamp, exemplar: exemplar === '' ? undefined : exemplar.slice(3) });
  }

  #keep(sample: ReadSample): void {
    const family = this.#current;
    const base = family?.name ?? '';
    const ending = sample.name.slice(base.length);
    if (family === undefined || !sample.name.startsWith(base) || !endings(family.type).includes(ending)) {
      throw new Error('a sample stands outside its family');
    }
    const labels = [...sample.labels]
      .filter(([, value]) => value !== '')
      .sort(([a], [b]) => (a < b ? -1 : 1));
    const key = JSON.stringify([sample.name, labels]);
    if (this.#series.has(key)) throw new Error('a series stands twice');
    this.#series.add(key);
    family.samples.push(sample);
  }
}

function endings(type: string): string[] {
  const all: Record<string, string[]> = {
    counter: ['', '_total', '_created'],
    histogram: ['_bucket', '_sum', '_count', '_created'],
    gaugehistogram: ['_bucket', '_gsum', '_gcount'],
    summary: ['', '_sum', '_count', '_created'],
    info: ['_info'],
  };
  return all[type] ?? [''];
}

function numberOf(text: string): number {
  if (text === 'NaN') return Number.NaN;
  if (text === '+Inf') return Number.POSITIVE_INFINITY;
  if (text === '-Inf') return Number.NEGATIVE_INFINITY;
  if (!/^-?(0|[1-9][0-9]*)(\.[0-9]+)?(e[+-][0-9]{2,3})?$/.test(text))
    throw new Error(`"${text}" is not a number`);
  return Number(text);
}
