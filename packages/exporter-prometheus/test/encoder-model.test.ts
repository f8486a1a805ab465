import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EncodeOptions } from '../src/format.ts';
import { anyFamilies } from './any-families.ts';
import { plainPage } from './plain-encoder.ts';
import { render, snapshotOf } from './snapshots.ts';

const options: fc.Arbitrary<EncodeOptions> = fc.record({
  format: fc.constantFrom('text-0.0.4', 'text-1.0.0', 'openmetrics-1.0.0'),
  created: fc.boolean(),
  escaping: fc.constantFrom('allow-utf-8', 'underscores', 'values'),
  translation: fc.constantFrom('UnderscoreEscapingWithSuffixes', 'NoTranslation'),
});

test('encode() writes what the plain encoder writes, for any snapshot, twice the same', () => {
  fc.assert(
    fc.property(anyFamilies, options, (some, chosen) => {
      const snapshot = snapshotOf(...some);
      const expected = Buffer.from(plainPage(snapshot, chosen)).toString('utf8');
      expect(render(snapshot, chosen) === expected, 'first').toBe(true);
      expect(render(snapshot, chosen) === expected, 'again').toBe(true);
    }),
    { numRuns: 400 },
  );
});
