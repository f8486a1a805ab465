import type { MetricType, SeriesColumns } from '@oriel/metrics';
import { boundText } from './bound-text.ts';

/** One series of a row. */
export interface Line {
  readonly name: string;
  /** The value of the layout's own label; empty for none. */
  readonly own: string;
  /** The cell of the row whose exemplar it carries. */
  readonly exemplar?: number;
  /** Whether it counts from a beginning. */
  readonly counts: boolean;
}

/** What series the rows of a part become, apart from exponential buckets, and with which values. */
export interface SeriesLayout {
  /** The label that tells some of them apart. */
  readonly own: string | undefined;
  readonly lines: readonly Line[];
  /** Reads the values of a row, in the order of the lines. */
  read(row: number, values: Float64Array): void;
}

/** How the rows of a part are written. `name` is that of the family's series, `state` that of a label called so. */
export function layoutOf(
  type: MetricType,
  columns: SeriesColumns,
  { name, state }: { readonly name: string; readonly state: string },
): SeriesLayout {
  switch (type) {
    case 'histogram':
    case 'exponential_histogram':
      return histogramLayout(columns, name, { total: '', counts: true });
    case 'gauge_histogram':
      return histogramLayout(columns, name, { total: 'g', counts: false });
    case 'summary':
      return summaryLayout(columns, name);
    case 'state_set':
      return cellLayout(
        columns,
        state,
        columns.states.map((own) => ({ name, own, counts: false })),
      );
    default:
      return valueLayout(columns, name, type);
  }
}

function valueLayout(columns: SeriesColumns, name: string, type: MetricType): SeriesLayout {
  const counts = type === 'counter';
  return {
    own: undefined,
    lines: [{ name, own: '', counts, exemplar: counts ? 0 : undefined }],
    // An info has no cell: its value is 1.
    read(row, values) {
      values[0] = columns.stride === 0 ? 1 : columns.values[row * columns.stride];
    },
  };
}

function cellLayout(
  { stride, values: cells }: SeriesColumns,
  own: string,
  lines: readonly Line[],
): SeriesLayout {
  return {
    own,
    lines,
    read(row, values) {
      for (let cell = 0; cell < stride; cell++) values[cell] = cells[row * stride + cell];
    },
  };
}

function summaryLayout(columns: SeriesColumns, name: string): SeriesLayout {
  const quantiles = columns.points.map((point) => ({ name, own: boundText(point), counts: false }));
  const totals = ['_sum', '_count'].map((end) => ({ name: name + end, own: '', counts: true }));
  return cellLayout(columns, 'quantile', [...quantiles, ...totals]);
}

function histogramLayout(
  { points, stride, values: cells }: SeriesColumns,
  name: string,
  { total, counts }: { readonly total: string; readonly counts: boolean },
): SeriesLayout {
  const bounds = [...points, Number.POSITIVE_INFINITY];
  const buckets = bounds.map((bound, exemplar) => ({
    name: `${name}_bucket`,
    own: boundText(bound),
    exemplar,
    counts,
  }));
  const totals = ['sum', 'count'].map((end) => ({ name: `${name}_${total}${end}`, own: '', counts }));
  return {
    own: 'le',
    lines: [...buckets, ...totals],
    read(row, values) {
      const start = row * stride;
      const last = stride - 1;
      let count = 0;
      for (let cell = 0; cell < last; cell++) {
        count += cells[start + cell];
        values[cell] = count;
      }
      values[last] = cells[start + last];
      values[stride] = count;
    },
  };
}
