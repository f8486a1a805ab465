import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeTags, encodeTags } from '../src/tag-codec.ts';
import { type TagFilterRule, tagFilter } from '../src/tag-filter.ts';
import { tagKey } from '../src/tag-key.ts';
import { TagMap } from '../src/tag-map.ts';
import { NO_PROPAGATION, upsert } from '../src/tag-mutator.ts';
import { decodeTagsText, encodeTagsText } from '../src/tag-text-codec.ts';

const all: TagFilterRule = { action: 'include', match: 'HAS_PREFIX', key: '' };
const noInternals = tagFilter([{ action: 'exclude', match: 'HAS_PREFIX', key: 'internal.' }, all]);

test.each<[TagFilterRule[], string, boolean]>([
  [[], 'a', false],
  [[{ action: 'include', match: 'EQUAL', key: 'a' }], 'a', true],
  [[{ action: 'include', match: 'EQUAL', key: 'a' }], 'ab', false],
  [[{ action: 'include', match: 'EQUAL', key: tagKey('a') }], 'a', true],
  [[{ action: 'include', match: 'NOTEQUAL', key: 'a' }], 'a', false],
  [[{ action: 'include', match: 'NOTEQUAL', key: 'a' }], 'b', true],
  [[{ action: 'include', match: 'HAS_PREFIX', key: 'a' }], 'ab', true],
  [[{ action: 'include', match: 'HAS_PREFIX', key: 'ab' }], 'a', false],
  [[{ action: 'include', match: 'HAS_PREFIX', key: 'b' }], 'ab', false],
  [[{ action: 'exclude', match: 'EQUAL', key: 'a' }, all], 'a', false],
  [[{ action: 'exclude', match: 'EQUAL', key: 'a' }, all], 'b', true],
  [[all, { action: 'exclude', match: 'EQUAL', key: 'a' }], 'a', true],
])('tagFilter(%j) decides on "%s": %s, by the first rule that fits', (rules, name, accepted) => {
  expect(tagFilter(rules).accepts(name)).toBe(accepted);
});

test('tagFilter() refuses an unknown action, an unknown match and an illegal key', () => {
  const rule = (change: object): readonly TagFilterRule[] => [all, { ...all, ...change }];
  expect(() => tagFilter(rule({ action: 'drop' }))).toThrow(
    'Cannot define tag filter: action of rule 1 is "drop"; use include or exclude',
  );
  expect(() => tagFilter(rule({ match: 'REGEX', key: 'a' }))).toThrow(
    /match of rule 1 is "REGEX"; use EQUAL/,
  );
  expect(() => tagFilter(rule({ match: 'EQUAL' }))).toThrow(
    expect.objectContaining({ code: 'LABEL_NAME_INVALID' }),
  );
  expect(() => tagFilter(rule({ key: 'é' }))).toThrow(
    expect.objectContaining({ code: 'LABEL_NAME_INVALID' }),
  );
});

test('tagFilter() is untouched by later changes of its rules', () => {
  const rules = [{ ...all }];
  const filter = tagFilter(rules);
  rules[0] = { ...all, action: 'exclude' };
  expect(filter.accepts('a')).toBe(true);
});

test('both codecs obey the filter in both directions', () => {
  const tags = TagMap.of({ 'internal.user': 'u', k: 'v' });
  expect([...decodeTags(encodeTags(tags, { filter: noInternals }))]).toEqual([['k', 'v']]);
  expect([...decodeTags(encodeTags(tags), { filter: noInternals })]).toEqual([['k', 'v']]);
  expect(encodeTagsText(tags, { filter: noInternals })).toBe('k=v');
  expect([...decodeTagsText('internal.user=u,k=v', { filter: noInternals })]).toEqual([['k', 'v']]);
});

test('an empty filter trusts nobody', () => {
  expect(decodeTags(encodeTags(TagMap.of({ k: 'v' })), { filter: tagFilter([]) }).size).toBe(0);
  expect(decodeTagsText('k=v', { filter: tagFilter([]) }).size).toBe(0);
});

test('no filter makes a tag with NO_PROPAGATION travel', () => {
  const tags = TagMap.empty.apply([upsert('k', 'v', { ttl: NO_PROPAGATION })]);
  for (const options of [{}, { filter: tagFilter([all]) }]) {
    expect(encodeTags(tags, options)).toEqual(new Uint8Array([0]));
    expect(encodeTagsText(tags, options)).toBe('');
  }
});

test('what a filter holds back is neither a drop nor part of the size', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (value) => {
      const drops: unknown[] = [];
      const options = { filter: tagFilter([]), onDropped: (...drop: unknown[]) => drops.push(drop) };
      expect(encodeTags(TagMap.of({ value }), options)).toEqual(new Uint8Array([0]));
      expect(encodeTagsText(TagMap.of({ value }), options)).toBe('');
      expect(drops).toEqual([]);
    }),
  );
});
