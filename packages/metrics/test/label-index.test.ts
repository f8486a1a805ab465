import { expect, test } from 'vitest';
import { LabelIndex, NO_ROW } from '../src/label-index.ts';
import type { LabelColumns } from '../src/snapshot.ts';
import { ValueDictionary } from '../src/value-dictionary.ts';

const valuesIn = ({ ids, dictionaries }: LabelColumns): string[] => [...ids].map((id) => dictionaries[0][id]);

test('columns() keeps the last row when it is removed and given again', () => {
  const index = new LabelIndex(['a'], 100);
  for (const a of ['x', 'y', 'z']) index.row({ a });
  const before = index.columns(index.liveRows());
  index.remove(2);
  index.row({ a: 'new' });
  expect(valuesIn(before)).toEqual(['x', 'y', 'z']);
});

test.each([15, 16, 17, 31, 32, 33, 64])(
  'columns() of %i rows does not change while the index grows and shrinks',
  (rows) => {
    const index = new LabelIndex(['a'], 10_000);
    for (let i = 0; i < rows; i++) index.row({ a: `v${i}` });
    const before = index.columns(index.liveRows());
    for (let row = rows - 1; row >= 0; row -= 2) index.remove(row);
    for (let i = 0; i < rows * 3; i++) index.row({ a: `later${i}` });
    expect(valuesIn(before)).toEqual(Array.from({ length: rows }, (_, i) => `v${i}`));
  },
);

test('clear() after growth leaves room for as many rows as before', () => {
  const index = new LabelIndex(['a'], 1000);
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < 100; i++) expect(index.row({ a: `${round}/${i}` })).toBe(i);
    expect(index.valuesOf(99)).toEqual([`${round}/99`]);
    index.clear();
  }
});

test('row() of one tuple is the same in every form of its values', () => {
  const index = new LabelIndex(['code', 'ok'], 100);
  const row = index.row({ code: 404, ok: undefined });
  expect([
    index.row({ code: '404' }),
    index.row({ code: 404n, ok: null }),
    index.row({ code: '404', ok: '', other: 'ignored' }),
    index.rowOfValues([404, '']),
    index.find(['404', null]),
  ]).toEqual([row, row, row, row, row]);
});

test('row() takes nothing from the prototype of all objects', () => {
  const index = new LabelIndex(['constructor', 'toString', 'valueOf', 'hasOwnProperty'], 100);
  expect(index.valuesOf(index.row({}))).toEqual(['', '', '', '']);
  expect(index.valuesOf(index.row({ constructor: 'own' }))).toContain('own');
});

test('row() reads accessors of a class the first time as it does later', () => {
  class Tags {
    get a(): string {
      return 'inherited';
    }
  }
  const index = new LabelIndex(['a'], 100);
  const first = index.row(new Tags() as never);
  expect(index.row({ a: 'inherited' })).toBe(first);
  expect(index.row(new Tags() as never)).toBe(first);
});

test.each([2, 3, 4, 6])(
  'row() of %i labels stays right while a getter records on the same index',
  (arity) => {
    const names = Array.from({ length: arity }, (_, i) => `l${i}`);
    const index = new LabelIndex(names, 100);
    const plain = Object.fromEntries(names.map((name) => [name, 'x']));
    const other = Object.fromEntries(names.map((name) => [name, 'y']));
    const row = index.row(plain);
    index.row(other);
    const reentrant = { ...plain };
    Object.defineProperty(reentrant, names[arity - 1], {
      enumerable: true,
      get: () => {
        index.row(other);
        return 'x';
      },
    });
    expect(index.row(reentrant)).toBe(row);
  },
);

test('row() is right although a listener records on the same index', () => {
  const index: LabelIndex = new LabelIndex(['a', 'b'], 100, () =>
    index.row({ a: 'listener', b: 'listener' }),
  );
  const row = index.row({ a: '\ud800', b: 'x' });
  expect(index.valuesOf(row)[1]).toBe('x');
});

test('the overflow row is the row whose labels say so, also if a caller made it', () => {
  const index = new LabelIndex(['a'], 2);
  const own = index.row({ a: '__overflow__' });
  index.row({ a: 'x' });
  expect(index.row({ a: 'y' })).toBe(own);
  index.row({ a: 'takes the place of the row that is the overflow row now' });
  expect(index.row({ a: 'z' })).toBe(own);
  expect(valuesIn(index.columns(index.liveRows())).filter((value) => value === '__overflow__')).toHaveLength(
    1,
  );
});

test('a removed row leaves its place under the limit to one new row', () => {
  const index = new LabelIndex(['a'], 2);
  const [x] = [index.row({ a: 'x' }), index.row({ a: 'y' }), index.row({ a: 'over' })];
  index.remove(x);
  expect(index.valuesOf(index.row({ a: 'z' }))).toEqual(['z']);
  expect(index.valuesOf(index.row({ a: 'more' }))).toEqual(['__overflow__']);
});

test('events tell of mended values and of overflow, each time', () => {
  const events: string[] = [];
  const index = new LabelIndex(['a'], 1, (event) => events.push(event));
  index.row({ a: '\ud800' });
  index.row({ a: 'x' });
  index.row({ a: 'x' });
  expect(events).toEqual(['label_value_mended', 'series_overflow', 'series_overflow']);
});

test.each([{}, [], Symbol('s'), () => 'f', Object.create(null)])('row() answers NO_ROW for %o', (value) => {
  expect(new LabelIndex(['a'], 10).row({ a: value })).toBe(NO_ROW);
});

test('isSince() tells a row from a later one in its place', () => {
  const index = new LabelIndex(['a'], 10);
  const row = index.row({ a: 'x' });
  const then = index.generation;
  expect(index.isSince(row, then)).toBe(true);
  index.remove(row);
  expect(index.isSince(row, then)).toBe(false);
  expect(index.row({ a: 'y' })).toBe(row);
  expect(index.isSince(row, then)).toBe(false);
  index.clear();
  index.row({ a: 'z' });
  expect(index.isSince(row, index.generation - 1)).toBe(false);
});

test('generations go on beyond 31 bits', () => {
  const index = new LabelIndex(['a'], 10);
  index.generation = 2 ** 31 + 5;
  const row = index.row({ a: 'x' });
  expect(index.isSince(row, index.generation)).toBe(true);
  expect(index.isSince(row, 5)).toBe(false);
});

test('a million rows made and removed with fresh values leave no value and no row behind', () => {
  const index = new LabelIndex(['a', 'b'], 10_000);
  for (let i = 0; i < 1_000_000; i++) index.remove(index.row({ a: `v${i}`, b: 'same' }));
  expect(index.size).toBe(0);
  const columns = index.columns(undefined);
  expect(columns.ids.buffer.byteLength).toBeLessThanOrEqual(16 * 2 * 4);
  expect(columns.dictionaries.map((values) => values.length)).toEqual([1, 1]);
});

test('ValueDictionary gives a number again without changing what was shared', () => {
  const dictionary = new ValueDictionary();
  const first = dictionary.take('x');
  const shared = dictionary.share();
  dictionary.release(first);
  expect(dictionary.take('y')).toBe(first);
  expect(shared[first]).toBe('x');
  expect(dictionary.values[first]).toBe('y');
  expect(dictionary.idOf('x')).toBe(-1);
});

test('ValueDictionary keeps a number until its last use has gone', () => {
  const dictionary = new ValueDictionary();
  const id = dictionary.take('x');
  dictionary.take('x');
  dictionary.release(id);
  expect(dictionary.idOf('x')).toBe(id);
  dictionary.release(id);
  expect(dictionary.idOf('x')).toBe(-1);
});

test('clear() after thousands of rows and an ended one lets as many come again', () => {
  const index = new LabelIndex(['a'], 1e6);
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 3000; i++) index.row({ a: `${i}` });
    index.remove(index.find(['7']));
    for (let i = 3000; i < 6000; i++) index.row({ a: `${i}` });
    expect([index.size, index.isSince(0, index.generation), index.isSince(0, -1)]).toEqual([
      5999,
      true,
      false,
    ]);
    index.clear();
    expect(index.isSince(0, index.generation)).toBe(false);
  }
});
