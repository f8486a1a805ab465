import { spawnSync } from 'node:child_process';
import { Counter, Desc, Gauge, Histogram, MetricsError, Registry } from '@oriel/metrics';
import { count, distribution, record, sum, view } from '@oriel/stats';
import { type ReadSample, readPage } from '@oriel/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyNumber, hostileString } from '../support/hostile.ts';
import { serving } from '../support/serving.ts';

function samplesOf(page: string, family: string): readonly ReadSample[] {
  return readPage(page, 'text').find(({ name }) => name === family)?.samples ?? [];
}

function valueOfSample(
  page: string,
  family: string,
  labels: Readonly<Record<string, string>>,
): number | undefined {
  return samplesOf(page, family).find((sample) =>
    Object.entries(labels).every(([name, value]) => sample.labels.get(name) === value),
  )?.value;
}

describe('promise 1: numbers are right', () => {
  test('counters never go down and never become NaN, whatever is added', async () => {
    await using server = await serving();
    const total = server.stats.measureDouble({ name: 'promise_amount' });
    server.stats.registerViews(view({ measure: total, aggregation: sum() }));
    const plain = new Counter({ name: 'promise_plain_total' });
    server.registry.register(plain);
    let before = [0, 0];
    for (const value of fc.sample(
      anyNumber.filter((n) => !(Math.abs(n) > 1e300)),
      { numRuns: 60, seed: 7 },
    )) {
      total.record(value);
      plain.add(value);
      const page = await server.page();
      const now = ['promise_amount_total', 'promise_plain_total'].map(
        (name) => samplesOf(page, name)[0]?.value ?? 0,
      );
      expect(now.every((next, i) => next >= before[i])).toBe(true);
      before = now;
    }
    expect(before[0]).toBe(before[1]);
  });

  test('buckets include their upper bound, and the count is the +Inf bucket', async () => {
    await using server = await serving();
    const size = server.stats.measureDouble({ name: 'promise_size' });
    server.stats.registerViews(view({ measure: size, aggregation: distribution([5, 50, 95]) }));
    for (const value of [5, 22, 50, 55, 66, 95, 98]) size.record(value);
    const page = await server.page();
    const buckets = samplesOf(page, 'promise_size').filter(({ name }) => name.endsWith('_bucket'));
    expect(buckets.map(({ labels, value }) => [labels.get('le'), value])).toEqual([
      ['5', 1],
      ['50', 3],
      ['95', 6],
      ['+Inf', 7],
    ]);
    expect(samplesOf(page, 'promise_size').find(({ name }) => name.endsWith('_count'))?.value).toBe(7);
  });

  test('what was recorded before a scrape began is in it', async () => {
    await using server = await serving();
    const hits = server.stats.measureInt64({ name: 'promise_hits' });
    server.stats.registerViews(view({ measure: hits, tagKeys: ['who'], aggregation: count() }));
    const bound = hits.bind({ who: 'bound' });
    for (let round = 1; round <= 20; round++) {
      hits.record(1, { who: 'fresh' });
      bound.record(1);
      const page = await server.page();
      expect(['fresh', 'bound'].map((who) => valueOfSample(page, 'promise_hits_total', { who }))).toEqual([
        round,
        round,
      ]);
    }
  });
});

describe('promise 2: define loudly, record quietly', () => {
  test('bad definitions throw a MetricsError with a code, the offender and the cure', () => {
    const registry = new Registry();
    registry.register(new Gauge({ name: 'taken' }));
    const attempts: readonly (readonly [code: string, offender: string, define: () => unknown])[] = [
      ['NAME_INVALID', '', () => new Counter({ name: '' })],
      ['LABEL_NAME_INVALID', '__x', () => new Counter({ name: 'a', labelNames: ['__x'] })],
      ['LABEL_NAME_INVALID', 'le', () => new Histogram({ name: 'a', labelNames: ['le'] })],
      ['LABEL_NAME_DUPLICATE', 'x', () => new Counter({ name: 'a', labelNames: ['x', 'x'] })],
      ['BOUNDS_NOT_RISING', '3', () => new Histogram({ name: 'a', buckets: [1, 5, 3] })],
      ['BOUND_NOT_FINITE', 'NaN', () => distribution([Number.NaN])],
      ['BOUNDS_NOT_RISING', '1', () => distribution([1, 1])],
      ['ALREADY_REGISTERED', 'taken', () => registry.register(new Gauge({ name: 'taken' }))],
      [
        'INCONSISTENT_DESCRIPTOR',
        'taken',
        () => registry.register(new Gauge({ name: 'taken', help: 'other' })),
      ],
    ];
    for (const [code, offender, define] of attempts) {
      const error = thrownBy(define);
      expect(error).toBeInstanceOf(MetricsError);
      expect([error.code, error.message.includes(offender), error.message.includes('; ')]).toEqual([
        code,
        true,
        true,
      ]);
    }
  });

  test('recording never throws, and what is dropped is counted by cause', async () => {
    await using server = await serving();
    const amount = server.stats.measureDouble({ name: 'promise_quiet' });
    server.stats.registerViews(view({ measure: amount, tagKeys: ['k'], aggregation: sum() }));
    const throwing = Object.defineProperty({}, 'k', { get: () => expect.unreachable(), enumerable: true });
    const values = [
      Number.NaN,
      Number.POSITIVE_INFINITY,
      -1,
      '5',
      null,
      undefined,
      {},
      5n,
      Symbol('x'),
    ] as unknown as number[];
    for (const value of values) amount.record(value, { k: 'v' });
    for (const tags of [
      throwing,
      new Proxy({}, { get: () => expect.unreachable() }),
      { k: {} },
      { k: Symbol('x') },
      null,
    ]) {
      amount.record(1, tags as never);
    }
    record([amount.m(Number.NaN), amount.m(2)], { k: 'kept' });
    const page = await server.page();
    expect(valueOfSample(page, 'promise_quiet_total', { k: 'kept' })).toBe(2);
    const dropped = samplesOf(page, 'oriel_recordings_dropped_total').filter(
      ({ labels }) => labels.get('metric') === 'promise_quiet',
    );
    expect(dropped.reduce((all, { value }) => all + value, 0)).toBeGreaterThanOrEqual(values.length);
  });
});

describe('promise 3: output is valid', () => {
  test('every page of a view parses, whatever its tags contained', async () => {
    await using server = await serving();
    const odd = server.stats.measureDouble({
      name: 'promise/odd',
      unit: 'ms',
      description: 'a "help"\nof\\ two lines',
    });
    server.stats.registerViews(
      view({ measure: odd, tagKeys: ['one', 'two'], aggregation: distribution([1, 2]) }),
    );
    for (const [one, two] of fc.sample(fc.tuple(hostileString, hostileString), { numRuns: 300, seed: 3 }))
      odd.record(1, { one, two });
    readPage(await server.page(), 'text');
    readPage(await server.page('application/openmetrics-text; version=1.0.0'), 'openmetrics');
  });
});

describe('promise 4: bounded', () => {
  test('series per view: beyond the limit one overflow row takes the rest, sums stay right, a self-metric says so', async () => {
    await using server = await serving();
    const paths = server.stats.measureInt64({ name: 'promise_paths' });
    server.stats.registerViews(view({ measure: paths, tagKeys: ['path'], aggregation: count() }));
    for (let i = 0; i < 12_000; i++) paths.record(1, { path: `/scan/${i}` });
    const page = await server.page();
    const rows = samplesOf(page, 'promise_paths_total');
    expect(rows.length).toBe(10_001);
    expect(rows.reduce((all, { value }) => all + value, 0)).toBe(12_000);
    expect(valueOfSample(page, 'promise_paths_total', { path: '__overflow__' })).toBe(2000);
    expect(
      valueOfSample(page, 'oriel_recordings_dropped_total', {
        metric: 'promise_paths',
        cause: 'series_overflow',
      }),
    ).toBe(2000);
  });

  test('label length: a value of a megabyte is cut, and a self-metric says so', async () => {
    await using server = await serving();
    const texts = server.stats.measureInt64({ name: 'promise_texts' });
    server.stats.registerViews(view({ measure: texts, tagKeys: ['text'], aggregation: count() }));
    texts.record(1, { text: 'x'.repeat(1_000_000) });
    const page = await server.page();
    expect(samplesOf(page, 'promise_texts_total')[0].labels.get('text')?.length).toBeLessThanOrEqual(1024);
    expect(
      valueOfSample(page, 'oriel_recordings_dropped_total', {
        metric: 'promise_texts',
        cause: 'label_value_mended',
      }),
    ).toBe(1);
  });

  test('scrape time: a collector that hangs costs its own family, and a self-metric says so', async () => {
    await using server = await serving();
    const desc = new Desc({ name: 'promise_hanging', type: 'gauge' });
    server.registry.register({ describe: () => [desc], collect: () => new Promise(() => {}) });
    server.registry.register(new Gauge({ name: 'promise_sibling', callback: () => 1 }));
    const url = `http://127.0.0.1:${server.exporter.options().metricsPort}/metrics`;
    const page = await (
      await fetch(url, { headers: { 'X-Prometheus-Scrape-Timeout-Seconds': '0.6' } })
    ).text();
    expect(samplesOf(page, 'promise_sibling')[0]?.value).toBe(1);
    const failures = { collector: 'promise_hanging', cause: 'timeout' };
    expect(
      valueOfSample(await server.page(), 'oriel_collector_failures_total', failures),
    ).toBeGreaterThanOrEqual(1);
  });
});

const packages = ['metrics', 'stats', 'exporter', 'collectors', 'otel', 'exporter-prometheus'];

describe('promise 5: nothing global happens at import', () => {
  test.each(packages)('@oriel/%s imports without a handle, a global or a line of output', (name) => {
    const program = `
      const before = new Set(Object.getOwnPropertyNames(globalThis));
      await import('@oriel/${name}');
      const added = Object.getOwnPropertyNames(globalThis).filter((key) => !before.has(key));
      console.log(JSON.stringify({ added, active: process.getActiveResourcesInfo().filter((one) => !/^(PipeWrap|TTYWrap|FSReqCallback|FSReqPromise|CloseReq)$/.test(one)) }));
    `;
    const flags = ['--conditions=oriel-source', '--no-warnings', '--input-type=module', '-e', program];
    const { stdout, stderr, status } = spawnSync(process.execPath, flags, {
      encoding: 'utf8',
      timeout: 20_000,
    });
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    expect(JSON.parse(stdout)).toEqual({ added: [], active: [] });
  });

  test('everything an exporter starts is gone after shutdown', () => {
    const program = `
      import { newExporter } from '@oriel/exporter';
      import { prometheus } from '@oriel/exporter-prometheus';
      const exporter = newExporter('x', { backends: [prometheus], metricsPort: 0, logLevel: 'silent' });
      await exporter.init();
      await (await fetch('http://127.0.0.1:' + exporter.options().metricsPort)).text();
      await exporter.shutdown();
    `;
    const flags = ['--conditions=oriel-source', '--no-warnings', '--input-type=module', '-e', program];
    const { stderr, status, signal } = spawnSync(process.execPath, flags, {
      encoding: 'utf8',
      timeout: 20_000,
    });
    // A timer or a listener left behind would keep the process, until its time limit ends it by a signal.
    expect({ stderr, status, signal }).toEqual({ stderr: '', status: 0, signal: null });
  });
});

function thrownBy(act: () => unknown): MetricsError {
  try {
    act();
  } catch (error) {
    return error as MetricsError;
  }
  return expect.unreachable('nothing was thrown');
}
