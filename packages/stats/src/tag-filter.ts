import { MetricsError, quote } from '@oriel/metrics';
import { checkTagName, type TagKey } from './tag-key.ts';

/** Lets the tags through whose key fits, or holds them back. */
export interface TagFilterRule {
  readonly action: 'include' | 'exclude';
  readonly match: 'EQUAL' | 'NOTEQUAL' | 'HAS_PREFIX';
  /** The key to compare with, or the prefix; every key has the empty prefix. */
  readonly key: TagKey | string;
}

/** Says which tags pass a process border; made by {@link tagFilter}, one for each direction. */
export interface TagFilter {
  readonly kind: 'tagFilter';
  accepts(name: string): boolean;
}

/**
 * Decides by key which tags are sent, or which received ones are kept.
 *
 * Shape: the first rule that fits decides; a key that none fits is held back, so an empty list trusts nobody.
 * Default: without a filter every tag passes. A tag with NO_PROPAGATION is never sent, whatever a filter says.
 * Errors: {@link MetricsError} `LABEL_NAME_INVALID`, `ARGUMENT_INVALID`.
 * Source: OpenCensus, "Tag propagation", filters.
 *
 * @example
 * const outward = tagFilter([
 *   { action: 'exclude', match: 'HAS_PREFIX', key: 'internal.' },
 *   { action: 'include', match: 'HAS_PREFIX', key: '' },
 * ]);
 * assert.equal(outward.accepts('internal.user'), false);
 */
export function tagFilter(rules: readonly TagFilterRule[]): TagFilter {
  const checked = rules.map(checkRule);
  return Object.freeze({
    kind: 'tagFilter',
    accepts: (name: string): boolean => checked.find((rule) => rule.fits(name))?.included ?? false,
  });
}

interface CheckedRule {
  readonly included: boolean;
  fits(name: string): boolean;
}

function checkRule({ action, match, key }: TagFilterRule, index: number): CheckedRule {
  if (action !== 'include' && action !== 'exclude')
    throw badRule(index, 'action', action, 'include or exclude');
  const included = action === 'include';
  if (match === 'HAS_PREFIX' && key === '') return { included, fits: () => true };
  const wanted = checkTagName(key, `filter tag ${index}`);
  switch (match) {
    case 'EQUAL':
      return { included, fits: (name) => name === wanted };
    case 'NOTEQUAL':
      return { included, fits: (name) => name !== wanted };
    case 'HAS_PREFIX':
      return { included, fits: (name) => name.startsWith(wanted) };
    default:
      throw badRule(index, 'match', match, 'EQUAL, NOTEQUAL or HAS_PREFIX');
  }
}

function badRule(index: number, field: string, value: unknown, wanted: string): MetricsError {
  return new MetricsError('ARGUMENT_INVALID', {
    message: `Cannot define tag filter: ${field} of rule ${index} is ${quote(value)}; use ${wanted}`,
    details: { index, [field]: value },
  });
}
