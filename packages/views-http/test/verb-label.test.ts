import { describe, expect, test } from 'vitest';
import { PathLabels } from '../src/path-labels.ts';
import { verbLabel } from '../src/verb-label.ts';

const kept = ['GET', 'PUT', 'POST', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'CONNECT', 'TRACE'];
const others = ['INVALID', 'get', 'Get', 'PROPFIND', '', 'constructor', 'G\u0000ET'];

describe('verbLabel()', () => {
  test.each(kept)('keeps %s', (verb) => {
    expect(verbLabel(verb)).toBe(verb);
  });

  test.each(others)('makes UNKNOWN of %j', (verb) => {
    expect(verbLabel(verb)).toBe('UNKNOWN');
  });

  test.each([...kept, ...others])('makes nothing of %j when verbs are excluded', (verb) => {
    expect(verbLabel(verb, true)).toBe('');
    expect(new PathLabels({ excludeVerbs: true }).verb(verb)).toBe('');
  });
});
