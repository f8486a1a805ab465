import { expect, test } from 'vitest';
import { Counter } from '../src/counter.ts';
import { Gauge } from '../src/gauge.ts';
import { hostileLabels, testOver } from './hostile-values.ts';
import { gatherAll, refusalOf, seriesOf } from './rows-of.ts';

const ab = () => new Counter({ name: 'm', labelNames: ['b', 'a'] });

test('labels() takes values in the order they were defined, or by name in any order', () => {
  const m = ab();
  m.labels('B', 'A').inc();
  m.labels({ a: 'A', b: 'B' }).inc();
  m.inc({ a: 'A', b: 'B' });
  expect(m.labels('B', 'A').value).toBe(3);
});

test('numbers, booleans, null and undefined are their text or nothing', () => {
  const m = ab();
  m.labels(404, true).inc();
  m.labels(null, undefined).inc();
  expect([m.labels('404', 'true').value, m.labels('', '').value]).toEqual([1, 1]);
});

test.each([
  [['x'], 'LABELS_MISMATCH'],
  [['x', 'y', 'z'], 'LABELS_MISMATCH'],
  [[{ a: '1' }], 'LABELS_MISMATCH'],
  [[{ a: '1', b: '2', c: '3' }], 'LABELS_MISMATCH'],
  [[{ a: '1', c: '2' }], 'LABELS_MISMATCH'],
  [[], 'LABELS_MISMATCH'],
  [['x', {}], 'LABEL_VALUE_INVALID'],
  [[{ a: Symbol('s'), b: '1' }], 'LABEL_VALUE_INVALID'],
])('labels is refused with %s, and tryLabels() and remove() are quiet', (given, code) => {
  const m = ab();
  expect(refusalOf(() => m.labels(...(given as string[]))).code).toBe(code);
  expect(m.tryLabels(...(given as string[]))).toBeUndefined();
  expect(m.remove(...(given as string[]))).toBe(false);
});

test('labels called like members of every object work like others', () => {
  const m = new Gauge({ name: 'm', labelNames: ['toString', 'constructor', 'a'] });
  m.labels({ toString: 'x', constructor: 'y', a: 'z' }).set(1);
  m.set(2, { toString: 'x', constructor: 'other', a: 'z' });
  expect(m.labels('x', 'y', 'z').value).toBe(1);
  expect(m.labels('x', 'other', 'z').value).toBe(2);
});

test('curry() shares the series, fixes labels one after the other and refuses a second time', () => {
  const m = ab();
  const curried = m.curry({ a: '1' });
  curried.labels('x').inc();
  curried.curry({ b: 'x' }).labels().inc();
  expect(m.labels({ a: '1', b: 'x' }).value).toBe(2);
  expect(refusalOf(() => curried.curry({ a: '2' })).code).toBe('LABELS_MISMATCH');
  expect(refusalOf(() => m.curry({ c: '2' } as never)).code).toBe('LABELS_MISMATCH');
  expect(refusalOf(() => curried.labels({ a: '1', b: 'x' })).code).toBe('LABELS_MISMATCH');
});

test('remove() on a curried vec ends the series with the fixed labels only', () => {
  const m = ab();
  m.labels({ a: '1', b: 'x' });
  m.labels({ a: '2', b: 'x' });
  expect(m.curry({ a: '1' }).remove('x')).toBe(true);
  expect(m.curry({ a: '1' }).remove('x')).toBe(false);
  expect(m.remove('x', '2')).toBe(true);
});

test('remove() makes no series', async () => {
  const m = ab();
  m.remove('x', 'y');
  expect((await gatherAll(m)).families).toEqual([]);
});

test('removeMatching() ends what has these values, as text, and tells how many', async () => {
  const m = ab();
  for (const [b, a] of [
    [200, 'x'],
    [404, 'x'],
    [404, 'y'],
    ['', 'z'],
  ])
    m.labels(b, a).inc();
  expect(m.removeMatching({ b: 404 })).toBe(2);
  expect(m.removeMatching({ b: undefined })).toBe(1);
  expect(m.removeMatching({ b: 'none' })).toBe(0);
  expect(seriesOf(await gatherAll(m))).toEqual([['m{a="x",b="200"}', 1]]);
});

test('removeMatching() on a curried vec leaves others alone; fixed and unknown labels match nothing', () => {
  const m = ab();
  for (const a of ['1', '2']) m.labels({ a, b: 'x' });
  const curried = m.curry({ a: '1' });
  expect(curried.removeMatching({ a: '1' } as never)).toBe(0);
  expect(m.removeMatching({ c: '1' } as never)).toBe(0);
  expect(curried.removeMatching({ b: 'x' })).toBe(1);
  expect(m.remove('x', '2')).toBe(true);
});

testOver<unknown>(
  [null, undefined, 5, ...hostileLabels],
  'remove() and removeMatching() of throw nothing',
  (labels) => {
    const m = ab();
    expect(m.remove(labels as never)).toBe(false);
    expect(m.removeMatching(labels as never)).toBe(0);
  },
);

test('reset() ends all series, also from a curried vec; one without labels begins again at zero', async () => {
  const m = ab();
  m.inc({ a: '1' });
  m.curry({ a: '2' }).reset();
  const plain = new Counter({ name: 'p' });
  plain.add(5);
  plain.reset();
  expect(seriesOf(await gatherAll(m, plain))).toEqual([['p{}', 0]]);
});

test('normalize() runs before look-up, in recording, labels, remove and curry', async () => {
  const m = new Counter({
    name: 'm',
    labelNames: ['method', 'code'],
    normalize: { method: (text) => text.toLowerCase() },
  });
  m.inc({ method: 'GET', code: 200 });
  m.labels('Get', '200').inc();
  m.curry({ method: 'gEt' }).labels('200').inc();
  expect(seriesOf(await gatherAll(m))).toEqual([['m{code="200",method="get"}', 3]]);
  expect(m.removeMatching({ method: 'GET' })).toBe(1);
});

test('a normalizer that throws drops the recording', () => {
  const m = new Counter({
    name: 'm',
    labelNames: ['a'],
    normalize: {
      a: () => {
        throw new Error('boom');
      },
    },
  });
  m.inc({ a: 'x' });
  expect([...m.drops.counts()]).toEqual([['label_value_invalid', 1]]);
});

test('normalize is refused for an unknown label or without a function', () => {
  const define = (normalize: object) => () => new Counter({ name: 'm', labelNames: ['a'], normalize });
  expect(refusalOf(define({ b: String })).code).toBe('ARGUMENT_INVALID');
  expect(refusalOf(define({ a: 'lower' })).code).toBe('ARGUMENT_INVALID');
});

test('what was passed to define a metric may change afterwards', () => {
  const labelNames: string[] = ['a'];
  const constLabels = { k: '1' };
  const m = new Counter({ name: 'm', labelNames, constLabels });
  labelNames.push('b');
  constLabels.k = '2';
  expect(m.desc.labelNames).toEqual(['a']);
  expect(m.desc.constLabels).toEqual([{ name: 'k', value: '1' }]);
});

test.each([0, -1, 1.5, Number.NaN, '5'])('seriesLimit %s is refused', (seriesLimit) => {
  expect(refusalOf(() => new Counter({ name: 'm', seriesLimit: seriesLimit as number })).code).toBe(
    'ARGUMENT_INVALID',
  );
});

test('beyond seriesLimit new series share the overflow row and known ones go on', async () => {
  const m = new Counter({ name: 'm', labelNames: ['a'], seriesLimit: 2 });
  for (const a of ['x', 'y', 'z', 'w', 'x']) m.inc({ a });
  expect(seriesOf(await gatherAll(m))).toEqual([
    ['m{a="x"}', 2],
    ['m{a="y"}', 1],
    ['m{a="__overflow__"}', 2],
  ]);
  expect(m.drops.counts().get('series_overflow')).toBe(2);
});
