import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeBaggage, encodeBaggage } from '../src/index.ts';

const any = () => true;
const key = fc.stringMatching(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,20}$/);
const value = fc.string({ unit: 'grapheme', maxLength: 60 });

test('what is written is read, whatever the values', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(key, value), { selector: ([name]) => name, maxLength: 10 }),
      (entries) => {
        const header = encodeBaggage(entries);
        expect(header).toMatch(/^[\x21-\x7e]*$/);
        expect([...decodeBaggage(header, any)]).toEqual(entries);
      },
    ),
  );
});

test('encodeBaggage() escapes what the format keeps for itself', () => {
  expect(encodeBaggage([['k', ' ",;\\%é\n']])).toBe('k=%20%22%2C%3B%5C%25%C3%A9%0A');
  expect(encodeBaggage([['k', "!#$&'()*+-./:<=>?@[]^_`{|}~"]])).toBe("k=!#$&'()*+-./:<=>?@[]^_`{|}~");
  expect(encodeBaggage([['half', '\ud800']])).toBe('half=%EF%BF%BD');
});

test('encodeBaggage() leaves out, and counts, what the format has no place for', () => {
  const dropped: number[] = [];
  const onDropped = (count: number): number => dropped.push(count);
  expect(
    encodeBaggage(
      [
        ['a b', '1'],
        ['', '2'],
        ['c', '3'],
      ],
      onDropped,
    ),
  ).toBe('c=3');
  expect(
    encodeBaggage(
      [
        ['long', 'x'.repeat(4096)],
        ['d', '4'],
      ],
      onDropped,
    ),
  ).toBe('d=4');
  const many = Array.from({ length: 200 }, (_, i): [string, string] => [`k${i}`, 'v']);
  expect(encodeBaggage(many, onDropped).split(',')).toHaveLength(180);
  const big = Array.from({ length: 10 }, (_, i): [string, string] => [`k${i}`, 'v'.repeat(1000)]);
  expect(encodeBaggage(big, onDropped).length).toBeLessThanOrEqual(8192);
  expect(dropped).toEqual([2, 1, 20, 2]);
});

test('decodeBaggage() reads over spaces, properties, empty members and what is not wanted', () => {
  const header = ' a = 1 ;p=2;q , ,b=%41%2C, c==, a=last,bad=%zz';
  expect([...decodeBaggage(header, (name) => name !== 'bad')]).toEqual([
    ['a', 'last'],
    ['b', 'A,'],
    ['c', '='],
  ]);
});

test.each([
  ['a bad escape', 'a=%zz', 'TAGS_MALFORMED'],
  ['an escape that is no UTF-8', 'a=%ff', 'TAGS_MALFORMED'],
  ['an escape that breaks off', 'a=%4', 'TAGS_MALFORMED'],
  ['a member without a value', 'a', 'TAGS_MALFORMED'],
  ['a member without a key', '=1', 'TAGS_MALFORMED'],
  ['a key that is no token', 'a b=1', 'TAGS_MALFORMED'],
  ['a member that is too long', `a=${'x'.repeat(4095)}`, 'TAGS_TOO_LARGE'],
  ['too many members', 'a=1,'.repeat(181), 'TAGS_TOO_LARGE'],
  ['a header that is too long', `a=1,${' '.repeat(8192)}`, 'TAGS_TOO_LARGE'],
])('decodeBaggage() refuses the whole of a header with %s', (_name, header, code) => {
  expect(() => decodeBaggage(`ok=1,${header}`, any)).toThrow(expect.objectContaining({ code }));
});
