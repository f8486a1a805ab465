import { expect, test } from 'vitest';
import { sum, type TagRuleValues, viewConfig } from '../src/index.ts';
import { Fixture, untyped } from './recorded.ts';

const calls = [
  [{ a: '1', b: 'x', c: 'p' }, 1],
  [{ a: '1', b: 'y', c: 'p' }, 10],
  [{ a: '2', b: 'x', c: 'p' }, 100],
] as const;

function summed(tags: TagRuleValues): Record<string, number> {
  const fixture = new Fixture();
  fixture.stats.configure({ tags });
  fixture.watch(fixture.measure(), { tagKeys: ['a', 'b', 'c'], aggregation: sum() });
  for (const [given, value] of calls) {
    fixture.measure().record(value, given);
    fixture
      .measure()
      .bind(given)
      .record(value * 1000);
  }
  return fixture.values();
}

const apart = {
  '{"a":"1","b":"x","c":"p"}': 1001,
  '{"a":"1","b":"y","c":"p"}': 10_010,
  '{"a":"2","b":"x","c":"p"}': 100_100,
};

test.each<[TagRuleValues, Record<string, number>]>([
  [{}, apart],
  [{ allow: ['*'] }, apart],
  [{ allow: ['a'] }, { '{"a":"1"}': 11_011, '{"a":"2"}': 100_100 }],
  [{ allow: [] }, { '{}': 111_111 }],
  [{ deny: ['a', 'c'] }, { '{"b":"x"}': 101_101, '{"b":"y"}': 10_010 }],
  [{ deny: ['*'] }, { '{}': 111_111 }],
  [
    { allow: ['a', 'b'], deny: ['b'] },
    { '{"a":"1"}': 11_011, '{"a":"2"}': 100_100 },
  ],
])('under %j the rows merge and their sums are right', (tags, expected) => {
  expect(summed(tags)).toEqual(expected);
});

test.each<[TagRuleValues, string[]]>([
  [
    { rename: { a: 'z' } },
    ['{"b":"x","c":"p","z":"1"}', '{"b":"y","c":"p","z":"1"}', '{"b":"x","c":"p","z":"2"}'],
  ],
  [
    { rename: { a: 'b', b: 'a' } },
    ['{"a":"x","b":"1","c":"p"}', '{"a":"y","b":"1","c":"p"}', '{"a":"x","b":"2","c":"p"}'],
  ],
  [
    { rename: { a: 'b', b: 'c', c: 'a' } },
    ['{"a":"p","b":"1","c":"x"}', '{"a":"p","b":"1","c":"y"}', '{"a":"p","b":"2","c":"x"}'],
  ],
  [{ deny: ['b'], rename: { a: 'b' } }, ['{"b":"1","c":"p"}', '{"b":"2","c":"p"}']],
])('under %j labels have their new names in data and on the page', async (tags, expected) => {
  expect(Object.keys(summed(tags))).toEqual(expected);
  const fixture = new Fixture();
  fixture.watch(fixture.measure(), { tagKeys: ['a', 'b', 'c'] });
  fixture.stats.configure({ tags });
  for (const [given] of calls) fixture.measure().record(1, given);
  expect(Object.keys(await fixture.series('m'))).toEqual(expected);
});

test.each([
  [{ rename: { a: 'x', b: 'x' } }, ['tags', 'rename', 'b'], '"a" gets this name too; give each tag its own'],
  [
    { rename: { a: 'b' } },
    ['tags', 'rename', 'a'],
    'view "m" keeps tag "b" under this name; use another name, or deny or rename "b"',
  ],
  [{ rename: { a: '' } }, ['tags', 'rename', 'a'], 'use a name of 1 to 255 printable ASCII characters'],
  [{ rename: { a: 5 } }, ['tags', 'rename', 'a'], 'use a name of 1 to 255 printable ASCII characters'],
  [{ rename: { a: '__a' } }, ['tags', 'rename', 'a'], 'the name "__a" is reserved; use another'],
  [{ rename: { a: 'le' } }, ['tags', 'rename', 'a'], 'the name "le" is reserved; use another'],
  [{ rename: ['a'] }, ['tags', 'rename'], 'use an object of new names by old ones'],
  [
    { rename: { a: 'zone' }, constant: { zone: 'x' } },
    ['tags', 'rename', 'a'],
    'a constant label has this name; use another name for one of them',
  ],
  [
    { constant: { a: 'x' } },
    ['tags', 'constant', 'a'],
    'view "m" has a tag of this name; deny or rename the tag, or use another label',
  ],
  [{ constant: { é: 'x' } }, ['tags', 'constant', 'é'], 'use a name of 1 to 255 printable ASCII characters'],
  [{ constant: { le: 'x' } }, ['tags', 'constant', 'le'], 'the name "le" is reserved; use another'],
  [
    { constant: { zone: ['x'] } },
    ['tags', 'constant', 'zone'],
    'use a text of at most 1024 Unicode characters',
  ],
  [
    { constant: { zone: 'x'.repeat(1025) } },
    ['tags', 'constant', 'zone'],
    'use a text of at most 1024 Unicode characters',
  ],
  [{ valueLength: 31 }, ['tags', 'valueLength'], 'use a whole number from 32 to 1024'],
  [{ valueLength: 1025 }, ['tags', 'valueLength'], 'use a whole number from 32 to 1024'],
  [{ valueLength: '64' }, ['tags', 'valueLength'], 'use a whole number from 32 to 1024'],
  [{ allow: 'a' }, ['tags', 'allow'], 'use a list of names of tags, in which "*" stands for any characters'],
  [{ deny: [5] }, ['tags', 'deny', 0], 'use the name of a tag'],
])('tags %j are refused', (tags, path, message) => {
  const fixture = new Fixture();
  fixture.watch(fixture.measure(), { tagKeys: ['a', 'b'] });
  expect(viewConfig(fixture.stats).prepare(untyped({ tags })).issues).toEqual([{ path, message }]);
});

test('a tag that is renamed or denied makes room for a constant label of its name', () => {
  const fixture = new Fixture();
  fixture.watch(fixture.measure(), { tagKeys: ['a', 'b'] });
  const tags = { rename: { a: 'x' }, deny: ['b'], constant: { a: '1', b: '2' } };
  expect(fixture.stats.configure({ tags }).constLabels).toEqual({ a: '1', b: '2' });
});

test('a value over the length is cut, ends in a hash of the whole, is counted, and is a row of its own', async () => {
  const fixture = new Fixture();
  fixture.stats.configure({ tags: { valueLength: 40 } });
  fixture.watch(fixture.measure(), { tagKeys: ['k'] });
  const long = 'x'.repeat(40);
  for (const k of [long, `${long}1`, `${long}2`, `${long}1`]) fixture.measure().record(1, { k });
  fixture
    .measure()
    .bind({ k: `${long}1` })
    .record(1);
  const values = Object.entries(fixture.values());
  expect(values.map(([, count]) => count)).toEqual([1, 3, 1]);
  const kept = values.map(([tags]) => JSON.parse(tags).k as string);
  expect(kept.map((k) => k.length)).toEqual([40, 40, 40]);
  expect(kept[1]).toMatch(/^x{23}…[0-9a-f]{16}$/);
  expect(await fixture.drops()).toEqual({ 'm label_value_mended': 4 });
});

test('what a cut value looks like is itself kept whole, in the same row', () => {
  const fixture = new Fixture();
  fixture.stats.configure({ tags: { valueLength: 32 } });
  fixture.watch(fixture.measure(), { tagKeys: ['k'] });
  fixture.measure().record(1, { k: 'y'.repeat(50) });
  const [{ tags }] = fixture.stats.retrieveData('m');
  fixture.measure().record(1, tags);
  expect(fixture.stats.retrieveData('m')).toMatchObject([{ value: 2 }]);
});

test('a cut between the halves of a surrogate pair leaves valid text', () => {
  const fixture = new Fixture();
  fixture.stats.configure({ tags: { valueLength: 32 } });
  fixture.watch(fixture.measure(), { tagKeys: ['k'] });
  for (const k of ['😀'.repeat(20), `a${'😀'.repeat(20)}`, '\ud800'.repeat(2000)])
    fixture.measure().record(1, { k });
  for (const { tags } of fixture.stats.retrieveData('m')) {
    expect(tags.k.isWellFormed()).toBe(true);
    expect(tags.k.length).toBeLessThanOrEqual(32);
  }
});
