import { FIXED64, LENGTH_DELIMITED, tag, VARINT, varintLength, writeVarint } from '@oriel/encoding';
import type { SeriesColumns } from '@oriel/metrics';
import { isCount } from './proto-count.ts';
import type { ProtoRows } from './proto-message.ts';
import { StartTimes } from './proto-time.ts';

const COUNT = tag(1, VARINT);
const SUM = tag(2, FIXED64);
const BUCKET = tag(3, LENGTH_DELIMITED);
const BOUND = tag(2, FIXED64);
const DOUBLE_LENGTH = 9;
const START_FIELD = 15;

/**
 * Rows of a histogram that have classic buckets and no exemplars: the usual ones, written without a detour.
 *
 * A row whose counts are not whole goes the long way.
 */
export function classicRows(columns: SeriesColumns, mayBegin: boolean, longWay: ProtoRows): ProtoRows {
  const { points, stride, values } = columns;
  const bounds = Float64Array.from([...points, Number.POSITIVE_INFINITY]);
  const starts = new StartTimes(START_FIELD, mayBegin ? columns.created : undefined);
  return {
    field: longWay.field,
    lengthOf(row) {
      const first = row * stride;
      let length = 1 + DOUBLE_LENGTH;
      let count = 0;
      for (let i = 0; i < bounds.length; i++) {
        const cell = values[first + i];
        if (!isCount(cell)) return longWay.lengthOf(row);
        count += cell;
        length += 3 + DOUBLE_LENGTH + varintLength(count);
      }
      if (!isCount(count)) return longWay.lengthOf(row);
      return length + varintLength(count) + starts.lengthOf(row);
    },
    write(to, bytes, at, row) {
      const first = row * stride;
      let total = 0;
      for (let i = 0; i < bounds.length; i++) {
        if (!isCount(values[first + i])) return longWay.write(to, bytes, at, row);
        total += values[first + i];
      }
      if (!isCount(total)) return longWay.write(to, bytes, at, row);
      bytes[at] = COUNT;
      let end = writeVarint(bytes, at + 1, total);
      bytes[end] = SUM;
      to.setFloat64(end + 1, values[first + stride - 1], true);
      end += DOUBLE_LENGTH;
      let count = 0;
      for (let i = 0; i < bounds.length; i++) {
        count += values[first + i];
        bytes[end] = BUCKET;
        bytes[end + 2] = COUNT;
        const after = writeVarint(bytes, end + 3, count);
        bytes[end + 1] = after - end - 2 + DOUBLE_LENGTH;
        bytes[after] = BOUND;
        to.setFloat64(after + 1, bounds[i], true);
        end = after + DOUBLE_LENGTH;
      }
      return starts.write(to, end, row);
    },
  };
}
