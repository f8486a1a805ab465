import type { Row } from '@oriel/testkit';
import { type Dialect, type Line, readLines } from './line-reader.ts';

interface Named {
  readonly base: string;
  readonly suffix: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** Puts the lines of packets together to rows, as a person would who reads them at the daemon. */
export class RowReader {
  readonly #dialect: Dialect;

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
  }

  read(packets: readonly string[]): Row[] {
    const rows = new Map<string, Row>();
    const flat: Row[] = [];
    for (const packet of packets) {
      for (const line of this.#settled(readLines(packet, this.#dialect))) {
        const named = nameOf(line, this.#dialect);
        if (named.suffix === '') flat.push(flatRow(line, named));
        else addTo(rows, line, named);
      }
    }
    return [...flat, ...rows.values()];
  }

  // A negative gauge is two lines of one packet: set to 0, then changed by its value.
  #settled(lines: readonly Line[]): Line[] {
    if (this.#dialect === 'dogstatsd') return [...lines];
    const settled: Line[] = [];
    for (const line of lines) {
      if (line.relative) {
        const reset = settled.pop();
        if (reset?.type !== 'g' || reset.name !== line.name || reset.value !== 0)
          throw new Error(`gauge "${line.name}" is changed by ${line.value} and was not set to 0 before`);
      }
      settled.push(line);
    }
    return settled;
  }
}

function nameOf({ name, tags }: Line, dialect: Dialect): Named {
  const parts = name.split('.');
  const base = [parts.shift() ?? ''];
  const isSuffix = (part: string | undefined): boolean => /^(count|sum|bucket|p\d+(_\d+)?)$/.test(part ?? '');
  if (dialect !== 'path') {
    const suffix = isSuffix(parts.at(-1)) ? (parts.pop() ?? '') : '';
    return { base: [...base, ...parts].join('.'), suffix, tags };
  }
  const suffix = isSuffix(parts[0]) ? (parts.shift() ?? '') : '';
  // A name with a dot of its own.
  if (parts.length % 2 === 1) base.push(parts.shift() ?? '');
  const pairs = parts.flatMap((part, i) => (i % 2 === 0 ? [[part, parts[i + 1]]] : []));
  return { base: base.join('.'), suffix, tags: Object.fromEntries(pairs) };
}

function flatRow({ type, value }: Line, { base, tags }: Named): Row {
  return { name: base, labels: tags, kind: type === 'c' ? 'counter' : 'gauge', value };
}

function addTo(rows: Map<string, Row>, { type, value }: Line, { base, suffix, tags }: Named): void {
  const { lower_bound: lower, upper_bound: upper, ...labels } = tags;
  const key = JSON.stringify([base, Object.entries(labels).sort()]);
  const row = rows.get(key) ?? { name: base, labels, kind: 'gauge' };
  rows.set(key, { ...row, ...partOf(row, { type, value, suffix, bounds: [lower, upper] }) });
}

interface Part {
  readonly type: Line['type'];
  readonly value: number;
  readonly suffix: string;
  readonly bounds: readonly [string | undefined, string | undefined];
}

function partOf(row: Row, { type, value, suffix }: Part): Partial<Row> {
  const kind = type === 'c' ? 'summary' : row.kind;
  if (suffix === 'count') return { kind, count: value };
  if (suffix === 'sum') return { kind, sum: value };
  if (suffix === 'bucket') return { kind };
  const quantile = Number(suffix.slice(1).replace('_', '.')) / 100;
  const quantiles = [...(row.quantiles ?? []), [quantile, value] as const];
  return { quantiles: quantiles.sort(([a], [b]) => a - b) };
}
