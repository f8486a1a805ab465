import fc from 'fast-check';
import { type PathPattern, type PathSegment, parsePattern } from '../src/path-pattern.ts';

/** A pattern that can be parsed. */
export function parsed(pattern: string): PathPattern {
  const result = parsePattern(pattern);
  if ('cure' in result) throw new Error(`${pattern}: ${result.what}`);
  return result;
}

/** Whether a pattern matches, said as plainly as can be: the path is split at its slashes. */
export function matches(segments: readonly PathSegment[], path: string): boolean {
  return matchesParts(segments, path.slice(1).split('/'));
}

function matchesParts([segment, ...others]: readonly PathSegment[], parts: readonly string[]): boolean {
  if (segment === undefined || parts.length === 0) return segment === undefined && parts.length === 0;
  const [part, ...rest] = parts;
  if (segment.kind === 'rest') return true;
  if (segment.kind === 'end') return part === '' && rest.length === 0;
  if (part === '') return false;
  if (segment.kind === 'literal' && segment.text !== part) return false;
  return matchesParts(others, rest);
}

const texts = ['a', 'b', 'c'];
const levels = [1, 2, 3, 4].reduce<string[][]>(
  (before) => [
    ...before,
    before[before.length - 1].flatMap((path) => texts.map((text) => `${path}/${text}`)),
  ],
  [['']],
);

/** All paths of up to four of three segments, with and without a slash at the end. */
export const universe: readonly string[] = levels
  .flat()
  .flatMap((path) => (path === '' ? ['/'] : [path, `${path}/`]));

/** Whether all paths of one pattern are paths of another. */
export function isBelow(a: PathPattern, b: PathPattern): boolean {
  return universe.every((path) => !matches(a.segments, path) || matches(b.segments, path));
}

/** Patterns of up to three segments out of `a` and `b`: there is always a path that only a wildcard matches. */
export const somePattern: fc.Arbitrary<PathPattern> = fc
  .tuple(
    fc.array(fc.constantFrom('a', 'b', '{}'), { maxLength: 3 }),
    fc.constantFrom(undefined, '', '{$}', '{rest...}'),
  )
  .map(([inner, last]) => {
    const all = last === undefined && inner.length > 0 ? inner : [...inner, last ?? ''];
    return parsed(`/${all.map((part, i) => (part === '{}' ? `{v${i}}` : part)).join('/')}`);
  });
