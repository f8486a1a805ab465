import { type Family, type MetricType, type SeriesColumns, sampleNames } from '@oriel/metrics';

/** What OpenTelemetry calls the data of a metric. */
export type MetricKind = 'gauge' | 'sum' | 'histogram' | 'exponential_histogram';

/** A number of every row, each a point of its own. */
export interface PlannedLine {
  /** An attribute that only these points have. */
  readonly attribute?: readonly [name: string, value: string];
  read(row: number): number;
  /** The cell of a row that is the number as it stands. */
  readonly cell?: number;
  /** The cell of a row whose exemplar belongs to the point. */
  readonly exemplarCell?: number;
}

/** One metric of OpenTelemetry that rows of a family become, by the table of this package's README. */
export interface PlannedMetric {
  readonly name: string;
  readonly kind: MetricKind;
  /** Of a sum: whether it only rises. */
  readonly isMonotonic: boolean;
  /** Whether it is of the snapshot's temporality; what does not add up is cumulative always. */
  readonly addsUp: boolean;
  /** Of gauges and sums: all rows of the first line, then all of the next. Of histograms none: a row is a point. */
  readonly lines: readonly PlannedLine[];
}

/**
 * What the rows of a part become; the same for all of them.
 *
 * Source: OpenTelemetry specification, "Prometheus and OpenMetrics Compatibility", "Prometheus Metric points to OTLP".
 */
export function plannedMetrics({ name, type }: Family, part: SeriesColumns): readonly PlannedMetric[] {
  return plans[type](name, part);
}

/** Whether a start tells something about points of a type: only about what adds up. */
export function hasStart(type: MetricType): boolean {
  return ['counter', 'histogram', 'exponential_histogram', 'summary'].includes(type);
}

type Plan = (name: string, part: SeriesColumns) => readonly PlannedMetric[];

const plans: Readonly<Record<MetricType, Plan>> = {
  counter: (name, part) => [counter(name, [cell(part, 0)])],
  gauge: (name, part) => [gauge(name, [cell(part, 0)])],
  unknown: (name, part) => [gauge(name, [cell(part, 0)])],
  histogram: (name) => [distribution(name, 'histogram')],
  exponential_histogram: (name, { exponential }) => [
    distribution(name, exponential === undefined ? 'histogram' : 'exponential_histogram'),
  ],
  gauge_histogram: gaugeHistogram,
  summary,
  info: (name) => [presence(sampleNames(name, 'info')[1], [{ read: () => 1 }])],
  state_set: (name, part) => [
    presence(
      name,
      part.states.map((state, i) => ({ ...cell(part, i), attribute: [name, state] })),
    ),
  ],
};

function gauge(name: string, lines: readonly PlannedLine[]): PlannedMetric {
  return { name, kind: 'gauge', isMonotonic: false, addsUp: false, lines };
}

function counter(name: string, lines: readonly PlannedLine[]): PlannedMetric {
  return { name, kind: 'sum', isMonotonic: true, addsUp: true, lines };
}

function distribution(name: string, kind: MetricKind): PlannedMetric {
  return { name, kind, isMonotonic: false, addsUp: true, lines: [] };
}

/** A 1 that adds up over labels. */
function presence(name: string, lines: readonly PlannedLine[]): PlannedMetric {
  return { name, kind: 'sum', isMonotonic: false, addsUp: false, lines };
}

/** Reads the same cell of each row. */
function cell({ values, stride }: SeriesColumns, place: number): PlannedLine {
  return { read: (row) => values[row * stride + place], cell: place, exemplarCell: place };
}

// OpenTelemetry's SDK has no summaries: as Prometheus' lines of one.
function summary(name: string, part: SeriesColumns): PlannedMetric[] {
  const { points: quantiles, stride } = part;
  const values = quantiles.map(
    (quantile, i): PlannedLine => ({ ...cell(part, i), attribute: ['quantile', String(quantile)] }),
  );
  return [
    ...(quantiles.length === 0 ? [] : [gauge(name, values)]),
    // Of negative observations it falls.
    { ...counter(`${name}_sum`, [cell(part, stride - 2)]), isMonotonic: false },
    counter(`${name}_count`, [cell(part, stride - 1)]),
  ];
}

// OpenTelemetry has no histograms whose counts may fall: as OpenMetrics' lines of one.
function gaugeHistogram(name: string, part: SeriesColumns): PlannedMetric[] {
  const below =
    ({ values, stride }: SeriesColumns, bucket: number) =>
    (row: number) => {
      let count = 0;
      for (let place = 0; place <= bucket; place++) count += values[row * stride + place];
      return count;
    };
  const bounds = [...part.points.map(String), '+Inf'];
  return [
    gauge(
      `${name}_bucket`,
      bounds.map((bound, i) => ({
        read: below(part, i),
        attribute: ['le', bound],
        exemplarCell: i,
      })),
    ),
    gauge(`${name}_gcount`, [{ read: below(part, part.points.length) }]),
    gauge(`${name}_gsum`, [cell(part, part.stride - 1)]),
  ];
}
