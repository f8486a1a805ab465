import type { DataPoint } from '@opentelemetry/sdk-metrics';
import type { Family, SeriesColumns } from '@oriel/metrics';
import { EpochTimes, UNKNOWN_TIME } from './epoch-time.ts';
import { hasStart, type PlannedLine } from './planned-metric.ts';
import { RowAttributes } from './row-attributes.ts';
import { isPointLabel } from './row-scope.ts';

/** Some series of a family: rows `from` up to `to` of one part. */
export interface RowRange {
  readonly family: Family;
  readonly part: SeriesColumns;
  readonly from: number;
  readonly to: number;
}

/** Makes the points of a range, several times where a series is several points. */
export class RangePoints {
  readonly #range: RowRange;
  readonly #time: number;
  readonly #attributes: RowAttributes;
  readonly #starts = new EpochTimes();
  readonly #ends = new EpochTimes();

  constructor(range: RowRange, time: number) {
    this.#range = range;
    this.#time = time;
    this.#attributes = new RowAttributes(range.part, isPointLabel);
  }

  /** A point for each row, with one more attribute if one is given. */
  of<Value>(read: (row: number) => Value, attribute?: PlannedLine['attribute']): DataPoint<Value>[] {
    const { from, to, part } = this.#range;
    const { timestamps } = part;
    const created = hasStart(this.#range.family.type) ? part.created : undefined;
    const points: DataPoint<Value>[] = [];
    for (let row = from; row < to; row++) {
      const attributes = this.#attributes.of(row);
      if (attribute !== undefined) attributes[attribute[0]] = attribute[1];
      const time = timestamps?.[row] ?? Number.NaN;
      points.push({
        startTime: created === undefined ? UNKNOWN_TIME : this.#starts.of(created[row]),
        endTime: this.#ends.of(Number.isNaN(time) ? this.#time : time),
        attributes,
        value: read(row),
      });
    }
    return points;
  }
}
