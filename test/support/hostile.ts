import fc from 'fast-check';

const awkward = [
  '',
  ' ',
  '"',
  '\\',
  '\n',
  '\\n',
  '\r',
  '\t',
  '\0',
  '}',
  '{',
  ',',
  '=',
  '#',
  'a,b',
  'a|b',
  '"} 1\nx 2',
  '__overflow__',
  '__proto__',
  'constructor',
  'é',
  '佖佥',
  '👩‍👩‍👧',
  '\u2028',
  '\ud800',
  '\udfff',
  '\ufffd',
  'NaN',
  'x'.repeat(1025),
];

/** Strings as attackers and accidents make them, lone surrogates too. */
export const hostileString: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...awkward),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom(...awkward) }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 8 })
    .map((codes) => String.fromCharCode(...codes)),
);

/** Numbers a double can hold, special ones often. */
export const anyNumber: fc.Arbitrary<number> = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(
    0,
    -0,
    1e6,
    999_999,
    999_999.5,
    1e-4,
    9.9e-5,
    1e21,
    2 ** 53,
    Number.MAX_VALUE,
    Number.MIN_VALUE,
  ),
);
