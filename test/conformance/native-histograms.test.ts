import { AggregationType, MetricReader } from '@opentelemetry/sdk-metrics';
import { serveMetrics } from '@oriel/exporter-prometheus';
import { Counter, exponential, Histogram, Registry } from '@oriel/metrics';
import { meterProviderFor, openTelemetryCollector } from '@oriel/otel';
import { describe, expect } from 'vitest';
import { type PrometheusOptions, PrometheusServer } from '../end-to-end/prometheus.ts';
import { testWith } from '../support/tools.ts';

const features = ['native-histograms', 'exemplar-storage'] as const;
const schemas = [-1, 0, 3, 8];
const quantiles = [0.01, 0.1, 0.5, 0.9, 0.99, 0.999];
const observed = Array.from({ length: 5000 }, (_, i) => 0.001 * 1.002 ** ((i * 1234.567) % 5000));

class Reader extends MetricReader {
  protected async onShutdown(): Promise<void> {}
  protected async onForceFlush(): Promise<void> {}
}

/** The same observations by an instrument of OpenTelemetry, whose SDK chooses scale 3 for them. */
function observeByOpenTelemetry(registry: Registry): void {
  const reader = new Reader();
  const type = AggregationType.EXPONENTIAL_HISTOGRAM;
  const provider = meterProviderFor({ reader, views: [{ instrumentName: '*', aggregation: { type } }] });
  const latency = provider.getMeter('test').createHistogram('otel.latency', { unit: 's' });
  for (const value of observed) latency.record(value);
  registry.register(openTelemetryCollector({ reader, scopeInfo: false }));
}

/** Each native histogram of the observations, with how much a bucket is wider than the one before. */
const latencies: readonly (readonly [name: string, growth: number])[] = [
  ...schemas.map((schema) => [`latency_${schema + 4}_seconds`, 2 ** (2 ** -schema)] as const),
  ['otel_latency_seconds', 2 ** (2 ** -3)],
];

function registryOf(): Registry {
  const registry = new Registry();
  for (const schema of schemas) {
    const latency = new Histogram({
      name: `latency_${schema + 4}_seconds`,
      help: 'Latency.',
      exponential: exponential({ schema, maxBuckets: 0 }),
    });
    registry.register(latency);
    for (const value of observed) latency.observe(value);
  }
  observeByOpenTelemetry(registry);
  const signed = new Histogram({
    name: 'signed',
    help: 'Both signs.',
    exponential: exponential({ schema: 3 }),
  });
  registry.register(signed);
  for (const value of [-8, -4, -2, 0, 0, 1, 2, 4]) signed.observe(value);
  const empty = new Histogram({
    name: 'empty',
    help: 'Nothing yet.',
    exponential: exponential({ schema: 3, zeroThreshold: 0 }),
  });
  registry.register(empty);
  const both = new Histogram({
    name: 'both_seconds',
    help: 'Classic and native.',
    buckets: [1, 10],
    exponential: exponential({ schema: 3 }),
  });
  registry.register(both);
  both.observe(0.5, {}, { trace_id: 'half' });
  both.observe(5, {}, { trace_id: 'five' });
  const jobs = new Counter({ name: 'jobs_total', help: 'Jobs.', labelNames: ['queue'] });
  registry.register(jobs);
  jobs.add(3, { queue: 'mail "now"' }, { trace_id: 'mailed', span_id: '1' });
  return registry;
}

/** The value below or at which that part of the observations are. */
function trueQuantile(quantile: number): number {
  const sorted = [...observed].sort((a, b) => a - b);
  return sorted[Math.ceil(quantile * sorted.length) - 1];
}

async function scrapedBy(
  given: PrometheusOptions,
  look: (prometheus: PrometheusServer) => Promise<void>,
): Promise<void> {
  await using server = await serveMetrics(registryOf(), { port: 0, host: '127.0.0.1' });
  const prometheus = await PrometheusServer.start(new URL(server.url), '1s', given);
  try {
    expect(await prometheus.scraped()).toMatchObject({ health: 'up', lastError: '' });
    await look(prometheus);
  } finally {
    await prometheus.stop();
  }
}

async function expectExemplars(prometheus: PrometheusServer): Promise<void> {
  const counted = await prometheus.exemplars('jobs_total');
  expect(counted[0].seriesLabels).toMatchObject({ queue: 'mail "now"', __name__: 'jobs_total' });
  expect(counted[0].exemplars[0]).toMatchObject({ labels: { trace_id: 'mailed', span_id: '1' }, value: '3' });
  expect(Math.abs(counted[0].exemplars[0].timestamp - Date.now() / 1000)).toBeLessThan(120);
}

describe('a Prometheus with native histograms and exemplars', () => {
  testWith(
    'prometheus',
    "asks for protobuf, and gives quantiles within a schema's error and exemplars",
    async () => {
      await scrapedBy({ features }, async (prometheus) => {
        for (const [name, growth] of latencies) {
          for (const quantile of quantiles) {
            const [found] = await prometheus.query(`histogram_quantile(${quantile}, ${name})`);
            const ratio = Number(found.value[1]) / trueQuantile(quantile);
            expect(ratio).toBeGreaterThanOrEqual(1 / growth / 1.0000001);
            expect(ratio).toBeLessThanOrEqual(growth * 1.0000001);
          }
          const [count] = await prometheus.query(`histogram_count(${name})`);
          expect(count.value[1]).toBe(String(observed.length));
          const [sum] = await prometheus.query(`histogram_sum(${name})`);
          expect(Number(sum.value[1])).toBeCloseTo(
            observed.reduce((all, value) => all + value, 0),
            6,
          );
        }
        const [negative] = await prometheus.query('histogram_quantile(0.1, signed)');
        expect(Number(negative.value[1])).toBeLessThanOrEqual(-4);
        const [zeros] = await prometheus.query('histogram_fraction(-0.001, 0.001, signed)');
        expect(Number(zeros.value[1])).toBeCloseTo(0.25, 6);
        const [both] = await prometheus.query('histogram_count(both_seconds)');
        expect(both.value[1]).toBe('2');
        await expectExemplars(prometheus);
        // This version of Prometheus takes one exemplar of a native histogram.
        const [observation] = (await prometheus.exemplars('both_seconds')).flatMap((one) => one.exemplars);
        expect(observation).toMatchObject({ labels: { trace_id: 'half' }, value: '0.5' });
      });
    },
    90_000,
  );

  testWith(
    'prometheus',
    'gets the same exemplars, and classic buckets, from OpenMetrics',
    async () => {
      await scrapedBy({ features: ['exemplar-storage'] }, async (prometheus) => {
        const buckets = await prometheus.query('both_seconds_bucket', 3);
        expect(buckets.map(({ metric, value }) => [metric.le, value[1]])).toEqual(
          expect.arrayContaining([
            ['1.0', '1'],
            ['10.0', '2'],
            ['+Inf', '2'],
          ]),
        );
        await expectExemplars(prometheus);
        const observations = await prometheus.exemplars('both_seconds_bucket', 2);
        expect(observations.map(({ exemplars }) => exemplars[0].labels.trace_id).sort()).toEqual([
          'five',
          'half',
        ]);
      });
    },
    90_000,
  );
});
