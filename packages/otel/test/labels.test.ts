import type { Attributes } from '@opentelemetry/api';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { groupOf } from '../src/label-key.ts';
import { bridge } from './bridge.ts';

async function labelsOfOne(attributes: unknown): Promise<Record<string, string>> {
  const { meter, series } = bridge();
  meter.createCounter('hits').add(1, attributes as Attributes);
  const [{ labels }] = await series('hits');
  return labels;
}

test.each([
  ['a string as it is', 'x\n"y"', 'x\n"y"'],
  ['an integer', 200, '200'],
  ['a fraction', 0.1, '0.1'],
  ['a boolean', false, 'false'],
  ['NaN by name', Number.NaN, 'NaN'],
  ['a list of strings as JSON', ['a', 'b"'], '["a","b\\""]'],
  ['a list of numbers as JSON', [1, 2.5], '[1,2.5]'],
  ['a list with gaps as JSON', ['a', null, undefined], '["a",null,null]'],
  ['an object as JSON', { deep: [true] }, '{"deep":[true]}'],
])('an attribute value shows %s', async (_, value, text) => {
  expect(await labelsOfOne({ key: value })).toEqual({ key: text });
});

test.each([
  ['undefined', undefined],
  ['null', null],
  ['empty', ''],
])('a value that is %s is no label', async (_, value) => {
  expect(await labelsOfOne({ key: value, other: 'x' })).toEqual({ other: 'x' });
});

test('values of 10 MB and lone surrogates stay valid, short and distinct', async () => {
  const { meter, series } = bridge();
  const hits = meter.createCounter('hits');
  const long = 'x'.repeat(10_000_000);
  const values = [`${long}1`, `${long}2`, '\ud800', '\udc00'];
  for (const value of values) hits.add(1, { value });
  const kept = (await series('hits')).map(({ labels }) => labels.value);
  expect(new Set(kept).size).toBe(values.length);
  expect(kept.every((text) => text.length <= 1024 && text.isWellFormed())).toBe(true);
});

describe('keys', () => {
  test('stay as OpenTelemetry has them', async () => {
    const given = { 'http.route': '/', 'a b': '1', é: '2', '1st': '3', constructor: '4' };
    expect(await labelsOfOne(given)).toEqual(given);
  });

  test('a.b and a_b on one point are one label, its values joined in the order of the keys', async () => {
    expect(await labelsOfOne({ a_b: 'second', 'a.b': 'first', c: 'x' })).toEqual({
      a_b: 'first;second',
      c: 'x',
    });
    expect(await labelsOfOne({ 'a-b': 3, 'a.b': true, a_b: ['x'] })).toEqual({ a_b: '3;true;["x"]' });
  });

  test('a.b on one point and a_b on another are one label, so no exporter writes it twice', async () => {
    const { meter, series, family } = bridge();
    const hits = meter.createCounter('hits');
    hits.add(1, { 'a.b': 'x' });
    hits.add(2, { a_b: 'y' });
    hits.add(3, { a_b: 'y', 'a.b': 'x' });
    expect((await family('hits')).parts[0].labels.names).toEqual(['a_b']);
    expect((await series('hits')).map(({ labels, values }) => [labels.a_b, values[0]])).toEqual([
      ['x', 1],
      ['y', 2],
      ['x;y', 3],
    ]);
  });

  test('that no label may have are changed', async () => {
    expect(await labelsOfOne({ __name__: 'a', '..x': 'b', '': 'c' })).toEqual({
      key__name__: 'a',
      'key..x': 'b',
      key: 'c',
    });
  });

  test('__proto__ is an attribute like any other', async () => {
    expect(await labelsOfOne(JSON.parse('{"__proto__":"x","a":"y"}'))).toEqual({ key__proto__: 'x', a: 'y' });
  });

  test('le is exported_le on a histogram, and le elsewhere', async () => {
    const { meter, series } = bridge();
    meter.createHistogram('took').record(1, { le: 'x' });
    meter.createCounter('hits').add(1, { le: 'x' });
    expect((await series('took'))[0].labels).toEqual({ exported_le: 'x' });
    expect((await series('hits'))[0].labels).toEqual({ le: 'x' });
  });
});

describe('points whose labels become equal are one series', () => {
  test('of counters and histograms, with their values added', async () => {
    const { meter, series, warnings } = bridge();
    const hits = meter.createCounter('hits');
    const took = meter.createHistogram('took', { advice: { explicitBucketBoundaries: [1] } });
    for (const [i, code] of [200, '200', 404, undefined, ''].entries()) {
      hits.add(2 ** i, { code } as Attributes);
      took.record(i, { code } as Attributes);
    }
    expect((await series('hits')).map(({ labels, values }) => [labels.code, values[0]])).toEqual([
      ['200', 3],
      ['404', 4],
      [undefined, 24],
    ]);
    expect((await series('took')).map(({ values }) => values)).toEqual([
      [2, 0, 1],
      [0, 1, 2],
      [0, 2, 7],
    ]);
    expect(warnings).toHaveLength(2);
  });

  test('of gauges, with the last value', async () => {
    const { meter, series } = bridge();
    const level = meter.createGauge('level');
    level.record(1, { code: 1 });
    level.record(5, { code: '1' });
    level.record(9, { code: '2' });
    expect((await series('level')).map(({ values }) => values)).toEqual([[5], [9]]);
  });

  test('when a program reuses one attribute object', async () => {
    const { meter, series } = bridge();
    const hits = meter.createCounter('hits');
    const attributes = { path: '/a' };
    hits.add(1, attributes);
    attributes.path = '/b';
    hits.add(2, attributes);
    expect(await series('hits')).toMatchObject([{ labels: { path: '/b' }, values: [3] }]);
  });
});

test('whatever the attributes, no two series and no two labels of one can be equal on a page', async () => {
  const key = fc.constantFrom('a', 'b', 'a.b', 'a_b', 'a-b', '_', '.', '__x', '1', '', 'é', '\ud800');
  const value = fc.constantFrom<unknown>(
    '',
    'x',
    'y',
    'x;y',
    'x,y',
    1,
    '1',
    true,
    'true',
    ['x'],
    '["x"]',
    null,
  );
  const points = fc.array(fc.dictionary(key, value, { maxKeys: 4 }), { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(points, async (given) => {
      const { meter, series } = bridge();
      const hits = meter.createCounter('hits');
      for (const attributes of given) hits.add(1, attributes as Attributes);
      const all = (await series('hits')).map(({ labels, values }) => {
        const names = Object.keys(labels).map(groupOf);
        expect(new Set(names).size).toBe(names.length);
        expect(names.every((name) => /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) && !name.startsWith('__'))).toBe(
          true,
        );
        return { key: JSON.stringify(Object.entries(labels).sort()), value: values[0] };
      });
      expect(new Set(all.map((each) => each.key)).size).toBe(all.length);
      expect(all.reduce((sum, each) => sum + each.value, 0)).toBe(given.length);
    }),
    { numRuns: 200 },
  );
});
