import type { ExponentialRow } from '@oriel/metrics';

/** How the points of one layout become cells. */
export interface PointShape<Value> {
  readonly stride: number;
  /** Bucket bounds, else empty. */
  readonly points: readonly number[];
  /** Writes the cells of a value; false if it cannot stand in its family. */
  write(value: Value, cells: Float64Array, at: number): boolean;
  /** Exponential buckets beside the cells, `undefined` if the value has impossible ones. Default: none at all. */
  exponential?(value: Value): ExponentialRow | undefined;
}

/** A counter's value; NaN and less than 0 are refused. */
export const counterShape: PointShape<number> = {
  stride: 1,
  points: [],
  write(value, cells, at) {
    cells[at] = value;
    return value >= 0;
  },
};

/** A gauge's value, any number. */
export const gaugeShape: PointShape<number> = {
  stride: 1,
  points: [],
  write(value, cells, at) {
    cells[at] = value;
    return typeof value === 'number';
  },
};
