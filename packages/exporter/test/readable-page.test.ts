import { Counter, Desc, Gauge, Histogram, Registry, Summary } from '@oriel/metrics';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readableNumber } from '../src/readable-number.ts';
import { type ReadablePageOptions, readablePage } from '../src/readable-page.ts';
import { cut, harmless, widthOf } from '../src/terminal-text.ts';
import { estimatedQuantile } from '../src/value-range.ts';

const defaults: ReadablePageOptions = {
  ...{ namespace: '', width: 80, colors: false, maxSeries: 20 },
  ...{ quantiles: [0.5, 0.9], ownMetrics: false },
};

async function pageOf(registry: Registry, options: Partial<ReadablePageOptions> = {}): Promise<string> {
  const snapshot = await registry.gather();
  const time = Date.UTC(2023, 10, 14, 22, 13, 20);
  return [...readablePage({ ...snapshot, time }, { ...defaults, ...options })].join('');
}

test('readablePage() groups by family, aligns labels left and numbers right, and shows units and quantiles', async () => {
  const registry = new Registry();
  const requests = new Counter({
    ...{ name: 'http_requests_total', help: 'Requests answered.', labelNames: ['method', 'path'] },
  });
  requests.add(1234, { method: 'GET', path: '/' });
  requests.add(5, { method: 'POST', path: '/日本' });
  const latency = new Histogram({ name: 'http_latency', unit: 's', help: 'Time.', buckets: [0.1, 1] });
  for (let i = 0; i < 10; i++) latency.observe(0.05);
  const rpc = new Summary({ name: 'rpc_bytes', help: 'Sizes.', objectives: { 0.5: 0.05 } });
  for (let i = 0; i < 3; i++) rpc.observe(2048);
  const depth = new Gauge({ name: 'depth', help: '' });
  depth.set(-0.25);
  for (const each of [requests, latency, rpc, depth]) registry.register(each);
  registry.register(new Gauge({ name: 'oriel_own', help: 'Hidden.' }));
  expect(await pageOf(registry, { namespace: 'shop' })).toBe(`\
── shop, metrics at 2023-11-14 22:13:20 UTC, 4 families, 5 series ──────────────

depth  gauge
  -0.25

http_latency  histogram, s: Time.
  count     sum   mean    p50    p90
     10  500 ms  50 ms  50 ms  90 ms

http_requests_total  counter: Requests answered.
  method  path   value
  GET     /      1,234
  POST    /日本      5

rpc_bytes  summary: Sizes.
  count    sum   mean    p50
      3  6 KiB  2 KiB  2 KiB

`);
});

test('readablePage() shows the active state of a state set, an info by its labels, and no number of an empty histogram', async () => {
  const registry = new Registry();
  const build = new Desc({ name: 'build_info', type: 'info', labelNames: ['version'] });
  const engine = new Desc({
    name: 'engine',
    type: 'state_set',
    labelNames: ['id'],
  });
  registry.register({
    describe: () => [build, engine],
    collect(out) {
      out.info(build, ['1.2']);
      out.stateSet(engine, { on: true, off: false, hot: true }, ['a']);
    },
  });
  registry.register(new Histogram({ name: 'empty_seconds', buckets: [1] }));
  const page = await pageOf(registry);
  expect(page).toContain('build_info  info\n  version\n  1.2\n');
  expect(page).toContain('engine  state set\n  id  state\n  a   on, hot\n');
  expect(page).toContain(
    'empty_seconds  histogram\n  count  sum  mean  p50  p90\n      0  0 s     -    -    -\n',
  );
});

test('readablePage() shows as many series as it may, and says how many more there are', async () => {
  const registry = new Registry();
  const jobs = new Counter({ name: 'jobs_total', labelNames: ['id'] });
  for (let id = 0; id < 1500; id++) jobs.inc({ id: String(id) });
  registry.register(jobs);
  const lines = (await pageOf(registry, { maxSeries: 3 })).split('\n');
  expect(lines.slice(2, 8)).toEqual([
    'jobs_total  counter',
    '  id  value',
    '  0       1',
    '  1       1',
    '  2       1',
    '  … 1,497 more of 1,500 series',
  ]);
});

test('readablePage() cuts long labels and helps, and no number, where the terminal is narrow', async () => {
  const registry = new Registry();
  const jobs = new Counter({ name: 'jobs_total', help: 'h'.repeat(200), labelNames: ['id', 'kind'] });
  jobs.add(123456789, { id: 'x'.repeat(100), kind: 'mail' });
  registry.register(jobs);
  const lines = (await pageOf(registry, { width: 40 })).split('\n');
  expect(lines.every((line) => widthOf(line) <= 40)).toBe(true);
  expect(lines[4]).toBe('  xxxxxxxxxxxxxxxxxx…  mail  123,456,789');
});

test('colors are put around names and heads, and only where they are wanted', async () => {
  const registry = new Registry();
  registry.register(new Counter({ name: 'jobs_total' }));
  expect(await pageOf(registry, { colors: true })).toContain('\u001b[1mjobs_total\u001b[22m');
  expect(await pageOf(registry)).not.toContain('\u001b');
});

test('no label, help or name gets a control character through to the terminal', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 30 }), async (text) => {
      const registry = new Registry();
      const jobs = new Counter({ name: 'jobs_total', help: text, labelNames: ['id'] });
      jobs.inc({ id: text });
      registry.register(jobs);
      const page = await pageOf(registry);
      expect(page.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cs}\u2028\u2029\u202e]/u);
      expect(page.split('\n').length).toBeLessThanOrEqual(7);
    }),
    { numRuns: 200 },
  );
});

test('widthOf() counts what a terminal shows', () => {
  const cases = ['abc', 'é', 'e\u0301', '日本', '👩‍👩‍👧', '…'];
  expect(cases.map(widthOf)).toEqual([3, 1, 1, 4, 2, 1]);
});

test('cut() keeps within the width and never halves a character', () => {
  expect([cut('日本語', 5), cut('日本語', 4), cut('abc', 3), cut('abcd', 3)]).toEqual([
    '日本…',
    '日…',
    'abc',
    'ab…',
  ]);
});

test('harmless() writes what acts on a terminal as escapes', () => {
  expect(harmless('a\n\t\u001b[2J\u202e\ud800b')).toBe('a\\n\\t\\u{1b}[2J\\u{202e}\\u{d800}b');
});

test.each([
  ['a_seconds', '', 0.0123, '12.3 ms'],
  ['a', 's', 4.2e-8, '42 ns'],
  ['a', 'ms', 90_000, '90 s'],
  ['a_seconds_total', '', 7300, '2.028 h'],
  ['a', 's', -3, '-3 s'],
  ['a', 'By', 1536, '1.5 KiB'],
  ['a_bytes', '', 0, '0 B'],
  ['a', 'bytes', 2 ** 61, '2048 PiB'],
  ['a', '', 1e21, '1e+21'],
  ['a', '', 0.1 + 0.2, '0.3'],
  ['a', 'celsius', -1234567, '-1,234,567'],
  ['a_timestamp_seconds', 'seconds', 1.7e9, '2023-11-14 22:13:20Z'],
  ['a_timestamp_seconds', '', 1e300, '1e+300'],
  ['a', 's', Number.POSITIVE_INFINITY, '+Inf'],
  ['a', '', Number.NaN, 'NaN'],
])('readableNumber() of %s in %j shows %d as %s', (name, unit, value, expected) => {
  expect(readableNumber({ name, unit })(value)).toBe(expected);
});

async function partOf(histogram: Histogram) {
  const registry = new Registry();
  registry.register(histogram);
  return (await registry.gather()).families[0].parts[0];
}

test('estimatedQuantile() interpolates within a bucket, and takes the last bound for what is above', async () => {
  const histogram = new Histogram({ name: 'a', buckets: [10, 20] });
  for (const value of [5, 5, 15, 15, 99]) histogram.observe(value);
  const part = await partOf(histogram);
  expect([0.2, 0.4, 0.6, 0.8, 1].map((q) => estimatedQuantile(part, 0, q))).toEqual([5, 10, 15, 20, 20]);
  expect(estimatedQuantile(await partOf(new Histogram({ name: 'a', buckets: [1] })), 0, 0.5)).toBeNaN();
});

test('estimatedQuantile() of exponential buckets is within a bucket of the truth, negative values included', async () => {
  const histogram = new Histogram({ name: 'a', exponential: {} });
  for (let value = -100; value <= 900; value++) histogram.observe(value);
  const part = await partOf(histogram);
  for (const [quantile, truth] of [
    [0.05, -50],
    [0.5, 400],
    [0.95, 850],
  ])
    expect(Math.abs(estimatedQuantile(part, 0, quantile) / truth - 1)).toBeLessThan(0.1);
  expect(Math.abs(estimatedQuantile(part, 0, 0.1))).toBeLessThan(2);
});
