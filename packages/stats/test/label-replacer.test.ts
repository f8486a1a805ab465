import { describe, expect, test } from 'vitest';
import { LabelReplacer } from '../src/label-replacer.ts';

const replaced = (pattern: string, template: string, text: string): string =>
  new LabelReplacer(pattern, template).replace(text);

describe('replacing', () => {
  // The expected texts are what Go's regexp.ReplaceAllString gives.
  test.each([
    ['/orders/.+', '/orders/TEST', '/orders/123', '/orders/TEST'],
    ['orders/.+', 'orders/', 'orders/a746dhsk293972nz', 'orders/'],
    ['wf-.+', 'other', 'wf-99', 'other'],
    ['[0-9]+', 'N', 'a1b22c333', 'aNbNcN'],
    ['b', '', 'abba', 'aa'],
    ['x', 'y', 'abc', 'abc'],
    ['a*', 'x', 'baaac', 'xbxcx'],
    ['', '-', 'ab', '-a-b-'],
    ['', '-', 'a😀b', '-a-😀-b-'],
    ['$', '!', 'ab', 'ab!'],
    ['^', '!', 'ab', '!ab'],
    ['(?i)get', 'G', 'GET get', 'G G'],
    ['[[:digit:]]+', 'N', 'é12', 'éN'],
    ['\\pL+', 'L', 'né1', 'L1'],
    ['a|ab', 'x', 'ab', 'xb'],
  ])('%s to %s makes of %s what Go makes', (pattern, template, text, expected) => {
    expect(replaced(pattern, template, text)).toBe(expected);
  });
});

describe('groups in the replacement', () => {
  test.each([
    ['(a)(b)?', '[$1$2]', 'ab a', '[ab] [a]'],
    ['/(\\w+)/(\\d+)', '/$1/{id}', '/orders/7', '/orders/{id}'],
    ['(?P<kind>\\w+)-\\d+', `\${kind}`, 'wf-12', 'wf'],
    ['(?<kind>\\w+)-\\d+', '$kind', 'wf-12', 'wf'],
    ['a', '$0$0', 'a', 'aa'],
    ['a', '$$1', 'a', '$1'],
    ['(a)', `\${1}x`, 'a', 'ax'],
    ['a', '$-$', 'a', '$-$'],
    ['a', '${', 'a', '${'],
    ['a', `\${}`, 'a', `\${}`],
    ['(a)', '$&\\1', 'a', '$&\\1'],
  ])('%s to %s on %s', (pattern, template, text, expected) => {
    expect(replaced(pattern, template, text)).toBe(expected);
  });

  test.each([
    ['(a)', '$1x', ['1x']],
    ['a', '$1', ['1']],
    ['(a)', '$01', ['01']],
    ['a', '$no', ['no']],
    ['(a)', `$1 \${1} $0 $$`, []],
  ])('%s has no group for %s: those are empty and told', (pattern, template, missing) => {
    const replacer = new LabelReplacer(pattern, template);
    expect(replacer.missing).toEqual(missing);
    if (missing.length > 0) expect(replacer.replace('a')).toBe('');
  });
});

describe('the pattern', () => {
  test.each(['(', '(?=x)', '\\1', 'a{2,1}', 'x{1001}'])('%s is refused in the words of RE2', (pattern) => {
    expect(() => new LabelReplacer(pattern, '')).toThrow(/^error parsing regexp: /);
  });

  test.each([
    ['(a+)+$', `${'a'.repeat(1023)}!`],
    ['(a|aa)+$', `${'a'.repeat(1023)}!`],
    ['(.*)*x', 'a'.repeat(1024)],
    ['^(([a-z])+.)+[A-Z]([a-z])+$', 'a'.repeat(1024)],
  ])('%s, over which a backtracking engine does not end, ends', (pattern, text) => {
    expect(replaced(pattern, '', text)).toBe(text);
  });
});
