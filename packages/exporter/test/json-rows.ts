import type { Exemplar } from '@oriel/metrics';
import type { Row } from '@oriel/testkit';

type Num = number | string;

interface JsonLine {
  readonly time: string;
  readonly name: string;
  readonly type: Row['kind'];
  readonly labels: Record<string, string>;
  readonly start?: string;
  readonly sampled?: string;
  readonly value?: Num;
  readonly count?: Num;
  readonly sum?: Num;
  readonly buckets?: [Num, Num][];
  readonly quantiles?: [Num, Num][];
  readonly states?: Record<string, boolean>;
  readonly exponential?: {
    readonly schema: number;
    readonly zeroThreshold: Num;
    readonly zeroCount: Num;
    readonly positive: [Num, Num][];
    readonly negative: [Num, Num][];
  };
  readonly exemplars?: { time?: string; labels: Record<string, string>; value: Num }[];
}

/** Reads lines of JSON back, each as one series. */
export function rowsOfJson(text: string): Row[] {
  if (text !== '' && !text.endsWith('\n')) throw new Error('the last line has no end');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => rowOf(JSON.parse(line) as JsonLine));
}

function rowOf(line: JsonLine): Row {
  const { name, type: kind, labels, states } = line;
  return {
    name,
    kind,
    labels,
    states,
    time: Date.parse(line.sampled ?? line.time),
    start: optional(line.start, Date.parse),
    value: optional(line.value, numberOf),
    count: optional(line.count, numberOf),
    sum: optional(line.sum, numberOf),
    buckets: optional(line.buckets, pairsOf),
    quantiles: optional(line.quantiles, pairsOf),
    exponential: optional(line.exponential, ({ schema, zeroThreshold, zeroCount, positive, negative }) => ({
      ...{ schema, zeroThreshold: numberOf(zeroThreshold), zeroCount: numberOf(zeroCount) },
      ...{ positive: pairsOf(positive), negative: pairsOf(negative) },
    })),
    exemplars: optional(line.exemplars, (all) => all.map(exemplarOf)),
  };
}

function optional<T, R>(value: T | undefined, read: (value: T) => R): R | undefined {
  return value === undefined ? undefined : read(value);
}

function numberOf(value: Num): number {
  return Number(value === '+Inf' ? 'Infinity' : value === '-Inf' ? '-Infinity' : value);
}

function pairsOf(pairs: [Num, Num][]): [number, number][] {
  return pairs.map(([key, value]) => [numberOf(key), numberOf(value)]);
}

function exemplarOf({
  time,
  labels,
  value,
}: {
  time?: string;
  labels: Record<string, string>;
  value: Num;
}): Exemplar {
  return {
    labels: Object.entries(labels).map(([name, each]) => ({ name, value: each })),
    value: numberOf(value),
    ...(time !== undefined && { timestamp: Date.parse(time) }),
  };
}
