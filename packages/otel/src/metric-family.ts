import {
  type DataPoint,
  DataPointType,
  type ExponentialHistogram,
  type ExponentialHistogramMetricData,
  type Histogram,
  type HistogramMetricData,
  type MetricData,
} from '@opentelemetry/sdk-metrics';
import type { FamilyHead, Label, SeriesColumns } from '@oriel/metrics';
import { byBounds, explicitShape } from './explicit-histogram.ts';
import { exponentialShape } from './exponential-histogram.ts';
import { exponentialRow } from './exponential-row.ts';
import { isHistogram, shownType } from './metric-kind.ts';
import { counterShape, gaugeShape, type PointShape } from './point-shape.ts';
import { PointTable } from './point-table.ts';
import type { Warnings } from './warnings.ts';

/** What one instrument gives in one scope. */
interface Stream<Metric extends MetricData = MetricData> {
  readonly metric: Metric;
  readonly scope: readonly Label[];
}

/** Points of one stream and layout. */
interface Batch<Value> {
  readonly points: readonly DataPoint<Value>[];
  readonly scope: readonly Label[];
}

/** All streams of one name. */
export class MetricFamily {
  #head: FamilyHead;
  readonly #streams: Stream[] = [];
  readonly #reserved: ReadonlySet<string>;
  readonly #warnings: Warnings;

  constructor(head: FamilyHead, reserved: ReadonlySet<string>, warnings: Warnings) {
    this.#head = head;
    this.#reserved = reserved;
    this.#warnings = warnings;
  }

  /** One more stream, and the head as it is with it. */
  add(stream: Stream, head: FamilyHead): void {
    this.#streams.push(stream);
    this.#head = head;
  }

  /** One part per bucket layout. */
  *parts(): Generator<SeriesColumns> {
    if (!isHistogram(this.#head.type)) {
      yield this.#numbers();
      return;
    }
    yield* this.#explicit(this.#streams.filter(isExplicit));
    const exponential = this.#streams.filter(isExponential);
    if (exponential.length > 0) yield this.#exponential(exponential);
  }

  #numbers(): SeriesColumns {
    const shape = this.#head.type === 'counter' ? counterShape : gaugeShape;
    return this.#columns(shape, this.#streams.map(batchOf) as Batch<number>[]);
  }

  *#explicit(streams: readonly Stream<HistogramMetricData>[]): Generator<SeriesColumns> {
    const layouts = new Map<string, Batch<Histogram>[]>();
    for (const { metric, scope } of streams) {
      for (const [key, points] of byBounds(metric.dataPoints)) {
        layouts.set(key, [...(layouts.get(key) ?? []), { points, scope }]);
      }
    }
    for (const batches of layouts.values()) {
      const { boundaries } = batches[0].points[0].value.buckets;
      yield this.#columns(explicitShape(boundaries, this.#head.name), batches);
    }
  }

  #exponential(streams: readonly Stream<ExponentialHistogramMetricData>[]): SeriesColumns {
    const values = streams.flatMap(({ metric }) => metric.dataPoints.map((point) => point.value));
    const classic = exponentialShape(values, this.#head.name);
    const shape = this.#head.type === 'histogram' ? classic : { ...classic, exponential: exponentialRow };
    return this.#columns(shape, streams.map(batchOf) as Batch<ExponentialHistogram>[]);
  }

  #columns<Value>(shape: PointShape<Value>, batches: readonly Batch<Value>[]): SeriesColumns {
    const { type } = this.#head;
    const table = new PointTable({
      shape,
      capacity: batches.reduce((sum, { points }) => sum + points.length, 0),
      rules: { reserved: this.#reserved, own: isHistogram(type) ? 'le' : undefined },
      hasCreated: type !== 'gauge',
      addsUp: this.#streams.every(({ metric }) => metric.dataPointType !== DataPointType.GAUGE),
    });
    for (const { points, scope } of batches) table.add(points, scope);
    const columns = table.finish();
    this.#report(table);
    return columns;
  }

  #report<Value>(table: PointTable<Value>): void {
    const { name, type } = this.#head;
    if (table.refused > 0) {
      this.#warnings.about(
        name,
        'keep a point',
        `its value cannot be that of a ${shownType(type)}; record finite numbers`,
      );
    }
    if (table.merged > 0) {
      this.#warnings.about(name, 'keep points apart', 'their labels are equal; use other attributes');
    }
    for (const key of table.labels.refused) {
      this.#warnings.about(name, `keep attribute "${key}"`, 'its label tells the scope; use another key');
    }
    if (table.labels.has('otel.metric.overflow')) {
      const cure = 'set aggregationCardinalityLimit in a view';
      this.#warnings.about(name, 'keep all series', `it has more than the SDK's limit; ${cure}`);
    }
  }
}

function batchOf({ metric, scope }: Stream): Batch<unknown> {
  return { points: metric.dataPoints, scope };
}

function isExplicit(stream: Stream): stream is Stream<HistogramMetricData> {
  return stream.metric.dataPointType === DataPointType.HISTOGRAM;
}

function isExponential(stream: Stream): stream is Stream<ExponentialHistogramMetricData> {
  return stream.metric.dataPointType === DataPointType.EXPONENTIAL_HISTOGRAM;
}
