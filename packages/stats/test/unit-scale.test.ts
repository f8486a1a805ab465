import { expect, test } from 'vitest';
import { parseDuration } from '../src/duration.ts';
import { converted, scaleOf, writtenScale } from '../src/unit-scale.ts';

test.each([
  ['1ns', 1],
  ['1us', 1e3],
  ['1µs', 1e3],
  ['1μs', 1e3],
  ['1ms', 1e6],
  ['1s', 1e9],
  ['10m', 600e9],
  ['1h30m', 5400e9],
  ['1.5s', 1.5e9],
  ['.5s', 0.5e9],
  ['2.s', 2e9],
  ['0', 0],
  ['0s', 0],
])('parseDuration() reads %s as Go does', (text, expected) => {
  expect(parseDuration(text)).toBe(expected);
});

test.each(['', '1', 's', '-1s', '+1s', '1 s', '1d', '1x', '1s1', '.s', '1s ', 'ms'])(
  'parseDuration() refuses "%s"',
  (text) => {
    expect(parseDuration(text)).toBeUndefined();
  },
);

test.each([
  ['ms', 's', [1, 3, 5, 7, 250, 100_000], [0.001, 0.003, 0.005, 0.007, 0.25, 100]],
  ['s', 'ms', [0.0005, 0.1, 1], [0.5, 100, 1000]],
  ['1ms', 'seconds', [130], [0.13]],
  ['90s', 'min', [1, 2], [1.5, 3]],
  ['100us', 'ms', [1, 15], [0.1, 1.5]],
  ['KiBy', 'By', [1, 4], [1024, 4096]],
  ['MBy', 'GBy', [1, 250], [0.001, 0.25]],
])('bounds in %s become bounds in %s without the error of a factor', (from, to, bounds, expected) => {
  const [a, b] = [writtenScale(from)!, scaleOf(to)!];
  expect(bounds.map((bound) => converted(bound, a, b))).toEqual(expected);
});

test.each(['1', '', 'rows', 'm', 'toString', '0s', '-1ms'])('"%s" is no unit of time or bytes', (unit) => {
  expect(writtenScale(unit)).toBeUndefined();
});
