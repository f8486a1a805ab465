import {
  countOf,
  type Exemplar,
  type ExponentialBuckets,
  exponentialOf,
  type Family,
  labelsOf,
  type SeriesColumns,
  type Snapshot,
  sumOf,
} from '@oriel/metrics';

const CHUNK = 65_536;
// Beyond it there are no dates.
const LAST_TIME = 8.64e15;

/**
 * A snapshot as lines of JSON, one a series, in texts of about 64 KiB that end with a line.
 *
 * Shape: `{"time","name","type","unit","labels",…}` and, by type, `value`; `count`, `sum` and cumulative `buckets`;
 * `exponential`; `quantiles`; `states`. What is not finite is "NaN", "+Inf" or "-Inf".
 */
export function* jsonLines(snapshot: Snapshot): Generator<string> {
  let text = '';
  for (const family of snapshot.families) {
    const head = headOf(family, snapshot.time);
    for (const part of family.parts) {
      for (let row = 0; row < part.rows; row++) {
        text += `${head}${lineOf(family, part, row)}}\n`;
        if (text.length < CHUNK) continue;
        yield text;
        text = '';
      }
    }
  }
  if (text !== '') yield text;
}

function headOf({ name, type, unit }: Family, time: number): string {
  const measured = unit === '' ? '' : `,"unit":${JSON.stringify(unit)}`;
  return `{${timeField('time', time)}"name":${JSON.stringify(name)},"type":"${type}"${measured}`;
}

function lineOf(family: Family, part: SeriesColumns, row: number): string {
  const start = timeField('start', part.created?.[row]);
  const sampled = timeField('sampled', part.timestamps?.[row]);
  const fields = `,"labels":${labelText(part, row)},${start}${sampled}${numbersOf(family, part, row)}`;
  return fields + exemplarsOf(part, row);
}

function numbersOf(family: Family, part: SeriesColumns, row: number): string {
  const cells = part.values.subarray(row * part.stride, (row + 1) * part.stride);
  switch (family.type) {
    case 'histogram':
    case 'gauge_histogram':
      return `${totals(family, part, row)},${bucketsOf(part.points, cells)}`;
    case 'exponential_histogram': {
      const classic = part.points.length === 0 ? '' : `,${bucketsOf(part.points, cells)}`;
      return `${totals(family, part, row)}${classic}${exponentialText(part, row)}`;
    }
    case 'summary':
      return `${totals(family, part, row)},"quantiles":${pairs(part.points, cells)}`;
    case 'info':
      return '"value":1';
    case 'state_set': {
      const states = part.states.map((state, cell) => `${JSON.stringify(state)}:${cells[cell] === 1}`);
      return `"states":{${states.join(',')}}`;
    }
    default:
      return `"value":${number(cells[0])}`;
  }
}

function totals({ type }: Family, part: SeriesColumns, row: number): string {
  return `"count":${number(countOf(part, type, row))},"sum":${number(sumOf(part, type, row))}`;
}

function bucketsOf(points: readonly number[], cells: Float64Array): string {
  let below = 0;
  const buckets = [...points, Number.POSITIVE_INFINITY].map((bound, cell) => {
    below += cells[cell];
    return `[${number(bound)},${number(below)}]`;
  });
  return `"buckets":[${buckets.join(',')}]`;
}

function exponentialText({ exponential }: SeriesColumns, row: number): string {
  if (exponential === undefined) return '';
  const { schema, zeroThreshold, zeroCount, positive, negative } = exponentialOf(exponential, row);
  const zero = `"zeroThreshold":${number(zeroThreshold)},"zeroCount":${number(zeroCount)}`;
  return `,"exponential":{"schema":${schema},${zero},"positive":${spread(positive)},"negative":${spread(negative)}}`;
}

function spread({ indices, counts }: ExponentialBuckets): string {
  return pairs(indices, counts);
}

function pairs(keys: ArrayLike<number>, values: ArrayLike<number>): string {
  return `[${Array.from(keys, (key, i) => `[${number(key)},${number(values[i])}]`).join(',')}]`;
}

function exemplarsOf({ exemplars, exponential, stride }: SeriesColumns, row: number): string {
  const found: Exemplar[] = [...(exponential?.exemplars?.get(row) ?? [])];
  for (let cell = row * stride; exemplars !== undefined && cell < (row + 1) * stride; cell++) {
    const exemplar = exemplars.get(cell);
    if (exemplar !== undefined) found.push(exemplar);
  }
  return found.length === 0 ? '' : `,"exemplars":[${found.map(exemplarText).join(',')}]`;
}

function exemplarText({ labels, value, timestamp }: Exemplar): string {
  const pairsOf = labels.map((label) => [label.name, label.value]);
  return `{${timeField('time', timestamp)}"labels":${JSON.stringify(Object.fromEntries(pairsOf))},"value":${number(value)}}`;
}

function labelText(part: SeriesColumns, row: number): string {
  const labels = labelsOf(part, row).map(
    ({ name, value }) => `${JSON.stringify(name)}:${JSON.stringify(value)}`,
  );
  return `{${labels.join(',')}}`;
}

function timeField(name: string, time: number | undefined): string {
  if (time === undefined || !(Math.abs(time) <= LAST_TIME)) return '';
  return `"${name}":"${new Date(time).toISOString()}",`;
}

function number(value: number): string {
  if (Number.isFinite(value)) return String(value);
  if (Number.isNaN(value)) return '"NaN"';
  return value > 0 ? '"+Inf"' : '"-Inf"';
}
