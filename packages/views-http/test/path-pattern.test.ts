import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { conflictOf } from '../src/path-conflict.ts';
import { type PathPattern, parsePattern, withoutSlashRuns } from '../src/path-pattern.ts';
import { isBelow, matches, parsed, somePattern, universe } from './plain-matcher.ts';

const faults: readonly (readonly [pattern: string, what: RegExp, cure: RegExp])[] = [
  ['', /empty/, /write "\/"/],
  ['/orders/{id', /segment "\{id" has an unclosed brace/, /write "\{id\}"/],
  ['/orders/{', /unclosed brace/, /write "\{id\}"/],
  ['/orders/id}', /"id\}" closes a brace that none opened/, /write "\{id\}"/],
  ['/orders/a{id}', /"a\{id\}" is a wildcard in part only/, /for the whole segment/],
  ['/orders/{id}.json', /in part only/, /for the whole segment/],
  ['/orders/{a}{b}', /in part only/, /for the whole segment/],
  ['/orders/{}', /"\{\}" has no name/, /such as "\{id\}"/],
  ['/orders/{...}', /no name/, /such as "\{id\}"/],
  ['/orders/{order-id}', /"order-id" is no name/, /such as "\{order_id\}"/],
  ['/orders/{2nd}', /"2nd" is no name/, /such as "\{_2nd\}"/],
  ['/a/{id}/b/{id}', /the name "id" stands twice/, /a name of its own/],
  ['/a/{id}/b/{id...}', /the name "id" stands twice/, /a name of its own/],
  ['GET /x', /names the method "GET"/, /leave the method out/],
  ['GET  //x', /names the method "GET"/, /leave the method out/],
  ['/a/{$}/b', /"\{\$\}" is not the last one/, /leave it out/],
  ['/a/{rest...}/b', /"\{rest\.\.\.\}" is not the last one/, /write "\{rest\}"/],
  ['/a b', /a space/, /"%20"/],
  ['/a\u0000', /control character/, /percent-encode/],
  ['/a\ud800', /surrogate/, /percent-encode/],
  ['/a?b=c', /query or fragment/, /where the path ends/],
  ['/a#b', /query or fragment/, /where the path ends/],
  [`/${'a'.repeat(512)}`, /513 characters/, /at most 512/],
];

test.each(faults)('parsePattern(%j) says what is wrong, %s, and what to write', (pattern, what, cure) => {
  const fault = parsePattern(pattern);
  expect(fault).toEqual({ what: expect.stringMatching(what), cure: expect.stringMatching(cure) });
});

test.each([
  ['/', ['rest']],
  ['/a', ['a']],
  ['/a/', ['a', 'rest']],
  ['/a/{$}', ['a', 'end']],
  ['/{$}', ['end']],
  ['/a/{x}/b', ['a', 'one', 'b']],
  ['/a/{x...}', ['a', 'rest']],
  ['/{größe}/{_}', ['one', 'one']],
  ['/caf%C3%A9', ['café']],
  ['/a%zz', ['a%zz']],
])('parsePattern(%j) has the segments %j', (pattern, segments) => {
  const shown = parsed(pattern).segments.map((one) => (one.kind === 'literal' ? one.text : one.kind));
  expect(shown).toEqual(segments);
});

test.each([
  ['', ''],
  ['/', '/'],
  ['///', '/'],
  ['a', '/a'],
  ['//a//b//', '/a/b/'],
  ['/a/b', '/a/b'],
])('withoutSlashRuns(%j) is %j', (path, clean) => {
  expect(withoutSlashRuns(path)).toBe(clean);
});

test('parsePattern() never throws, and no fault is without a cure', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const result = parsePattern(text);
      if ('cure' in result) return result.what !== '' && result.cure !== '';
      return result.text.startsWith('/') && result.text.isWellFormed();
    }),
  );
});

describe('conflictOf()', () => {
  const between = (a: string, b: string) => conflictOf(parsed(a), parsed(b));

  test('of patterns that differ in names only says to keep one', () => {
    const conflict = between('/orders/{id}', '/orders/{order}');
    expect(conflict?.what).toBe('it and "/orders/{order}" match the same paths');
    expect(conflict?.cure).toBe('keep one of the two');
  });

  test.each([
    ['/a/{x}', '/{y}/b', '/a/b'],
    ['/a/{x...}', '/{y}/b', '/a/b'],
    ['/a/', '/{x}/b/{y}', '/a/b/x'],
    ['/a/{x...}', '/{y}/{$}', '/a/'],
  ])('of %j and %j names %j as a path that both match', (a, b, path) => {
    expect(between(a, b)?.what.match(/both match "(.*)" and/)?.[1]).toBe(path);
  });

  test('finds one exactly where two patterns share a path and each has one of its own, or share all', () => {
    fc.assert(
      fc.property(somePattern, somePattern, (a: PathPattern, b: PathPattern) => {
        const shared = universe.some((path) => matches(a.segments, path) && matches(b.segments, path));
        const ordered = isBelow(a, b) !== isBelow(b, a);
        expect(conflictOf(a, b) !== undefined).toBe(shared && !ordered);
        expect(conflictOf(b, a) !== undefined).toBe(shared && !ordered);
      }),
      { numRuns: 2000 },
    );
  });
});
