import { context, type Span } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BasicTracerProvider,
  type Sampler,
} from '@opentelemetry/sdk-trace-base';
import { Counter, Histogram, Registry } from '@oriel/metrics';
import { count, distribution, exponential, record, spanExemplars, sum, view } from '@oriel/stats';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PrometheusServer } from '../end-to-end/prometheus.ts';
import { type Serving, serving } from '../support/serving.ts';
import { testWith } from '../support/tools.ts';
import { parseByPython } from '../support/validators.ts';

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
});
afterAll(() => context.disable());

const openMetrics = 'application/openmetrics-text; version=1.0.0';
const protobuf =
  'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited';

/** Runs in a span of a real tracer; answers the span. */
async function inSpan(act: () => unknown, sampler: Sampler = new AlwaysOnSampler()): Promise<Span> {
  const tracer = new BasicTracerProvider({ sampler }).getTracer('test');
  return tracer.startActiveSpan('work', async (span) => {
    await act();
    span.end();
    return span;
  });
}

/** A served page with instruments and views of every kind that has exemplars; `act` records once on each. */
async function recorded(): Promise<Serving & { act(value: number): Promise<void> }> {
  const served = await serving({ exemplars: true });
  const { registry, stats } = served;
  const jobs = registry.getOrRegister(new Counter({ name: 'jobs_total' }));
  const sizes = registry.getOrRegister(new Histogram({ name: 'sizes', buckets: [1, 10] }));
  const native = registry.getOrRegister(new Histogram({ name: 'native', exponential: {} }));
  const latency = stats.measureDouble({ name: 'latency', unit: 'ms' });
  stats.registerViews(
    view({ name: 'calls', measure: latency, aggregation: count(), tagKeys: ['route'] }),
    view({ name: 'spent', measure: latency, aggregation: sum(), tagKeys: ['route'] }),
    view({ name: 'classic', measure: latency, aggregation: distribution([1, 10]), tagKeys: ['route'] }),
    view({
      name: 'exponential',
      measure: latency,
      aggregation: exponential({}, [1, 10]),
      tagKeys: ['route'],
    }),
  );
  const act = async (value: number): Promise<void> => {
    jobs.inc();
    sizes.labels().observe(value);
    // Past an await and into the callback of a promise, as programs record.
    await Promise.resolve().then(() => native.observe(value));
    record([latency.m(value)], { route: '/' });
  };
  return { ...served, act };
}

/** The lines that have an exemplar: the sample, the labels, the value. */
function exemplarLines(page: string): string[][] {
  const lines = page.matchAll(/^(\S+) \S+ # \{([^}]*)\} (\S+) \d+\.?\d*$/gm);
  return Array.from(lines, ([, sample, labels, value]) => [sample, labels, value]);
}

test('a scrape in OpenMetrics has the sampled span of each counter and bucket', async () => {
  const { act, page, [Symbol.asyncDispose]: stop } = await recorded();
  try {
    const span = await inSpan(() => act(5));
    const { traceId, spanId } = span.spanContext();
    const labels = `span_id="${spanId}",trace_id="${traceId}"`;
    expect(exemplarLines(await page(openMetrics))).toEqual([
      ['calls_total{route="/"}', labels, '1.0'],
      ['classic_milliseconds_bucket{route="/",le="10.0"}', labels, '5.0'],
      ['exponential_milliseconds_bucket{route="/",le="10.0"}', labels, '5.0'],
      ['jobs_total', labels, '1.0'],
      ['native_bucket{le="+Inf"}', labels, '5.0'],
      ['sizes_bucket{le="10.0"}', labels, '5.0'],
      ['spent_milliseconds_total{route="/"}', labels, '5.0'],
    ]);
    expect(await page('text/plain')).not.toContain(traceId);
  } finally {
    await stop();
  }
});

test('a scrape in protobuf has them too, and those of native histograms beside those of their classic buckets', async () => {
  const { act, page, [Symbol.asyncDispose]: stop } = await recorded();
  try {
    const span = await inSpan(() => act(5));
    const { traceId, spanId } = span.spanContext();
    const text = await page(protobuf);
    // Three counters, two classic histograms, a native one, and one that is both.
    for (const id of [traceId, spanId]) expect(text.split(id)).toHaveLength(1 + 3 + 2 + 1 + 2);
  } finally {
    await stop();
  }
});

test('neither a span that is not sampled nor work outside of one leaves an exemplar', async () => {
  const { act, page, [Symbol.asyncDispose]: stop } = await recorded();
  try {
    await act(5);
    await inSpan(() => act(5), new AlwaysOffSampler());
    expect(exemplarLines(await page(openMetrics))).toEqual([]);
  } finally {
    await stop();
  }
});

describe('the option exemplars', () => {
  const sources = [
    ['code', { exemplars: true }],
    ['the environment', { env: { ORIEL_METRICS_EXEMPLARS: 'true' } }],
  ] as const;

  test.each(sources)(
    'from %s puts sampled spans on the page, and off it after shutdown()',
    async (_, config) => {
      const { registry, stats, page, [Symbol.asyncDispose]: stop } = await serving(config);
      try {
        const latency = stats.measureDouble({ name: 'latency', unit: 'ms' });
        stats.registerViews(view({ name: 'calls', measure: latency, aggregation: count() }));
        const jobs = registry.getOrRegister(new Counter({ name: 'jobs_total' }));
        const span = await inSpan(() => {
          jobs.inc();
          latency.record(5);
        });
        const { traceId, spanId } = span.spanContext();
        const labels = `span_id="${spanId}",trace_id="${traceId}"`;
        expect(exemplarLines(await page(openMetrics))).toEqual([
          ['calls_total', labels, '1.0'],
          ['jobs_total', labels, '1.0'],
        ]);
      } finally {
        await stop();
      }
      expect(registry.exemplars).toBeUndefined();
    },
  );

  test.each([
    ['by default', {}],
    ['when metrics are disabled', { exemplars: true, metricsEnabled: false }],
  ])('is off %s', async (_, config) => {
    const { registry, [Symbol.asyncDispose]: stop } = await serving(config);
    expect(registry.exemplars).toBeUndefined();
    await stop();
  });

  test('leaves the sampler that the program chose, before init() or after it', async () => {
    for (const early of [true, false]) {
      const own = spanExemplars();
      const registry = new Registry(early ? { exemplars: own } : {});
      const { [Symbol.asyncDispose]: stop } = await serving({ exemplars: true }, registry);
      if (!early) registry.useExemplars(own);
      expect(registry.exemplars).toBe(own);
      await stop();
      expect(registry.exemplars).toBe(own);
    }
  });

  test('of two exporters on one registry holds until both are shut down', async () => {
    const first = await serving({ exemplars: true });
    const { registry } = first;
    const sampler = registry.exemplars;
    const second = await serving({ exemplars: true }, registry);
    expect(registry.exemplars).toBe(sampler);
    await first[Symbol.asyncDispose]();
    expect(registry.exemplars).toBe(sampler);
    await second[Symbol.asyncDispose]();
    expect(registry.exemplars).toBeUndefined();
  });

  test('is given up by an exporter that does not start', async () => {
    const { exporter, registry, [Symbol.asyncDispose]: stop } = await serving();
    const metricsPort = exporter.options().metricsPort;
    await expect(serving({ exemplars: true, metricsPort }, registry)).rejects.toThrow('is taken');
    expect(registry.exemplars).toBeUndefined();
    await stop();
  });
});

testWith('python-openmetrics', 'the strict parser reads a page with the exemplars of spans', async () => {
  const { act, page, [Symbol.asyncDispose]: stop } = await recorded();
  try {
    for (const value of [0.5, 5, 50]) await inSpan(() => act(value));
    expect(parseByPython(await page(openMetrics)).map(([name]) => name)).toContain('jobs');
  } finally {
    await stop();
  }
});

testWith(
  'prometheus',
  'a real Prometheus stores the spans of counters and native histograms from protobuf',
  async () => {
    const { act, exporter, [Symbol.asyncDispose]: stop } = await recorded();
    const url = new URL(`http://127.0.0.1:${exporter.options().metricsPort}/metrics`);
    const features = ['native-histograms', 'exemplar-storage'];
    const prometheus = await PrometheusServer.start(url, '1s', { features });
    try {
      const span = await inSpan(() => act(5));
      const { traceId, spanId } = span.spanContext();
      const labels = { trace_id: traceId, span_id: spanId };
      // This version of Prometheus knows exemplars of native histograms by their classic buckets only.
      for (const name of ['jobs_total', 'calls_total', 'exponential_milliseconds']) {
        const [{ exemplars }] = await prometheus.exemplars(name);
        expect(exemplars[0]).toMatchObject({ labels, value: name.endsWith('_total') ? '1' : '5' });
      }
    } finally {
      await prometheus.stop();
      await stop();
    }
  },
  90_000,
);
