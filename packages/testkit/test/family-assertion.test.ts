import { Counter, Gauge, Histogram, Registry, Summary } from '@oriel/metrics';
import { expect, test } from 'vitest';
import { assertAbsent, assertFamily, assertRow, rowsOf } from '../src/family-assertion.ts';
import { httpDestination } from '../src/http-destination.ts';
import { rowsOfPage } from '../src/page-rows.ts';
import { scrape } from '../src/scrape.ts';

async function snapshot() {
  const registry = new Registry();
  const jobs = new Counter({ name: 'jobs_total', labelNames: ['kind'] });
  const wait = new Histogram({ name: 'wait_seconds', buckets: [1, 2] });
  const size = new Summary({ name: 'body_bytes', objectives: { 0.5: 0.05 } });
  registry.register(jobs);
  registry.register(wait);
  registry.register(size);
  registry.register(new Gauge({ name: 'depth', callback: () => Number.NaN }));
  jobs.add(3, { kind: 'a' });
  jobs.add(4, { kind: 'b' });
  wait.observe(1.5);
  size.observe(7);
  return registry.gather();
}

test('assertFamily() takes families of every type as they are', async () => {
  const source = await snapshot();
  assertFamily(source, 'jobs_total', {
    type: 'counter',
    rows: [
      { labels: { kind: 'b' }, value: 4 },
      { labels: { kind: 'a' }, value: 3 },
    ],
  });
  const buckets = [
    [1, 0],
    [2, 1],
    [Number.POSITIVE_INFINITY, 1],
  ] as const;
  assertFamily(source, 'wait_seconds', { type: 'histogram', rows: [{ count: 1, sum: 1.5, buckets }] });
  assertFamily(source, 'body_bytes', {
    type: 'summary',
    rows: [{ count: 1, sum: 7, quantiles: [[0.5, 7]] }],
  });
  assertRow(source, 'depth', { value: Number.NaN });
  assertAbsent(source, 'width');
  assertAbsent(source, 'jobs_total', { kind: 'c' });
});

test('assertions say what was found', async () => {
  const source = await snapshot();
  const message = (act: () => unknown): string => {
    try {
      act();
    } catch (error) {
      return (error as Error).message;
    }
    return expect.unreachable('nothing was thrown');
  };
  expect(message(() => assertFamily(source, 'jobs', {}))).toBe(
    'wanted family jobs, found body_bytes, depth, jobs_total, wait_seconds',
  );
  expect(message(() => assertFamily(source, 'jobs_total', { type: 'gauge' }))).toBe(
    'wanted jobs_total as gauge, found it as counter',
  );
  expect(message(() => assertRow(source, 'jobs_total', { labels: { kind: 'a' }, value: 9 }))).toMatch(
    /^wanted jobs_total\{kind="a"\} counter value=9, found jobs_total\{kind="a"\} counter value=3 start=\d+$/,
  );
  expect(message(() => assertRow(source, 'jobs_total', { labels: { kind: 'c' } }))).toMatch(
    /^wanted jobs_total\{kind="c"\}, found jobs_total\{kind="a"\}/,
  );
  expect(message(() => assertFamily(source, 'jobs_total', { rows: [{ labels: { kind: 'a' } }] }))).toMatch(
    /^wanted no more series of jobs_total, found jobs_total\{kind="b"\}/,
  );
  expect(message(() => assertAbsent(source, 'depth'))).toMatch(
    /^wanted no depth, found depth gauge value="NaN"/,
  );
  expect(message(() => assertFamily([], 'x', {}))).toBe('wanted family x, found nothing');
});

const page = `# TYPE wait_seconds histogram
wait_seconds_bucket{le="1.0",q="a"} 2 # {trace_id="x y"} 0.5 1.5
wait_seconds_bucket{le="+Inf",q="a"} 3
wait_seconds_sum{q="a"} 7.5
wait_seconds_count{q="a"} 3
wait_seconds_created{q="a"} 1.25
# TYPE jobs counter
jobs_total 3 1.5
jobs_created 0.25
# TYPE build info
build_info{version="1"} 1
# TYPE engine stateset
engine{engine="off"} 0
engine{engine="on"} 1
# TYPE size summary
size{quantile="0.5"} 4
size_sum 8
size_count 2
# EOF
`;

test('rowsOfPage() puts the samples of a series together', () => {
  expect(rowsOfPage(page, 'openmetrics')).toEqual([
    {
      name: 'wait_seconds',
      kind: 'histogram',
      labels: { q: 'a' },
      buckets: [
        [1, 2],
        [Number.POSITIVE_INFINITY, 3],
      ],
      sum: 7.5,
      count: 3,
      start: 1250,
      exemplars: [{ labels: [{ name: 'trace_id', value: 'x y' }], value: 0.5, timestamp: 1500 }],
    },
    { name: 'jobs_total', kind: 'counter', labels: {}, value: 3, time: 1500, start: 250 },
    { name: 'build_info', kind: 'info', labels: { version: '1' }, value: 1 },
    { name: 'engine', kind: 'state_set', labels: {}, states: { off: false, on: true } },
    { name: 'size', kind: 'summary', labels: {}, quantiles: [[0.5, 4]], sum: 8, count: 2 },
  ]);
  expect(rowsOf(page)).toEqual(rowsOfPage(page, 'openmetrics'));
  expect(rowsOf('up 1 1500\n'.replace('up', '# TYPE up untyped\nup'))[0]).toMatchObject({
    kind: 'unknown',
    time: 1500,
  });
});

test('scrape() reads by the content type, and refuses what breaks its format', async () => {
  let answer = {
    status: 200,
    headers: { 'content-type': 'application/openmetrics-text; version=1.0.0' },
    body: page,
  };
  const server = await httpDestination({ answer: () => answer });
  try {
    const { rows, format } = await scrape(server.url);
    expect([format, rows.length]).toEqual(['openmetrics', 5]);
    answer = { ...answer, body: page.replace('# EOF\n', '') };
    await expect(scrape(server.url)).rejects.toThrow('the page does not end with # EOF');
    answer = { ...answer, headers: { 'content-type': 'text/html' } };
    await expect(scrape(server.url)).rejects.toThrow(
      /^Cannot scrape "http.*": its content type is "text\/html"/,
    );
    answer = { ...answer, status: 404, body: 'gone' };
    await expect(scrape(server.url)).rejects.toThrow(/: it answered 404 gone$/);
  } finally {
    await server.close();
  }
  await expect(scrape(server.url)).rejects.toThrow(/ECONNREFUSED/);
});
