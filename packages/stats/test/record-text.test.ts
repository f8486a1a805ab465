import { LABEL_VALUE_LIMIT } from '@oriel/metrics';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { watched } from './recorded.ts';

describe('long and broken text', () => {
  test.each(['x'.repeat(256), '/é', '', '\u0001'])('the path %j takes no other tag along', (path) => {
    const fixture = watched('host', 'method', 'path');
    fixture.measure().record(1, { host: 'h', method: 'GET', path });
    const [{ tags }] = fixture.stats.retrieveData('m');
    expect(tags).toEqual({ host: 'h', method: 'GET', ...(path !== '' && { path }) });
  });

  test('10 MB are cut and counted, and two of them stay two rows', async () => {
    const fixture = watched('path');
    const long = 'x'.repeat(10_000_000);
    fixture.measure().record(1, { path: `${long}a` });
    fixture.measure().record(1, { path: `${long}b` });
    fixture.measure().record(1, { path: `${long}a` });
    const rows = fixture.stats.retrieveData('m');
    expect(rows.map(({ value }) => value)).toEqual([2, 1]);
    for (const { tags } of rows) expect(tags.path.length).toBeLessThanOrEqual(LABEL_VALUE_LIMIT);
    expect(await fixture.drops()).toEqual({ 'm label_value_mended': 3 });
  });

  test('a lone surrogate is mended to valid Unicode and does not meet its replacement', () => {
    const fixture = watched('path');
    for (const path of ['a\ud800', 'a\udfff', 'a\ufffd']) fixture.measure().record(1, { path });
    const paths = fixture.stats.retrieveData('m').map(({ tags }) => tags.path);
    expect(new Set(paths).size).toBe(3);
    expect(paths.every((path) => path.isWellFormed())).toBe(true);
  });

  test.each(['\0', '\n', '"', '\\', '|', ',', '=', 'é', '💥'])(
    'the character %j stays in a value',
    (text) => {
      const fixture = watched('a', 'b');
      fixture.measure().record(1, { a: `x${text}`, b: 'y' });
      fixture.measure().record(1, { a: 'x', b: `${text}y` });
      expect(fixture.stats.retrieveData('m').map(({ tags }) => tags)).toEqual([
        { a: `x${text}`, b: 'y' },
        { a: 'x', b: `${text}y` },
      ]);
    },
  );

  test('distinct tags are distinct rows and equal tags one row, for any values', () => {
    const value = fc.oneof(fc.string({ unit: 'binary', maxLength: 4 }), fc.constantFrom('a', 'b', ''));
    const calls = fc.array(fc.record({ a: value, b: value, c: value }), { maxLength: 40 });
    fc.assert(
      fc.property(calls, (given) => {
        const fixture = watched('a', 'b', 'c');
        for (const tags of given) fixture.measure().record(1, tags);
        const counts = Map.groupBy(given, ({ a, b, c }) => JSON.stringify([a, b, c]));
        const expected = [...counts.values()].map((calls) => calls.length);
        expect(fixture.stats.retrieveData('m').map((row) => row.value)).toEqual(expected);
      }),
    );
  });
});
