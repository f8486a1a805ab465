import { ProtobufMetricsSerializer } from '@opentelemetry/otlp-transformer';
import {
  Counter,
  type Exemplar,
  exponentialColumns,
  type MetricType,
  Registry,
  type SeriesColumns,
  type Snapshot,
} from '@oriel/metrics';
import { plainResource, resourceAttributes, rowBatches, scopeMetricsOf } from '@oriel/otel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ProtobufEncoder } from '../src/protobuf-encoder.ts';
import { type MetricRequest, MOST_BUCKETS } from '../src/request-encoder.ts';
import { buckets, snapshot } from './generated-snapshots.ts';
import {
  decodeProtobuf,
  type ExponentialPoint,
  type ExportRequest,
  type HistogramPoint,
  type Metric,
  partialSuccess,
} from './otlp-messages.ts';
import { labelsOf } from './received-rows.ts';

const always = Number.NEGATIVE_INFINITY;
const encoder = new ProtobufEncoder();

function requestsOf(snapshot: Snapshot, maxPoints?: number): MetricRequest[] {
  const facts = { time: snapshot.time, temporality: 'cumulative', exemplarsSince: always } as const;
  const resource = { ...resourceAttributes(snapshot), 'service.name': 'shop', empty: '' };
  return Array.from(rowBatches(snapshot, { maxPoints }), (ranges) => ({ ...facts, resource, ranges }));
}

async function decoded(request: MetricRequest): Promise<ExportRequest> {
  return decodeProtobuf(await encoder.encode(request));
}

/** What OpenTelemetry makes of the same rows. */
function byOpenTelemetry(request: MetricRequest): ExportRequest {
  const scopeMetrics = scopeMetricsOf(request.ranges, { ...request, maxBuckets: MOST_BUCKETS });
  const metrics = { resource: plainResource(request.resource), scopeMetrics };
  return decodeProtobuf(ProtobufMetricsSerializer.serializeRequest(metrics) ?? new Uint8Array());
}

/** What the SDK has no place for, and the order of attributes, taken out. */
function comparable(request: ExportRequest): unknown {
  return JSON.parse(
    JSON.stringify(request, (key, value: unknown) => {
      if (key === 'zeroThreshold' || key === 'exemplars') return undefined;
      if (key === 'attributes') return labelsOf(value as Parameters<typeof labelsOf>[0]);
      return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
    }),
    (key, value: unknown) => (key === 'attributes' ? Object.entries(value as object).sort() : value),
  );
}

const temporalities = fc.constantFrom('cumulative', 'delta');

describe('ProtobufEncoder', () => {
  test('writes what OpenTelemetry writes of the same rows, value by value, and what it has no place for beside', async () => {
    await fc.assert(
      fc.asyncProperty(
        snapshot,
        fc.integer({ min: 1, max: 12 }),
        temporalities,
        async (given, most, temporality) => {
          for (const request of requestsOf(given, most)) {
            const told = { ...request, temporality } as MetricRequest;
            expect(comparable(await decoded(told))).toEqual(comparable(byOpenTelemetry(told)));
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  test('writes requests of any size, that span blocks and rows longer than one', async () => {
    const registry = new Registry();
    const counter = new Counter({ name: 'jobs_total', labelNames: ['a', 'b'] });
    registry.register(counter);
    for (let i = 0; i < 3000; i++)
      counter.add(i, { a: `${i}${'ä'.repeat(i % 40 === 0 ? 1000 : 5)}`, b: 'x' });
    const [request] = requestsOf(await registry.gather());
    const [{ metrics }] = (await decoded(request)).resourceMetrics[0].scopeMetrics;
    expect(metrics.map(({ name, sum }) => [name, sum?.dataPoints.length])).toContainEqual([
      'jobs_total',
      3000,
    ]);
    expect(comparable(await decoded(request))).toEqual(comparable(byOpenTelemetry(request)));
  });

  test('keeps zero thresholds, more than 160 buckets and counts beyond 2^53', async () => {
    const wide = {
      schema: 3,
      zeroThreshold: 0.25,
      zeroCount: 2 ** 60,
      positive: buckets(Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [i - 500, i + 1]))),
      negative: buckets({ '7': 2 ** 62 }),
    };
    const point = await onlyPoint<ExponentialPoint>('exponential_histogram', {
      values: Float64Array.of(0, 5),
      stride: 2,
      exponential: exponentialColumns([wide]),
    });
    expect(point).toMatchObject({ scale: 3, zeroThreshold: 0.25 });
    expect(Number(point.zeroCount)).toBe(2 ** 60);
    expect(point.positive.offset).toBe(-501);
    expect(point.positive.bucketCounts.map(Number)).toEqual(Array.from({ length: 1000 }, (_, i) => i + 1));
    expect([point.negative.offset, ...point.negative.bucketCounts.map(Number)]).toEqual([6, 2 ** 62]);
    const large = await onlyPoint<HistogramPoint>('histogram', {
      values: Float64Array.of(2 ** 63, 2 ** 62, 1),
      stride: 3,
      points: [1],
    });
    expect(large.bucketCounts.map(Number)).toEqual([2 ** 63, 2 ** 62]);
    expect(Number(large.count)).toBe(2 ** 63 + 2 ** 62);
  });

  test('lowers the scale of an exponential histogram that needs more than 1024 buckets', async () => {
    const wide = {
      schema: 8,
      zeroThreshold: 0,
      zeroCount: 0,
      positive: buckets({ '-2000': 1, '2000': 4 }),
      negative: buckets({}),
    };
    const point = await onlyPoint<ExponentialPoint>('exponential_histogram', {
      values: Float64Array.of(0, 5),
      stride: 2,
      exponential: exponentialColumns([wide]),
    });
    expect(point.scale).toBe(6);
    expect(point.positive.bucketCounts.length).toBeLessThanOrEqual(MOST_BUCKETS);
    expect(point.count).toBe('5');
  });

  test('tells ids of exemplars as bytes if they are valid, and anything else as attributes', async () => {
    const trace = { name: 'trace_id', value: '4bf92f3577b34da6a3ce929d0e0e4736' };
    const span = { name: 'span_id', value: '00f067aa0ba902b7' };
    const odd = [
      { name: 'span_id', value: '0'.repeat(16) },
      { name: 'trace_id', value: trace.value.toUpperCase() },
      { name: 'user', value: 'é' },
    ];
    const exemplars = new Map<number, Exemplar>([
      [
        0,
        {
          labels: [span, trace, { name: 'user', value: 'ann' }],
          value: 0.5,
          timestamp: 1_700_000_000_000.25,
        },
      ],
      [1, { labels: odd, value: 3 }],
    ]);
    const part = { values: Float64Array.of(1, 2, 3.5), stride: 3, points: [1], exemplars };
    const { exemplars: received } = await onlyPoint<HistogramPoint>('histogram', part);
    expect(received.map(({ asDouble, timeUnixNano }) => [asDouble, timeUnixNano])).toEqual([
      [0.5, '1700000000000250000'],
      // That of the point.
      [3, '1700000000123000000'],
    ]);
    expect(
      received.map(({ spanId, traceId }) => [spanId, traceId].map((id) => Buffer.from(id).toString('hex'))),
    ).toEqual([
      [span.value, trace.value],
      ['', ''],
    ]);
    expect(received.map(({ filteredAttributes }) => labelsOf(filteredAttributes))).toEqual([
      { user: 'ann' },
      { span_id: odd[0].value, trace_id: odd[1].value, user: 'é' },
    ]);
  });

  test('tells exemplars of counters, gauge histograms and exponential histograms, but none from before', async () => {
    const at = (timestamp: number, value: number): Exemplar => ({ labels: [], value, timestamp });
    const values = async (type: MetricType, part: Partial<SeriesColumns>, exemplarsSince: number) => {
      const [request] = requestsOf(snapshotOf(type, part));
      const received = await decoded({ ...request, exemplarsSince });
      return pointsOf(received.resourceMetrics[0].scopeMetrics[0].metrics[0]).map(({ exemplars }) =>
        exemplars.map(({ asDouble }) => asDouble),
      );
    };
    const exemplars = new Map([
      [0, at(1000, 1)],
      [1, at(2000, 2)],
    ]);
    const counters = { rows: 2, values: Float64Array.of(1, 2), stride: 1, exemplars };
    expect(await values('counter', counters, always)).toEqual([[1], [2]]);
    expect(await values('counter', counters, 2000)).toEqual([[], [2]]);
    const bucketed = { values: Float64Array.of(1, 2, 3), stride: 3, points: [1], exemplars };
    expect(await values('gauge_histogram', bucketed, always)).toEqual([[1], [2]]);
    const one = {
      schema: 0,
      zeroThreshold: 0,
      zeroCount: 0,
      positive: buckets({ '1': 3 }),
      negative: buckets({}),
    };
    const lists = new Map([[0, [at(1000, 1), at(2000, 2)]]]);
    const exponential = {
      values: Float64Array.of(3, 5),
      stride: 2,
      exponential: exponentialColumns([one], lists),
    };
    expect(await values('exponential_histogram', exponential, 1500)).toEqual([[2]]);
  });

  test('reads what a receiver did not take', () => {
    expect(encoder.rejectionIn(partialSuccess(3, 'too old'))).toEqual({ rejected: 3, reason: 'too old' });
    expect(encoder.rejectionIn(partialSuccess(0, ''))).toEqual({ rejected: 0, reason: '' });
  });
});

function snapshotOf(type: MetricType, part: Partial<SeriesColumns>): Snapshot {
  const labels = { names: [], ids: new Int32Array(), dictionaries: [] };
  const columns = {
    rows: 1,
    constLabels: [],
    labels,
    stride: 1,
    values: new Float64Array(1),
    points: [],
    states: [],
    ...part,
  };
  const families = [{ name: 'one', help: '', unit: '', type, parts: [columns] }];
  return { time: 1_700_000_000_123, families, errors: [] };
}

async function onlyPoint<P>(type: MetricType, part: Partial<SeriesColumns>): Promise<P> {
  const [request] = requestsOf(snapshotOf(type, part));
  const [{ metrics }] = (await decoded(request)).resourceMetrics[0].scopeMetrics;
  return pointsOf(metrics[0])[0] as P;
}

function pointsOf({ gauge, sum, histogram, exponentialHistogram }: Metric) {
  return (gauge ?? sum ?? histogram ?? exponentialHistogram)?.dataPoints ?? [];
}
