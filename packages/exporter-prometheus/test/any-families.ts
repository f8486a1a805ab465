import type { Exemplar, Family, MetricType, SeriesColumns } from '@oriel/metrics';
import fc from 'fast-check';
import { family, labelList, part } from './snapshots.ts';

const types: readonly MetricType[] = [
  'counter',
  'gauge',
  'histogram',
  'gauge_histogram',
  'summary',
  'info',
  'state_set',
  'unknown',
];

const fewText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(
    '',
    'a',
    '1234567',
    '12345678',
    '123456789',
    '"',
    '\\',
    '\n',
    'é',
    '佖佥',
    '👩‍👩‍👧',
    '\ud800',
  ),
);
// About a block of label values, and more than a chunk.
const muchText = fc.oneof(
  fc.integer({ min: 60_000, max: 140_000 }).map((length) => 'x'.repeat(length)),
  fc.integer({ min: 21_840, max: 21_850 }).map((length) => '佖'.repeat(length)),
);
const anyText = fc.oneof({ weight: 60, arbitrary: fewText }, { weight: 1, arbitrary: muchText });
const help = fc.oneof(
  { weight: 30, arbitrary: fc.constantFrom('', 'Says "x"\\\n.') },
  { weight: 1, arbitrary: fc.constant('é'.repeat(40_000)) },
);
const shortText = fc.string({ unit: 'grapheme-ascii', maxLength: 12 });
const anyValue = fc.oneof(fc.double(), fc.integer(), fc.nat(100), fc.constantFrom(-0, 1e6, 1e21, 2 ** 53));
const anyCount = fc.oneof(fc.nat(1000), fc.maxSafeInteger().map(Math.abs), fc.constant(1e300));
const anyTime = fc.oneof(
  fc.constant(Number.NaN),
  fc.integer(),
  fc.double({ min: -1e13, max: 1e13, noNaN: true }),
);

function points(type: MetricType): fc.Arbitrary<number[]> {
  if (type === 'summary') return fc.uniqueArray(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 });
  if (!type.endsWith('histogram')) return fc.constant([]);
  const bound = fc.oneof(fc.double({ noDefaultInfinity: true, noNaN: true }), fc.integer());
  return fc.uniqueArray(bound, { maxLength: 6 }).map((bounds) => bounds.sort((a, b) => a - b));
}

function cells(
  type: MetricType,
  { points, states }: Pick<SeriesColumns, 'points' | 'states'>,
): fc.Arbitrary<number>[] {
  if (type === 'info') return [];
  if (type === 'state_set') return states.map(() => fc.constantFrom(0, 1));
  if (type === 'summary') return [...points.map(() => anyValue), anyValue, anyCount];
  if (!type.endsWith('histogram')) return [anyValue];
  return [...points.map(() => anyCount), anyCount, anyValue];
}

const exemplar: fc.Arbitrary<Exemplar> = fc.record(
  {
    labels: fc
      .dictionary(fc.constantFrom('trace_id', 'b'), fc.string({ minLength: 1, maxLength: 20 }))
      .map(labelList),
    value: anyValue,
    timestamp: fc.nat(),
  },
  { requiredKeys: ['labels', 'value'] },
);

function anyPart(type: MetricType): fc.Arbitrary<SeriesColumns> {
  const layout = fc.record({
    points: points(type),
    states:
      type === 'state_set' ? fc.uniqueArray(shortText, { minLength: 1, maxLength: 4 }) : fc.constant([]),
    names: fc.subarray(['code', 'http."method', 'z:z']),
    constLabels: fc.dictionary(fc.constantFrom('host', 'zone'), anyText, { maxKeys: 2 }),
  });
  return layout.chain((given) => {
    const row = fc.tuple(fc.tuple(...given.names.map(() => anyText)), fc.tuple(...cells(type, given)));
    return rowsOf(row).chain((rows) => timed(part({ ...given, rows })));
  });
}

// Many rows are kept from page to page, few are not.
function rowsOf<Row>(row: fc.Arbitrary<Row>): fc.Arbitrary<Row[]> {
  return fc.oneof(
    { weight: 5, arbitrary: fc.array(row, { minLength: 1, maxLength: 6 }) },
    { weight: 1, arbitrary: fc.array(row, { minLength: 16, maxLength: 20, size: 'max' }) },
  );
}

function timed(columns: SeriesColumns): fc.Arbitrary<SeriesColumns> {
  const times = fc
    .array(anyTime, { minLength: columns.rows, maxLength: columns.rows })
    .map((all) => Float64Array.from(all));
  const cell = fc.nat(Math.max(0, columns.rows * columns.stride - 1));
  const exemplars = fc.array(fc.tuple(cell, exemplar), { maxLength: 5 }).map((all) => new Map(all));
  return fc
    .record({ created: times, timestamps: times, exemplars }, { requiredKeys: [] })
    .map((extra) => ({ ...columns, ...extra }));
}

/** Families of any types, names, labels, numbers, times and exemplars. */
export const anyFamilies: fc.Arbitrary<Family[]> = fc
  .subarray([...types], { minLength: 1 })
  .chain((some) =>
    fc.tuple(
      ...some.map((type) =>
        fc
          .tuple(
            fc.constantFrom('the', 'the."odd"\n'),
            help,
            fc.constantFrom('', 'By'),
            fc.array(anyPart(type), { minLength: 1, maxLength: 3 }),
          )
          .map(([start, help, unit, parts]) =>
            family({ name: `${start}_${type}_of`, help, unit, type }, ...parts),
          ),
      ),
    ),
  );
