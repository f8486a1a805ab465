import { messageField, textField, varintField } from '@oriel/encoding';
import { WorkSlices } from '@oriel/exporter';
import { type MetricKind, type PlannedMetric, plannedMetrics, type Scope, unitCode } from '@oriel/otel';
import { ExponentialPoints } from './exponential-points.ts';
import { HistogramPoints } from './histogram-points.ts';
import { NumberPoints } from './number-points.ts';
import { PieceList, PieceWriter } from './piece-list.ts';
import type { PointSource, PointWriter } from './point-frame.ts';
import { writeAttributes } from './proto-attributes.ts';
import { messagesIn, numberIn } from './proto-reader.ts';
import type { MetricRequest, Rejection, RequestEncoder } from './request-encoder.ts';

const ROWS_A_STEP = 64;
/** A larger request lets go of its memory. */
const MOST_KEPT = 1 << 20;

/** The numbers of the fields of `Metric`. */
const dataFields: Readonly<Record<MetricKind, number>> = {
  gauge: 5,
  sum: 7,
  histogram: 9,
  exponential_histogram: 10,
};
const DELTA = 1;
const CUMULATIVE = 2;

/**
 * Requests as protobuf: `ExportMetricsServiceRequest`, written from the columns of a snapshot, with no object in between.
 *
 * Source: opentelemetry-proto 1.x, `metrics.proto`, `common.proto`, `resource.proto`.
 */
export class ProtobufEncoder implements RequestEncoder {
  readonly #out = new PieceWriter();
  #body: Uint8Array = new Uint8Array();

  /** Yields to the event loop every few milliseconds. One at a time. */
  encode(request: MetricRequest): Promise<Uint8Array> {
    return new WorkSlices().run(this.#steps(request));
  }

  rejectionIn(answer: Uint8Array): Rejection {
    const [partialSuccess = Buffer.alloc(0)] = messagesIn(answer, 1);
    const [reason = ''] = messagesIn(partialSuccess, 2).map(String);
    return { rejected: numberIn(partialSuccess, 1), reason };
  }

  *#steps(request: MetricRequest): Generator<void, Uint8Array> {
    const out = this.#out;
    out.begin();
    const resource = new PieceList();
    out.add(resource, (bytes) => {
      messageField(bytes, 1, () => writeAttributes(bytes, 1, request.resource));
    });
    for (const [scope, ranges] of Map.groupBy(request.ranges, (range) => range.scope)) {
      const metrics = new PieceList();
      out.add(metrics, (bytes) => messageField(bytes, 1, () => writeScope(bytes, scope)));
      for (const range of ranges) {
        for (const metric of plannedMetrics(range.family, range.part)) {
          out.addMessage(metrics, 2, yield* this.#metric(metric, { ...request, range }));
        }
      }
      const { schemaUrl } = scope;
      if (schemaUrl) out.add(metrics, (bytes) => textField(bytes, 3, schemaUrl));
      out.addMessage(resource, 2, metrics);
    }
    const whole = new PieceList();
    out.addMessage(whole, 1, resource);
    const body = this.#bodyOf(whole.length);
    yield* whole.copyTo(body);
    return body;
  }

  // Memory of its own for each request would be as much garbage as there are metrics.
  #bodyOf(length: number): Uint8Array {
    if (length > MOST_KEPT) return Buffer.allocUnsafeSlow(length);
    if (this.#body.length < length) this.#body = Buffer.allocUnsafeSlow(Math.min(2 * length, MOST_KEPT));
    return this.#body.subarray(0, length);
  }

  *#metric(
    metric: PlannedMetric,
    source: PointSource & Pick<MetricRequest, 'temporality'>,
  ): Generator<void, PieceList> {
    const { family, from, to } = source.range;
    const out = this.#out;
    const data = new PieceList();
    for (const points of pointWriters(metric, source)) {
      for (let row = from; row < to; row++) {
        points.write(out.target(data), row);
        if (row % ROWS_A_STEP === 0) yield;
      }
    }
    out.cut(data);
    const isDelta = metric.addsUp && source.temporality === 'delta';
    out.add(data, (bytes) => {
      if (metric.kind !== 'gauge') varintField(bytes, 2, isDelta ? DELTA : CUMULATIVE);
      if (metric.isMonotonic) varintField(bytes, 3, 1);
    });
    const whole = new PieceList();
    out.add(whole, (bytes) => {
      textField(bytes, 1, metric.name);
      if (family.help !== '') textField(bytes, 2, family.help);
      if (family.unit !== '') textField(bytes, 3, unitCode(family.unit));
    });
    out.addMessage(whole, dataFields[metric.kind], data);
    return whole;
  }
}

function pointWriters({ kind, lines }: PlannedMetric, source: PointSource): PointWriter[] {
  if (kind === 'histogram') return [new HistogramPoints(source)];
  if (kind === 'exponential_histogram') return [new ExponentialPoints(source)];
  return lines.map((line) => new NumberPoints(source, line));
}

function writeScope(bytes: Parameters<typeof textField>[0], scope: Scope): void {
  textField(bytes, 1, scope.name);
  if (scope.version) textField(bytes, 2, scope.version);
  writeAttributes(bytes, 3, scope.attributes ?? {});
}
