import type { Exemplar, Snapshot } from '@oriel/metrics';
import { type ReadFamily, readPage } from '@oriel/testkit';
import { expect } from 'vitest';
import { encode } from '../src/encode.ts';
import type { EncodeOptions, Format } from '../src/format.ts';
import { type InlineSample, numberOf, pairsOf, readExemplar, readInlinePage } from './inline-reader.ts';
import { type Message, readFamilies } from './proto-reader.ts';
import { render } from './snapshots.ts';

/** What a page says, number by number: `name{labels} what` to its value; -0 is 0 in text. */
type Said = Map<string, number>;

// What a uint64 holds.
const LARGEST_COUNT = 2 ** 64 - 2 ** 11;

const forbiddenBefore2 = /"(_sum|_count|value [^"]*)"\]$/;

/** Fails unless protobuf, text, OpenMetrics 1.0 and 2.0 say the same of a snapshot, value by value. */
export function expectAgreement(snapshot: Snapshot, chosen: Omit<EncodeOptions, 'format'>): void {
  const created = chosen.created ?? false;
  const page = (format: Format): string => render(snapshot, { ...chosen, format });
  const bytes = Buffer.concat([...encode(snapshot, { ...chosen, format: 'protobuf-delimited' })]);
  const proto = saidByProtobuf(readFamilies(bytes));
  const text = saidByText(readPage(page('text-0.0.4'), 'text'));
  const first = saidByText(readPage(page('openmetrics-1.0.0'), 'openmetrics'));
  const second = saidInline(readInlinePage(page('openmetrics-2.0.0')));

  const timeless = withoutTimes(proto.said);
  const clamped = new Map(
    [...text.said].map(([key, value]) => [key, wasClamped(key, value, proto.said) ? LARGEST_COUNT : value]),
  );
  expect(differences(timeless, clamped)).toEqual([]);
  expect(differences(clamped, timeless)).toEqual([]);
  // Version 2.0 tells start times whether or not they are asked for.
  const others = [first, created ? second : { ...second, said: withoutTimes(second.said) }];
  for (const { said, exemplars } of others) {
    const inside = new Map(
      [...said].map(([key, value]) => [key, wasClamped(key, value, proto.said) ? LARGEST_COUNT : value]),
    );
    expect(differences(inside, proto.said)).toEqual([]);
    // What OpenMetrics forbids is missing there, and nothing else.
    const missing = [...proto.said.keys()].filter((key) => !said.has(key));
    expect(missing.filter((key) => !mayMiss(key, proto.said))).toEqual([]);
    expect(differences(exemplars, proto.exemplars)).toEqual([]);
  }
}

function withoutTimes(said: Said): Said {
  return new Map([...said].filter(([key]) => !key.endsWith('"_created"]')));
}

function keyOf(name: string, labels: Readonly<Record<string, string>>, what: string): string {
  const pairs = Object.entries(labels).filter(([, text]) => text !== '');
  return JSON.stringify([name, pairs.sort(([a], [b]) => (a < b ? -1 : 1)), what]);
}

function say(
  said: Said,
  name: string,
  labels: Readonly<Record<string, string>>,
  what: string,
  value: number,
): void {
  const key = keyOf(name, labels, what);
  if (said.has(key)) throw new Error(`${key} is said twice`);
  said.set(key, value + 0);
}

const endings = ['_bucket', '_sum', '_count', '_gsum', '_gcount', '_created'];

function saidByText(families: readonly ReadFamily[]): { said: Said; exemplars: Said } {
  const said: Said = new Map();
  const exemplars: Said = new Map();
  for (const { name: family, samples, type } of families) {
    for (const { name, labels, value, exemplar } of samples) {
      const isPart = !['gauge', 'untyped', 'unknown', 'stateset'].includes(type);
      const ending = isPart ? endings.find((one) => name.endsWith(one)) : undefined;
      const { le, quantile, ...rest } = Object.fromEntries(labels);
      // Counters keep their _total: of `_created` alone the family is the base.
      const base =
        ending === '_created'
          ? `${family}${type === 'counter' ? '_total' : ''}`
          : name.slice(0, name.length - (ending?.length ?? 0));
      const part = ending?.replace('_g', '_') ?? 'value';
      const of = le ?? quantile;
      const what = of === undefined ? part : `${part} ${numberOf(of)}`;
      say(said, base, rest, what, value);
      if (exemplar !== undefined) sayExemplar(exemplars, base, rest, readExemplar(exemplar));
    }
  }
  return { said, exemplars };
}

function saidByProtobuf(families: readonly Message[]): { said: Said; exemplars: Said } {
  const said: Said = new Map();
  const exemplars: Said = new Map();
  for (const { name, metric } of families as { name: string; metric: Message[] }[]) {
    for (const one of metric) {
      const pairs = (one.label ?? []) as { name: string; value: string }[];
      const labels = Object.fromEntries(pairs.map((pair) => [pair.name, pair.value]));
      const body = (one.counter ?? one.gauge ?? one.untyped ?? one.summary ?? one.histogram) as Message;
      const number = (field: string): number => Number(body[field] ?? body[`${field}_float`]);
      const {
        value,
        quantile = [],
        bucket = [],
        start_timestamp: start,
      } = body as Message & {
        quantile?: { quantile: number; value: number }[];
        bucket?: Message[];
        start_timestamp?: { seconds: number; nanos?: number };
      };
      if (value !== undefined) say(said, name, labels, 'value', Number(value));
      else {
        say(said, name, labels, '_count', number('sample_count'));
        say(said, name, labels, '_sum', number('sample_sum'));
      }
      for (const each of quantile) say(said, name, labels, `value ${each.quantile + 0}`, each.value);
      for (const each of bucket) {
        const count = Number(each.cumulative_count ?? each.cumulative_count_float);
        say(said, name, labels, `_bucket ${Number(each.upper_bound) + 0}`, count);
      }
      if (start !== undefined) say(said, name, labels, '_created', start.seconds + (start.nanos ?? 0) / 1e9);
      for (const { exemplar } of [body, ...bucket] as { exemplar?: Message }[]) {
        if (exemplar !== undefined) sayExemplar(exemplars, name, labels, fromProto(exemplar));
      }
    }
  }
  return { said, exemplars };
}

function fromProto({ label = [], value, timestamp }: Message): Exemplar {
  const { seconds, nanos = 0 } = (timestamp ?? { seconds: Number.NaN }) as {
    seconds: number;
    nanos?: number;
  };
  const time = seconds * 1000 + nanos / 1e6;
  return {
    labels: label as { name: string; value: string }[],
    value: Number(value),
    ...(!Number.isNaN(time) && { timestamp: time }),
  };
}

function saidInline(families: ReturnType<typeof readInlinePage>): { said: Said; exemplars: Said } {
  const said: Said = new Map();
  const exemplars: Said = new Map();
  for (const sample of families.flatMap(({ samples }) => samples)) {
    sayInline(said, sample);
    for (const exemplar of sample.exemplars) sayExemplar(exemplars, sample.name, sample.labels, exemplar);
  }
  return { said, exemplars };
}

function sayInline(said: Said, { name, labels, value, startSeconds }: InlineSample): void {
  if (startSeconds !== undefined) say(said, name, labels, '_created', startSeconds);
  if (typeof value === 'number') {
    say(said, name, labels, 'value', value);
    return;
  }
  say(said, name, labels, '_count', numberOf(value.count ?? value.gcount));
  say(said, name, labels, '_sum', numberOf(value.sum ?? value.gsum));
  for (const [at, count] of pairsOf(value.bucket ?? '[]'))
    say(said, name, labels, `_bucket ${at + 0}`, count);
  for (const [at, of] of pairsOf(value.quantile ?? '[]')) say(said, name, labels, `value ${at + 0}`, of);
}

function sayExemplar(
  said: Said,
  name: string,
  labels: Readonly<Record<string, string>>,
  exemplar: Exemplar,
): void {
  const pairs = exemplar.labels.map((label) => [label.name, label.value]).sort();
  let what = JSON.stringify([
    Number.isFinite(exemplar.value) ? exemplar.value + 0 : `${exemplar.value}`,
    pairs,
  ]);
  while (said.has(keyOf(name, labels, what))) what += ' again';
  say(said, name, labels, what, Math.round(exemplar.timestamp ?? -1));
}

/** What the first says and the second does not, or otherwise. */
function differences(first: Said, second: Said): string[] {
  return [...first]
    .filter(([key, value]) => !isSame(key, value, second.get(key)))
    .map(([key, value]) => `${key.slice(0, 200)}: ${value}, not ${second.get(key)}`);
}

function isSame(key: string, value: number, other: number | undefined): boolean {
  if (other === undefined) return false;
  // Seconds have a fraction, whose last digit is not the same everywhere.
  if (key.endsWith('"_created"]')) return Math.abs(value - other) <= 1e-6 * Math.max(1, Math.abs(value));
  return Object.is(value, other);
}

// The count of a summary is whole in protobuf.
function wasClamped(key: string, value: number, proto: Said): boolean {
  return key.endsWith('"_count"]') && value > LARGEST_COUNT && proto.get(key) === LARGEST_COUNT;
}

function mayMiss(key: string, proto: Said): boolean {
  if (!forbiddenBefore2.test(key) && !key.endsWith('"_created"]')) return false;
  const sum = proto.get(key.replace(/"[^"]*"\]$/, '"_sum"]'));
  const value = proto.get(key) ?? 0;
  const signed = [...proto.keys()].some((one) => one.startsWith(key.slice(0, -10)) && /"_bucket -/.test(one));
  return signed || !(sum !== undefined && sum >= 0) || value < 0;
}
