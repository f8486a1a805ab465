import { MetricsError } from '@oriel/metrics';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TagMap } from '../src/tag-map.ts';
import { UNLIMITED_PROPAGATION } from '../src/tag-mutator.ts';
import { decodeTagsText, encodeTagsText } from '../src/tag-text-codec.ts';
import { anyTags, fullMap } from './legal-tags.ts';

function codeOf(text: string): string {
  try {
    decodeTagsText(text);
  } catch (error) {
    if (error instanceof MetricsError) return error.code;
    throw error;
  }
  return 'decoded';
}

function encoded(tags: Record<string, string>): { text: string; drops: unknown[] } {
  const drops: unknown[] = [];
  const text = encodeTagsText(TagMap.of(tags), { onDropped: (...drop) => drops.push(drop) });
  return { text, drops };
}

function numbered(count: number): [string, string][] {
  return Array.from({ length: count }, (_, i) => [`k${i}`, 'v']);
}

test('encodeTagsText() writes k1=v1,k2=v2 in the order of the map, and nothing for no tags', () => {
  expect(encoded({ k1: 'v1', k2: '', 'k 3': 'v 3' }).text).toBe('k1=v1,k2=,k 3=v 3');
  expect(encodeTagsText(TagMap.empty)).toBe('');
});

test('encodeTagsText() leaves out a value that would inject a tag, and reports it', () => {
  const { text, drops } = encoded({ k: 'a,b=c', method: 'GET' });
  expect(text).toBe('method=GET');
  expect(drops).toEqual([['reserved_character', 'k']]);
});

test.each([
  ['k', 'a;p=1'],
  ['k', 'a=b'],
  ['k', ' a'],
  ['k', 'a '],
  ['k,x', 'v'],
  ['k=x', 'v'],
  ['k;x', 'v'],
  [' k', 'v'],
  ['k ', 'v'],
])('encodeTagsText() leaves out %j with %j, which the format would read as something else', (name, value) => {
  expect(encoded({ [name]: value, m: 'x' })).toEqual({ text: 'm=x', drops: [['reserved_character', name]] });
});

test('encodeTagsText() leaves out what is not printable ASCII or over 255 characters', () => {
  const { text, drops } = encoded({
    a: 'é',
    b: 'x\r\nSet-Cookie: y',
    c: 'x'.repeat(256),
    d: 'x'.repeat(255),
  });
  expect(text).toBe(`d=${'x'.repeat(255)}`);
  expect(drops).toEqual([
    ['value_not_ascii', 'a'],
    ['value_not_ascii', 'b'],
    ['value_too_long', 'c'],
  ]);
});

test.each([
  ['', {}],
  [' \t', {}],
  ['k=v', { k: 'v' }],
  ['k=v;p=1', { k: 'v' }],
  ['k=v;p=1;q,m=n', { k: 'v', m: 'n' }],
  ['k = v , m=n\t;p', { k: 'v', m: 'n' }],
  ['k=', { k: '' }],
  ['k=a=b', { k: 'a=b' }],
  ['k=1,m=n,k=2', { k: '2', m: 'n' }],
  ['k=1,,m=n,', { k: '1', m: 'n' }],
  ['k=%20', { k: '%20' }],
  ['__proto__=x', JSON.parse('{"__proto__":"x"}')],
])('decodeTagsText(%j) gives %j', (text, expected) => {
  expect(Object.fromEntries(decodeTagsText(text))).toEqual(expected);
});

test('decodeTagsText() gives every tag unlimited propagation', () => {
  expect(decodeTagsText('k=v').ttl('k')).toBe(UNLIMITED_PROPAGATION);
});

test.each([
  'k',
  'k=v,x',
  '=v',
  ' =v',
  ';p=1',
  'k=é',
  'é=v',
  'k=a\nb',
  'k=\u00a0v',
  'k=\x7f',
  `k=${'v'.repeat(256)}`,
])('decodeTagsText(%j) fails whole with TAGS_MALFORMED', (text) => {
  expect(codeOf(`a=b,${text}`)).toBe('TAGS_MALFORMED');
});

test('180 tags pass both ways, 181 neither', () => {
  expect(decodeTagsText(encodeTagsText(TagMap.of(numbered(180)))).size).toBe(180);
  expect(() => encodeTagsText(TagMap.of(numbered(181)))).toThrow(
    'Cannot encode tags: their number is 181; at most 180',
  );
  expect(
    codeOf(
      numbered(181)
        .map((pair) => pair.join('='))
        .join(),
    ),
  ).toBe('TAGS_TOO_LARGE');
  expect(codeOf('k=v,'.repeat(181))).toBe('TAGS_TOO_LARGE');
});

test('decodeTagsText() takes 4096 characters a tag with its properties, not 4097', () => {
  expect(codeOf(`k=v;${'p'.repeat(4092)}`)).toBe('decoded');
  expect(codeOf(`k=v;${'p'.repeat(4093)}`)).toBe('TAGS_TOO_LARGE');
});

test('8192 bytes of tags pass both ways, 8193 neither', () => {
  const full = fullMap();
  const over: [string, string][] = [...full, ['k', '']];
  expect(decodeTagsText(encodeTagsText(TagMap.of(full))).size).toBe(32);
  expect(() => encodeTagsText(TagMap.of(over))).toThrow(expect.objectContaining({ code: 'TAGS_TOO_LARGE' }));
  expect(codeOf(over.map((pair) => pair.join('=')).join())).toBe('TAGS_TOO_LARGE');
});

test('decodeTagsText() refuses an endless text before it looks at it', () => {
  expect(codeOf(','.repeat(10_000_000))).toBe('TAGS_TOO_LARGE');
});

test('decodeTagsText() says what is wrong when there is no text at all', () => {
  for (const input of [undefined, null, 7, ['k=v']]) {
    expect(() => decodeTagsText(input as unknown as string)).toThrow(MetricsError);
  }
});

test('of any map, what comes back and what was reported are all of it', () => {
  const short = fc
    .array(fc.tuple(fc.stringMatching(/^[a ,;=]{1,4}$/), fc.stringMatching(/^[a ,;=é]{0,4}$/)))
    .map((pairs) => TagMap.of(pairs));
  fc.assert(
    fc.property(fc.oneof(anyTags, short), (tags) => {
      const dropped: string[] = [];
      const back = decodeTagsText(encodeTagsText(tags, { onDropped: (_, key) => dropped.push(key) }));
      expect([...back]).toEqual([...tags].filter(([name]) => !dropped.includes(name)));
      expect(back.size + dropped.length).toBe(tags.size);
    }),
    { numRuns: 500 },
  );
});

test('decodeTagsText() of any text gives a map or a MetricsError', () => {
  const near = fc.stringMatching(/^[ab=,; \té]*$/);
  fc.assert(
    fc.property(fc.oneof(near, fc.string({ unit: 'binary' })), (text) => codeOf(text) !== ''),
    { numRuns: 500 },
  );
});
