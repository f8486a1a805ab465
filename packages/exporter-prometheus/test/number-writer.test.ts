import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NUMBER_LENGTH, numberText, writeCount, writeNumber } from '../src/number-writer.ts';
import { isTime, secondsText } from '../src/time-text.ts';

const room = Buffer.alloc(64);

function written(value: number, float: boolean): string {
  return room.toString('latin1', 7, writeNumber(room, 7, value, float));
}

function count(value: number, openMetrics: boolean): string {
  return room.toString('latin1', 7, writeCount(room, 7, value, openMetrics));
}

/** The table of number forms, from the digits that identify a double. */
function reference(value: number, float: boolean): string {
  if (Number.isNaN(value)) return 'NaN';
  if (Math.abs(value) === Number.POSITIVE_INFINITY) return value < 0 ? '-Inf' : '+Inf';
  if (value === 0) return float ? '0.0' : '0';
  const [, sign, first, more = '', power] = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(
    value.toExponential(),
  ) as unknown as string[];
  const digits = first + more;
  const exponent = Number(power);
  if (exponent < -4 || exponent >= 6) {
    const two = String(Math.abs(exponent)).padStart(2, '0');
    return `${sign}${first}${more === '' ? '' : `.${more}`}e${exponent < 0 ? '-' : '+'}${two}`;
  }
  const padded = digits.padEnd(exponent + 1, '0');
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const fraction = padded.slice(exponent + 1);
  return `${sign}${padded.slice(0, exponent + 1)}${fraction === '' ? (float ? '.0' : '') : `.${fraction}`}`;
}

function parsed(text: string): number {
  return Number(text.replace('Inf', 'Infinity'));
}

/** Doubles of every exponent alike, from their bits. */
function* doubles(howMany: number): Generator<number> {
  const view = new DataView(new ArrayBuffer(8));
  let seed = 42;
  const next = (): number => {
    seed = (Math.imul(seed, 1664525) + 1013904223) | 0;
    return seed ^ (seed >>> 15);
  };
  for (let i = 0; i < howMany; i++) {
    view.setInt32(0, next());
    view.setInt32(4, next());
    yield view.getFloat64(0);
  }
}

const near = (middle: number): number[] => [-2, -1, 0, 1, 2].map((step) => middle + step);
const edges = [
  ...[
    0,
    9,
    99,
    999,
    1000,
    9999,
    99_999,
    100_000,
    999_999,
    1e6,
    2 ** 31,
    2 ** 32,
    2 ** 53,
    1e15,
    1e16,
  ].flatMap(near),
  ...[1e20, 1e21, 1e22, 2 ** 63, 2 ** 64, Number.MAX_VALUE, Number.MIN_VALUE, 2.2250738585072014e-308],
  ...[-0, 0.1, 0.5, 1e-4, 9.9e-5, 0.00099999, 999_999.5, 999_999.9999999999, 1_000_000.5, 123_456.789, 1 / 3],
  ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e-323, 4.9e-322, 1e-7, 1e100, 1.5e-10],
].flatMap((value) => [value, -value]);

/** Goes through many numbers by `wrong`, which gives what is amiss, and collects the first few. */
function faults(values: Iterable<number>, wrong: (value: number) => string | undefined): string[] {
  const found: string[] = [];
  for (const value of values) {
    const fault = wrong(value);
    if (fault !== undefined && found.push(fault) > 9) break;
  }
  return found;
}

function formFault(value: number): string | undefined {
  for (const float of [false, true]) {
    const form = reference(value, float);
    if (written(value, float) !== form) return `${value}: written ${written(value, float)}, not ${form}`;
    if (numberText(value, float) !== form) return `${value}: text ${numberText(value, float)}, not ${form}`;
    if (!Object.is(parsed(form) + 0, value + 0)) return `${value}: reads back as ${parsed(form)}`;
  }
  return undefined;
}

describe('writeNumber() and numberText()', () => {
  test.each([
    [1e6, '1e+06', '1e+06'],
    [999_999.5, '999999.5', '999999.5'],
    [9.9e-5, '9.9e-05', '9.9e-05'],
    [1e21, '1e+21', '1e+21'],
    [0.0001, '0.0001', '0.0001'],
    [0, '0', '0.0'],
    [-0, '0', '0.0'],
    [-3, '-3', '-3.0'],
    [999_999, '999999', '999999.0'],
    [2 ** 31, '2.147483648e+09', '2.147483648e+09'],
    [2 ** 53, '9.007199254740992e+15', '9.007199254740992e+15'],
    [5e-324, '5e-324', '5e-324'],
    [Number.NaN, 'NaN', 'NaN'],
    [Number.NEGATIVE_INFINITY, '-Inf', '-Inf'],
  ])('write %d as %s in text and %s in OpenMetrics', (value, plain, float) => {
    expect([written(value, false), numberText(value, false)]).toEqual([plain, plain]);
    expect([written(value, true), numberText(value, true)]).toEqual([float, float]);
  });

  test('follow the table of forms and read back equal at its edges', () => {
    expect(faults(edges, formFault)).toEqual([]);
  });

  test('follow the table of forms and read back equal for 150 000 doubles of any exponent', () => {
    expect(faults(doubles(150_000), formFault)).toEqual([]);
  });

  test('follow the table of forms for whole numbers and near ones of common size', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.float(), fc.double({ min: -1e7, max: 1e7 })),
        (value) => {
          expect(formFault(value)).toBeUndefined();
        },
      ),
      { numRuns: 20_000 },
    );
  });

  test('never take more than NUMBER_LENGTH with the line feed, and the longest take just that', () => {
    const longest = -2.2250738585072014e-308;
    expect(numberText(longest, true).length + 1).toBe(NUMBER_LENGTH);
    const lengthFault = (value: number): string | undefined => {
      const texts = [written(value, true), count(value, true), count(value, false)];
      return texts.some((form) => form.length + 1 > NUMBER_LENGTH) ? `${value}` : undefined;
    };
    expect(faults([...edges, -0.00012345678901234567], lengthFault)).toEqual([]);
    expect(faults(doubles(100_000), lengthFault)).toEqual([]);
  });
});

describe('writeCount()', () => {
  test.each([
    [0, '0', '0'],
    [-0, '0', '0'],
    [999_999, '999999', '999999'],
    [1e6, '1e+06', '1000000'],
    [2 ** 53, '9.007199254740992e+15', '9007199254740992'],
    [999_999_999_999_999_900_000, '9.999999999999999e+20', '999999999999999900000'],
    [1e21, '1e+21', '1e+21'],
    [Number.MAX_VALUE, '1.7976931348623157e+308', '1.7976931348623157e+308'],
    [123.123, '123.123', '123.123'],
  ])('writes %d as %s in text and %s in OpenMetrics', (value, plain, openMetrics) => {
    expect([count(value, false), count(value, true)]).toEqual([plain, openMetrics]);
  });

  test('reads back equal for any whole number', () => {
    fc.assert(
      fc.property(fc.oneof(fc.maxSafeInteger(), fc.double({ noNaN: true }).map(Math.trunc)), (value) => {
        expect(parsed(count(value, true)) + 0).toBe(value + 0);
      }),
      { numRuns: 5000 },
    );
  });
});

describe('secondsText()', () => {
  test.each([
    [0, '0.0'],
    [1, '0.001'],
    [1000, '1.0'],
    [12_345_600, '12345.6'],
    [1_700_000_000_123, '1700000000.123'],
    [1_700_000_000_000, '1700000000.0'],
    [1_700_000_000_123.456, '1700000000.123456'],
    [1234.5678901234567, '1.23456789'],
    [0.000001, '0.000000001'],
    [0.0000001, '0.0'],
    [5e-324, '0.0'],
    [-1500, '-1.5'],
    [8.64e15, '8640000000000.0'],
  ])('writes %d ms as %s', (milliseconds, expected) => {
    expect(secondsText(milliseconds)).toBe(expected);
  });

  test('is a plain decimal of one to nine digits behind the point, within a nanosecond, for any time', () => {
    fc.assert(
      fc.property(fc.double({ min: -8.64e15, max: 8.64e15, noNaN: true }), (milliseconds) => {
        const form = secondsText(milliseconds);
        expect(form).toMatch(/^-?(0|[1-9]\d*)\.\d{1,9}$/);
        expect(Math.abs(Number(form) - milliseconds / 1000)).toBeLessThanOrEqual(
          0.5e-9 + Math.abs(milliseconds) * 2 ** -52,
        );
      }),
      { numRuns: 20_000 },
    );
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, 8.64e15 + 2, -1e300, undefined])(
    'is not asked for %s, which is no time',
    (milliseconds) => {
      expect(isTime(milliseconds)).toBe(false);
    },
  );
});
