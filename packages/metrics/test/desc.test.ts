import { expect, test } from 'vitest';
import { Desc, type DescOptions } from '../src/desc.ts';
import { buildFQName, isLegacyLabelName, isLegacyMetricName, quote } from '../src/names.ts';
import { refusalOf } from './rows-of.ts';

const define = (more: object) => () => new Desc({ name: 'a', type: 'gauge', ...more } as DescOptions);

test.each([
  [{ name: '' }, 'NAME_INVALID'],
  [{ name: '\ud800' }, 'NAME_INVALID'],
  [{ name: undefined }, 'NAME_INVALID'],
  [{ name: 5 }, 'NAME_INVALID'],
  [{ type: 'toString' }, 'ARGUMENT_INVALID'],
  [{ type: undefined }, 'ARGUMENT_INVALID'],
  [{ help: 5 }, 'ARGUMENT_INVALID'],
  [{ unit: {} }, 'ARGUMENT_INVALID'],
  [{ labelNames: 'method' }, 'ARGUMENT_INVALID'],
  [{ constLabels: null }, 'ARGUMENT_INVALID'],
  [{ labelNames: [''] }, 'LABEL_NAME_INVALID'],
  [{ labelNames: ['__a'] }, 'LABEL_NAME_INVALID'],
  [{ labelNames: ['__proto__'] }, 'LABEL_NAME_INVALID'],
  [{ labelNames: ['\udfff'] }, 'LABEL_NAME_INVALID'],
  [{ labelNames: [5] }, 'LABEL_NAME_INVALID'],
  [{ labelNames: new Array(1) }, 'LABEL_NAME_INVALID'],
  [{ constLabels: { __a: '' } }, 'LABEL_NAME_INVALID'],
  [{ labelNames: ['x', 'x'] }, 'LABEL_NAME_DUPLICATE'],
  [{ labelNames: ['x'], constLabels: { x: '1' } }, 'LABEL_NAME_DUPLICATE'],
  [{ constLabels: { x: 5 } }, 'LABEL_VALUE_INVALID'],
  [{ constLabels: { x: '\ud800' } }, 'LABEL_VALUE_INVALID'],
  [{ constLabels: { x: 'y'.repeat(1025) } }, 'LABEL_VALUE_INVALID'],
  [{ type: 'histogram', labelNames: ['le'] }, 'LABEL_NAME_INVALID'],
  [{ type: 'gauge_histogram', labelNames: ['le'] }, 'LABEL_NAME_INVALID'],
  [{ type: 'summary', constLabels: { quantile: '1' } }, 'LABEL_NAME_INVALID'],
  [{ type: 'state_set', labelNames: ['a'] }, 'LABEL_NAME_INVALID'],
])('%o is refused with %s', (more, code) => {
  expect(refusalOf(define(more)).code).toBe(code);
});

test('any Unicode is a name, and le and quantile are labels elsewhere', () => {
  expect(
    define({ name: 'größe.in/s', labelNames: ['le', 'quantile', 'http.method', 'constructor'] })().name,
  ).toBe('größe.in/s');
});

test('a descriptor is frozen and its constant labels are in name order, without empty ones', () => {
  const desc = define({ constLabels: { b: '2', c: '', a: '1' } })();
  expect(desc.constLabels).toEqual([
    { name: 'a', value: '1' },
    { name: 'b', value: '2' },
  ]);
  expect([desc, desc.labelNames, desc.constLabels, desc.constLabels[0]].every(Object.isFrozen)).toBe(true);
});

test('id tells names and constant values apart, however they are split', () => {
  const id = (name: string, constLabels: Record<string, string> = {}) => define({ name, constLabels })().id;
  const ids = [
    id('a'),
    id('a', { x: '1' }),
    id('a', { x: '1', y: '2' }),
    id('a', { x: '1","2' }),
    id('a","1'),
  ];
  expect(new Set(ids).size).toBe(ids.length);
});

test('buildFQName() joins the parts that are there, and nothing without a name', () => {
  expect(buildFQName('ns', 'sub', 'name')).toBe('ns_sub_name');
  expect(buildFQName('', 'sub', 'name')).toBe('sub_name');
  expect(buildFQName('ns', '', 'name')).toBe('ns_name');
  expect(buildFQName('ns', 'sub', '')).toBe('');
});

test('legacy names are those of text 0.0.4', () => {
  expect(['a:b_1', ':', '1a', 'a.b', '', 'a\n'].map(isLegacyMetricName)).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
  expect(['a_1', '_', 'a:b', '1a', 'é', 'a\n'].map(isLegacyLabelName)).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});

test('quote() shows anything, shortened', () => {
  expect(quote('x'.repeat(100))).toBe(`"${'x'.repeat(80)}…"`);
  expect(quote('\ud800')).toBe('"\ufffd"');
  expect([null, undefined, 5, [], Symbol('s')].map(quote)).toEqual([
    'null',
    'undefined',
    '5 (number)',
    'a value of type array',
    'a value of type symbol',
  ]);
});
