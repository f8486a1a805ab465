import type { Family, SeriesColumns } from '@oriel/metrics';
import fc from 'fast-check';
import { test } from 'vitest';
import { expectAgreement } from './agreement.ts';
import { anyFamilies } from './any-families.ts';
import { snapshotOf } from './snapshots.ts';

// A label of its own for each row: no two series are the same.
function numbered(families: readonly Family[]): Family[] {
  return families.map((one) => ({
    ...one,
    parts: one.parts.map((columns, at): SeriesColumns => {
      const { ids, names, dictionaries } = columns.labels;
      const rows = Array.from({ length: columns.rows }, (_, row) => row);
      return {
        ...columns,
        labels: {
          names: [...names, 'row'],
          ids: Int32Array.from(
            rows.flatMap((row) => [...ids.subarray(row * names.length, (row + 1) * names.length), row]),
          ),
          dictionaries: [...dictionaries, rows.map((row) => `${at}-${row}`)],
        },
      };
    }),
  }));
}

test('encode() says the same in protobuf, text, OpenMetrics 1.0 and 2.0, value by value', () => {
  fc.assert(
    fc.property(anyFamilies.map(numbered), (families) => {
      expectAgreement(snapshotOf(...families), { escaping: 'allow-utf-8', created: true });
    }),
    { numRuns: 300 },
  );
});
