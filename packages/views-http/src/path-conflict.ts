import { quote } from '@oriel/metrics';
import type { PathPattern, PathSegment, PatternFault } from './path-pattern.ts';

/**
 * Why two patterns cannot stand side by side: both match the same paths and neither is more specific, so that
 * the label would depend on their order. `undefined` when they can.
 */
export function conflictOf(pattern: PathPattern, other: PathPattern): PatternFault | undefined {
  const relation = relationOf(pattern.segments, other.segments);
  if (relation === 'equal')
    return { what: `it and ${quote(other.text)} match the same paths`, cure: 'keep one of the two' };
  if (relation !== 'overlapping') return undefined;
  const both = quote(commonPath(pattern.segments, other.segments));
  return {
    what: `it and ${quote(other.text)} both match ${both} and neither is more specific`,
    cure: 'drop one, or put a literal segment in place of a wildcard',
  };
}

type Relation = 'equal' | 'narrower' | 'wider' | 'overlapping' | 'disjoint';

function relationOf(a: readonly PathSegment[], b: readonly PathSegment[]): Relation {
  let relation: Relation = 'equal';
  for (let i = 0; i < a.length && i < b.length; i++) {
    relation = combined(relation, segmentRelation(a[i], b[i]));
    if (relation === 'disjoint') return 'disjoint';
    // The rest takes in whatever the other goes on with.
    if (a[i].kind === 'rest' || b[i].kind === 'rest') return relation;
  }
  return a.length === b.length ? relation : 'disjoint';
}

function segmentRelation(a: PathSegment, b: PathSegment): Relation {
  if (a.kind === 'literal' && b.kind === 'literal') return a.text === b.text ? 'equal' : 'disjoint';
  if (a.kind === b.kind) return 'equal';
  if (a.kind === 'rest') return 'wider';
  if (b.kind === 'rest') return 'narrower';
  // A wildcard is a segment, never the slash at the end.
  if (a.kind === 'end' || b.kind === 'end') return 'disjoint';
  return a.kind === 'one' ? 'wider' : 'narrower';
}

function combined(before: Relation, next: Relation): Relation {
  if (before === 'equal' || before === next) return next;
  if (next === 'disjoint') return 'disjoint';
  return next === 'equal' ? before : 'overlapping';
}

// A path that both match, for the message.
function commonPath(a: readonly PathSegment[], b: readonly PathSegment[]): string {
  const length = Math.max(a.length, b.length);
  return `/${Array.from({ length }, (_, i) => exampleOf(a[i], b[i])).join('/')}`;
}

function exampleOf(...both: readonly (PathSegment | undefined)[]): string {
  const literal = both.find((segment) => segment?.kind === 'literal');
  if (literal?.kind === 'literal') return literal.text;
  return both.some((segment) => segment?.kind === 'one') ? 'x' : '';
}
