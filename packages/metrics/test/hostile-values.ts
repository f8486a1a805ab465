import fc from 'fast-check';
import { test } from 'vitest';

const revoked = Proxy.revocable({}, {});
revoked.revoke();

/** Texts that break careless keys, formats and objects. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('', ',', '|', '\u0000', '"', '\n', '__proto__', 'constructor', 'toString', '__overflow__'),
  fc.constantFrom('1', 'NaN', 'null', 'undefined', '[object Object]', '\ud800', '\udfff x', 'é', 'e\u0301'),
  fc.string({ unit: 'binary', maxLength: 4 }),
  fc.constantFrom('x'.repeat(1024), 'x'.repeat(1025), `${'x'.repeat(2000)}y`, `${'x'.repeat(2000)}z`),
);

/** What callers pass as a label value, wanted or not. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: hostileText },
  fc.constantFrom(0, -0, 1, 404, Number.NaN, Number.POSITIVE_INFINITY, 10n, true, false, null, undefined),
  fc.constantFrom<unknown>({}, [], Object.create(null), Symbol('s'), () => 'f'),
);

/** Things that are no numbers but may be taken for one. */
export const notNumbers: readonly unknown[] = [
  '5',
  '',
  '5px',
  5n,
  null,
  undefined,
  true,
  {},
  [],
  [5],
  Symbol('s'),
  new Date(5),
  () => 5,
  revoked.proxy,
  { valueOf: () => 5 },
  {
    valueOf: () => {
      throw new Error('valueOf');
    },
  },
];

/** Label objects that fail when they are read. */
export const hostileLabels: readonly unknown[] = [
  revoked.proxy,
  {
    get a(): string {
      throw new Error('getter');
    },
  },
  new Proxy(
    {},
    {
      get: () => {
        throw new Error('trap');
      },
      has: () => {
        throw new Error('trap');
      },
    },
  ),
];

/** A test for each value; unlike `test.each` it does not look at what may not be looked at. */
export function testOver<T>(
  values: readonly T[],
  name: string,
  run: (value: T) => void | Promise<void>,
): void {
  for (const [place, value] of values.entries()) test(`${name}, value ${place}`, () => run(value));
}
