import { expect, test } from 'vitest';
import { readCommandLine } from '../src/command-line.ts';

test('readCommandLine() reads filter, file and runs', () => {
  expect(readCommandLine(['scrape', '--json', 'a.json', '--runs', '3'])).toEqual({
    filter: 'scrape',
    json: 'a.json',
    runs: 3,
    list: false,
    help: false,
  });
});

test('readCommandLine() takes no arguments for everything', () => {
  expect(readCommandLine([])).toEqual({ filter: '', list: false, help: false });
  expect(readCommandLine(['--', '--list']).list).toBe(true);
});

test.each([
  [['--fast'], "Unknown option '--fast'"],
  [['--json'], "'--json"],
  [['--json', ''], '"--json" is empty'],
  [['--runs', '0'], '"--runs" is "0"; use a whole number of at least 1'],
  [['--runs', 'many'], '"--runs" is "many"'],
  [['a', 'b'], 'there are 2 filters; give one or none'],
])('readCommandLine() refuses %j', (args, message) => {
  expect(() => readCommandLine(args)).toThrow(message);
});
