import type { DataPoint } from '@opentelemetry/sdk-metrics';
import {
  type ExponentialRow,
  exponentialColumns,
  type Label,
  mergeExponentials,
  type SeriesColumns,
} from '@oriel/metrics';
import { firstEqualRows } from './equal-rows.ts';
import { type LabelRules, LabelTable } from './label-table.ts';
import type { PointShape } from './point-shape.ts';

export interface PointTableOptions<Value> {
  readonly shape: PointShape<Value>;
  /** The number of points that will come. */
  readonly capacity: number;
  readonly rules: LabelRules;
  /** Whether points begin to count at their start time. */
  readonly hasCreated: boolean;
  /** Whether points with equal labels add up; else the last one stands. */
  readonly addsUp: boolean;
}

/** Turns the points of one family and layout into columns. */
export class PointTable<Value> {
  readonly labels: LabelTable;
  /** Points that could not stand in the family. */
  refused = 0;
  /** Points that had the labels of another one. */
  merged = 0;
  readonly #options: PointTableOptions<Value>;
  readonly #values: Float64Array;
  readonly #created: Float64Array | undefined;
  /** By row, of exponential histograms. */
  readonly #exponentials: ExponentialRow[] = [];
  #rows = 0;

  constructor(options: PointTableOptions<Value>) {
    this.#options = options;
    this.labels = new LabelTable(options.capacity, options.rules);
    this.#values = new Float64Array(options.capacity * options.shape.stride);
    this.#created = options.hasCreated ? new Float64Array(options.capacity) : undefined;
  }

  /** Adds points of one scope. */
  add(points: readonly DataPoint<Value>[], scope: readonly Label[]): void {
    const { shape } = this.#options;
    const from = this.#rows;
    this.labels.reserve(scope);
    for (const point of points) {
      const row = this.#rows;
      const exponential = shape.exponential?.(point.value);
      const isWhole = shape.exponential === undefined || exponential !== undefined;
      if (!isWhole || !shape.write(point.value, this.#values, row * shape.stride)) {
        this.refused++;
        continue;
      }
      if (exponential !== undefined) this.#exponentials.push(exponential);
      this.labels.write(row, point.attributes);
      if (this.#created !== undefined) this.#created[row] = startOf(point);
      this.#rows++;
    }
    this.labels.fill(scope, from, this.#rows);
  }

  finish(): SeriesColumns {
    const rows = this.#rows;
    const { stride, points, exponential } = this.#options.shape;
    const columns: SeriesColumns = {
      rows,
      constLabels: [],
      labels: this.labels.finish(rows),
      stride,
      values: this.#values.subarray(0, rows * stride),
      points,
      states: [],
      created: this.#created?.subarray(0, rows),
    };
    const firsts = firstEqualRows(columns.labels, rows);
    const kept = firsts === undefined ? columns : this.#distinct(columns, firsts);
    return exponential === undefined
      ? kept
      : { ...kept, exponential: exponentialColumns(this.#exponentials.slice(0, kept.rows)) };
  }

  #distinct(columns: SeriesColumns, firsts: Int32Array): SeriesColumns {
    const places = new Int32Array(columns.rows);
    let rows = 0;
    for (let row = 0; row < columns.rows; row++) {
      places[row] = firsts[row] === row ? rows++ : places[firsts[row]];
      this.#move(columns, row, places[row], firsts[row] === row);
    }
    this.merged = columns.rows - rows;
    return cut(columns, rows);
  }

  // Rows only move up, so what is overwritten has been moved before.
  #move(columns: SeriesColumns, from: number, to: number, isFirst: boolean): void {
    const { stride, values, created } = columns;
    const { ids, names } = columns.labels;
    const add = !isFirst && this.#options.addsUp;
    for (let cell = 0; cell < stride; cell++) {
      const value = values[from * stride + cell];
      values[to * stride + cell] = add ? values[to * stride + cell] + value : value;
    }
    this.#moveExponential(from, to, isFirst);
    if (created) created[to] = isFirst ? created[from] : Math.min(created[to], created[from]);
    if (isFirst) ids.copyWithin(to * names.length, from * names.length, (from + 1) * names.length);
  }

  #moveExponential(from: number, to: number, isFirst: boolean): void {
    const rows = this.#exponentials;
    if (rows.length > 0) rows[to] = isFirst ? rows[from] : mergeExponentials(rows[to], rows[from]);
  }
}

function cut(columns: SeriesColumns, rows: number): SeriesColumns {
  const { labels, stride } = columns;
  return {
    ...columns,
    rows,
    labels: { ...labels, ids: labels.ids.subarray(0, rows * labels.names.length) },
    values: columns.values.subarray(0, rows * stride),
    created: columns.created?.subarray(0, rows),
  };
}

// The epoch itself stands for a start that is not known.
function startOf({ startTime: [seconds, nanoseconds] }: DataPoint<unknown>): number {
  return seconds * 1000 + nanoseconds / 1e6 || Number.NaN;
}
