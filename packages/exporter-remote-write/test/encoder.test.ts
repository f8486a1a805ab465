import {
  Counter,
  Desc,
  type FamilySink,
  Gauge,
  Histogram,
  type MetricsError,
  Registry,
  type Snapshot,
} from '@oriel/metrics';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type EncodeOptions, encoder } from '../src/encode.ts';
import { type ReadSeries, readMessage } from './message-reader.ts';
import { Program, seriesKey, seriesOf } from './recorded.ts';

const versions = ['1.0', '2.0'] as const;

function encoded(snapshot: Snapshot, options: EncodeOptions = {}): ReadSeries[] {
  const { version = '2.0' } = options;
  // One by one: a message is overwritten by the next.
  const found: ReadSeries[] = [];
  for (const message of encoder(options)(snapshot)) found.push(...readMessage(message, version).series);
  return found;
}

function keyOf({ labels }: ReadSeries): string {
  return seriesKey(Object.fromEntries(labels));
}

async function gathered(
  ...collectors: readonly { describe(): Iterable<Desc>; collect(out: FamilySink): void | Promise<void> }[]
): Promise<Snapshot> {
  const registry = new Registry();
  for (const each of collectors) registry.register(each);
  return registry.gather();
}

/** A snapshot of one counter, without anything of the moment in it. */
async function oneCounter(): Promise<Snapshot> {
  const desc = new Desc({ name: 'a_total', type: 'counter', help: 'A.', labelNames: ['b'] });
  const snapshot = await gathered({
    describe: () => [desc],
    collect: (out) => out.counter(desc, 2, ['c'], { created: 1000 }),
  });
  return { ...snapshot, time: 1500 };
}

test('a message of 1.0 is written byte by byte as the schema has it', async () => {
  const [message] = encoder({ version: '1.0', labels: [{ name: 'job', value: 'j' }] })(await oneCounter());
  expect(Buffer.from(message).toString('latin1')).toBe(
    // Metadata: type 1, name, help.
    '\x1a\x0f\x08\x01\x12\x07a_total\x22\x02A.' +
      '\x0a\x35' +
      '\x0a\x13\x0a\x08__name__\x12\x07a_total' +
      '\x0a\x06\x0a\x01b\x12\x01c' +
      '\x0a\x08\x0a\x03job\x12\x01j' +
      '\x12\x0c\x09\x00\x00\x00\x00\x00\x00\x00\x40\x10\xdc\x0b',
  );
});

test('a message of 2.0 is written byte by byte as the schema has it', async () => {
  const [message] = encoder({ labels: [{ name: 'job', value: 'j' }] })(await oneCounter());
  expect(Buffer.from(message).toString('latin1')).toBe(
    ['', '__name__', 'a_total', 'job', 'j', 'A.', 'b', 'c']
      .map((text) => `\x22${String.fromCharCode(text.length)}${text}`)
      .join('') +
      '\x2a\x21' +
      '\x0a\x06\x01\x02\x06\x07\x03\x04' +
      '\x12\x0f\x09\x00\x00\x00\x00\x00\x00\x00\x40\x10\xdc\x0b\x18\xe8\x07' +
      // Metadata: type 1, help 5, unit 0.
      '\x2a\x06\x08\x01\x18\x05\x20\x00',
  );
});

test.each(versions)(
  'every series of version %s has the labels and the value that a page has',
  async (version) => {
    const program = new Program();
    program.work(60);
    const snapshot = await program.registry.gather();
    const labels = { job: 'shop', instance: 'i' };
    const list = Object.entries(labels).map(([name, value]) => ({ name, value }));
    for (const maxSamples of [1, 7, 2000]) {
      const series = encoded(snapshot, { version, labels: list, maxSamples });
      const found = new Map(series.map((each) => [keyOf(each), each.samples[0].value]));
      expect(found).toEqual(seriesOf(snapshot, labels));
      expect(series.length).toBe(found.size);
      expect(series.every(({ samples }) => samples[0].time === snapshot.time)).toBe(true);
    }
  },
);

const word = fc.oneof(
  fc.string({ maxLength: 6, unit: 'binary' }),
  fc.constantFrom('', 'a', '"', '\\', '\n', 'é', '👩‍👧'),
);
// Not a_b beside a.b: joined, rows of different values may be equal.
const labelName = fc.constantFrom('a', 'B', 'a.b', 'z', 'é', 'le_', '0x', '_name__', 'job');
const value = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(0, -0, Number.NaN, Infinity, -Infinity));

test('any labels and values come out of both versions as they went in, and under the same labels', () => {
  const row = fc.record({ values: fc.array(word, { minLength: 3, maxLength: 3 }), value });
  return fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(labelName, { maxLength: 3 }),
      fc.array(row, { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 1, max: 5 }),
      async (names, rows, maxSamples) => {
        const gauge = new Gauge({ name: 'odd.gauge', labelNames: names });
        for (const each of rows)
          gauge.set(
            each.value,
            Object.fromEntries(names.map((name, i) => [name, each.values[i].toWellFormed()])),
          );
        const snapshot = await gathered(gauge);
        const model = seriesOf(snapshot, {});
        for (const version of versions) {
          const series = encoded(snapshot, { version, maxSamples });
          // A page has no negative zero.
          const found = series.map((each) => [keyOf(each), each.samples[0].value] as const);
          expect(new Map(found.map(([key, each]) => [key, each === 0 ? 0 : each]))).toEqual(model);
        }
      },
    ),
    { numRuns: 200 },
  );
});

test('native histograms have the buckets, the count and the sum of the row', async () => {
  const histogram = new Histogram({ name: 'rpc_latency', exponential: {}, labelNames: ['to'] });
  for (const each of [0.3, 1, 1.5, 1.5, 900, -2, 0]) histogram.observe(each, { to: 'a' });
  const snapshot = await gathered(histogram);
  for (const version of versions) {
    const [series] = encoded(snapshot, { version });
    expect(Object.fromEntries(series.labels)).toEqual({ __name__: 'rpc_latency', to: 'a' });
    const [{ count, sum, zeroCount, positive, negative }] = series.histograms;
    expect([count, sum, zeroCount]).toEqual([7, 902.3, 1]);
    expect(positive.reduce((all, [, n]) => all + n, 0)).toBe(5);
    expect(negative.reduce((all, [, n]) => all + n, 0)).toBe(1);
  }
});

test('a native histogram with a fraction in a count is one of doubles', async () => {
  const desc = new Desc({ name: 'h', type: 'exponential_histogram' });
  const positive = [
    [-3, 1],
    [4, 4],
  ] as const;
  const data = { count: 5, sum: 3, schema: 0, positive, negative: [] };
  const whole = await gathered({
    describe: () => [desc],
    collect: (out) => out.exponentialHistogram(desc, data),
  });
  const [family] = whole.families;
  const [part] = family.parts;
  const half = (numbers: Float64Array): Float64Array => numbers.map((number) => number / 2);
  const exponential = { ...part.exponential!, counts: half(part.exponential!.counts) };
  const halved = { ...part, values: half(part.values), exponential };
  const snapshot = { ...whole, families: [{ ...family, parts: [halved] }] };
  for (const version of versions)
    expect(encoded(snapshot, { version })[0].histograms[0]).toMatchObject({
      isFloat: true,
      count: 2.5,
      positive: [
        [-3, 0.5],
        [4, 2],
      ],
    });
});

test.each([
  ['native', ['h']],
  ['classic', ['h_bucket', 'h_sum', 'h_count']],
  ['both', ['h_bucket', 'h_sum', 'h_count', 'h']],
] as const)('exponential histograms as %s are the series %j', async (exponentialHistograms, names) => {
  const histogram = new Histogram({ name: 'h', exponential: {} });
  histogram.observe(2);
  const series = encoded(await gathered(histogram), { exponentialHistograms });
  expect(series.map(({ labels }) => Object.fromEntries(labels).__name__)).toEqual(names);
});

test('a start is that of the series, of counts only, and of 2.0 only', async () => {
  const counter = new Counter({ name: 'jobs_total' });
  const gauge = new Gauge({ name: 'depth' });
  const histogram = new Histogram({ name: 'wait_seconds', buckets: [1] });
  histogram.observe(1);
  const snapshot = await gathered(counter, gauge, histogram);
  const starts = (version: '1.0' | '2.0'): unknown[] =>
    encoded(snapshot, { version }).map(({ samples }) => samples[0].start !== undefined);
  expect(starts('2.0')).toEqual([false, true, true, true, true, true]);
  expect(starts('1.0')).not.toContain(true);
});

test('times of samples of their own are sent, negative ones too', async () => {
  const desc = new Desc({ name: 'g', type: 'gauge', labelNames: ['a'] });
  const snapshot = await gathered({
    describe: () => [desc],
    collect(out) {
      for (const timestamp of [1_700_000_000_123, -5, 0])
        out.gauge(desc, 1, [String(timestamp)], { timestamp });
    },
  });
  for (const version of versions) {
    const times = encoded(snapshot, { version }).map(({ samples, labels }) => [
      labels.at(-1)?.[1],
      samples[0].time,
    ]);
    expect(times).toEqual([
      ['1700000000123', 1_700_000_000_123],
      ['-5', -5],
      ['0', 0],
    ]);
  }
});

test('an ordinary NaN is never the one that ends a series', async () => {
  const gauge = new Gauge({ name: 'g' });
  gauge.set(new Float64Array(new BigUint64Array([0x7ff0000000000002n]).buffer)[0]);
  for (const version of versions) {
    const [series] = encoded(await gathered(gauge), { version });
    expect(series.samples[0]).toMatchObject({ value: Number.NaN, stale: false });
  }
});

test('metadata name type, help and unit: of each family in 1.0, of each series in 2.0', async () => {
  const counter = new Counter({ name: 'sent', help: 'Sent.', unit: 'By', labelNames: ['to'] });
  counter.add(1, { to: 'a' });
  counter.add(1, { to: 'b' });
  const snapshot = await gathered(counter);
  const [message] = encoder({ version: '1.0' })(snapshot);
  expect([...readMessage(message, '1.0').metadata]).toEqual([
    ['sent_bytes_total', { type: 'COUNTER', help: 'Sent.', unit: 'bytes' }],
  ]);
  expect(encoded(snapshot).map(({ metadata }) => metadata)).toEqual([
    { type: 'COUNTER', help: 'Sent.', unit: 'bytes' },
    { type: 'COUNTER', help: 'Sent.', unit: 'bytes' },
  ]);
});

test('a family whose name another one has as it is sent is left out and told', async () => {
  const snapshot = await gathered(
    new Gauge({ name: 'a.b' }),
    new Gauge({ name: 'a/b' }),
    new Gauge({ name: 'c' }),
  );
  const errors: MetricsError[] = [];
  const series = encoded(snapshot, { onError: (error) => errors.push(error) });
  expect(series.map(({ labels }) => labels[0][1])).toEqual(['a_b', 'c']);
  expect(errors.map(({ message }) => message)).toEqual([
    'Cannot send family "a/b": it writes "a_b", as "a.b" does; rename one',
  ]);
});

test('names keep their characters where the strategy and the version allow it', async () => {
  const counter = new Counter({ name: 'rpc.calls', labelNames: ['a.b'] });
  counter.add(1, { 'a.b': 'x' });
  const snapshot = await gathered(counter);
  const labels = (options: EncodeOptions): unknown => encoded(snapshot, options)[0].labels;
  expect(labels({ translation: 'NoTranslation' })).toEqual([
    ['__name__', 'rpc.calls'],
    ['a.b', 'x'],
  ]);
  expect(labels({ translation: 'NoUTF8EscapingWithSuffixes' })).toEqual([
    ['__name__', 'rpc.calls_total'],
    ['a.b', 'x'],
  ]);
  expect(labels({ translation: 'NoTranslation', version: '1.0' })).toEqual([
    ['__name__', 'rpc_calls'],
    ['a_b', 'x'],
  ]);
  expect(labels({})).toEqual([
    ['__name__', 'rpc_calls_total'],
    ['a_b', 'x'],
  ]);
});

test('labels whose names become equal are one, their values joined', async () => {
  const gauge = new Gauge({ name: 'g', labelNames: ['a.b', 'a_b'], constLabels: { 'a/b': 'const' } });
  gauge.set(1, { 'a.b': 'dot', a_b: 'line' });
  gauge.set(2, { 'a.b': '', a_b: 'line' });
  for (const version of versions)
    expect(encoded(await gathered(gauge), { version }).map(({ labels }) => labels[1])).toEqual([
      ['a_b', 'dot;const;line'],
      ['a_b', 'const;line'],
    ]);
});

test("a label of the series' own wins over one that is added", async () => {
  const gauge = new Gauge({ name: 'g', labelNames: ['job'] });
  gauge.set(1, { job: 'mine' });
  const labels = [
    { name: 'job', value: 'theirs' },
    { name: 'zone', value: 'z' },
  ];
  expect(encoded(await gathered(gauge), { labels })[0].labels).toEqual([
    ['__name__', 'g'],
    ['job', 'mine'],
    ['zone', 'z'],
  ]);
});

test('numbers of values that are given again are not taken for the old ones', async () => {
  const gauge = new Gauge({ name: 'g', labelNames: ['a'] });
  const registry = new Registry();
  registry.register(gauge);
  for (const version of versions) {
    const encode = encoder({ version });
    for (const name of ['old', 'new', 'newer']) {
      gauge.set(1, { a: name });
      const [message] = encode(await registry.gather());
      expect(readMessage(message, version).series.map(({ labels }) => labels[1])).toEqual([['a', name]]);
      gauge.remove(name);
    }
  }
});

test('a message ends at its limit of bytes, and one series more', async () => {
  const gauge = new Gauge({ name: 'g', labelNames: ['a'] });
  for (let i = 0; i < 100; i++) gauge.set(i, { a: `${i} ${'x'.repeat(100)}` });
  const snapshot = await gathered(gauge);
  for (const version of versions) {
    const lengths: number[] = [];
    for (const message of encoder({ version, maxBytes: 1000 })(snapshot)) lengths.push(message.length);
    expect(lengths.length).toBeGreaterThan(10);
    expect(Math.max(...lengths)).toBeLessThan(1400);
  }
});
