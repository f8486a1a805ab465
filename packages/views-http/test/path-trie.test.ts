import fc from 'fast-check';
import { expect, test } from 'vitest';
import { conflictOf } from '../src/path-conflict.ts';
import type { PathPattern } from '../src/path-pattern.ts';
import { PathTrie } from '../src/path-trie.ts';
import { isBelow, matches, parsed, somePattern, universe } from './plain-matcher.ts';

function trieOf(...patterns: readonly PathPattern[]): PathTrie {
  const trie = new PathTrie();
  for (const pattern of patterns) trie.add(pattern);
  return trie;
}

const match = (patterns: readonly string[], path: string) => trieOf(...patterns.map(parsed)).match(path);

test.each([
  ['a wildcard takes one segment', ['/a/{x}'], '/a/b', '/a/{x}'],
  ['a wildcard does not take two segments', ['/a/{x}'], '/a/b/c', undefined],
  ['a wildcard does not take none', ['/a/{x}'], '/a', undefined],
  ['a wildcard does not take the slash at the end', ['/a/{x}'], '/a/', undefined],
  ['a pattern without a slash at the end does not match with one', ['/a'], '/a/', undefined],
  ['a subtree takes its own root', ['/a/'], '/a/', '/a/'],
  ['a subtree takes all below', ['/a/'], '/a/b/c/', '/a/'],
  ['a subtree does not take its name without the slash', ['/a/'], '/a', undefined],
  ['{name...} takes what a subtree takes', ['/a/{x...}'], '/a/b/c', '/a/{x...}'],
  ['{$} takes the slash only', ['/a/{$}'], '/a/', '/a/{$}'],
  ['{$} takes nothing below', ['/a/{$}'], '/a/b', undefined],
  ['{$} wins over the subtree', ['/a/', '/a/{$}'], '/a/', '/a/{$}'],
  ['the root alone takes everything', ['/'], '/a/b/c', '/'],
  ['a literal wins over a wildcard', ['/{x}', '/a'], '/a', '/a'],
  [
    'a search goes back to the wildcard where the literal leads nowhere',
    ['/a/b/z', '/a/{x}/c'],
    '/a/b/c',
    '/a/{x}/c',
  ],
  ['a search goes back as far as the subtree', ['/', '/a/b/c', '/a/{x}/d/{y}'], '/a/b/d', '/'],
  ['a percent escape is read', ['/caf%C3%A9/{x}'], '/caf%c3%a9/1', '/caf%C3%A9/{x}'],
  ['an escaped slash does not end a segment', ['/a/{x}'], '/a/b%2Fc', '/a/{x}'],
  ['a malformed escape is a text like others', ['/a%zz'], '/a%zz', '/a%zz'],
  ['a segment named as what every object has is a text', ['/{x}/b'], '/constructor/b', '/{x}/b'],
])('%s', (_, patterns, path, found) => {
  expect(match(patterns, path)).toBe(found);
});

// Patterns of which none conflicts with another, as a file must have them.
const consistent = fc.array(somePattern, { minLength: 1, maxLength: 8 }).map((patterns) => {
  const kept: PathPattern[] = [];
  for (const one of patterns) if (kept.every((other) => !conflictOf(one, other))) kept.push(one);
  return kept;
});

test('match() finds the pattern below all others that match, whatever their order', () => {
  fc.assert(
    fc.property(consistent, (patterns) => {
      const [trie, reversed] = [trieOf(...patterns), trieOf(...patterns.toReversed())];
      for (const path of universe) {
        const all = patterns.filter(({ segments }) => matches(segments, path));
        const least = all.find((one) => all.every((other) => isBelow(one, other)));
        expect([path, trie.match(path)]).toEqual([path, least?.text]);
        expect(reversed.match(path)).toBe(least?.text);
      }
    }),
    { numRuns: 60 },
  );
});

test('match() holds a path of a million segments, whatever the patterns', () => {
  const patterns = ['/a/{x}/a/{y}', '/{x}/a/{y}/b', '/'].map(parsed);
  expect(trieOf(...patterns).match('/a'.repeat(1_000_000))).toBe('/');
  expect(trieOf(parsed('/a')).match('/a'.repeat(1_000_000))).toBeUndefined();
});
