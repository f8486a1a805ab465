import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contentCoding } from '../src/content-coding.ts';
import { listOf, pathOf } from '../src/request-url.ts';
import { scrapeDeadline } from '../src/scrape-deadline.ts';

describe('contentCoding()', () => {
  test.each([
    ['gzip', 'gzip'],
    ['deflate, GZIP;q=0.5, br', 'gzip'],
    ['x-gzip', 'gzip'],
    ['*', 'gzip'],
    ['gzip, identity', 'gzip'],
    ['identity;q=0', 'gzip'],
    ['identity;q=0, *;q=0.1', 'gzip'],
    ['gzip;q=0.1, identity;q=0', 'gzip'],
    ['identity', 'identity'],
    ['br, deflate', 'identity'],
    ['gzip;q=0', 'identity'],
    ['gzip;q=0, *', 'identity'],
    ['gzip;q=0.2, identity;q=0.5', 'identity'],
    ['gzip;q=0, identity;q=0', 'identity'],
    ['zstd', 'zstd'],
    ['gzip, deflate, br, zstd', 'zstd'],
    ['zstd, gzip', 'zstd'],
    ['ZSTD;q=0.5, gzip;q=0.5', 'zstd'],
    ['zstd;q=0.4, gzip;q=0.5', 'gzip'],
    ['zstd;q=0.5, gzip;q=0.4', 'zstd'],
    ['zstd;q=0, gzip', 'gzip'],
    ['zstd;q=0, *', 'gzip'],
    ['zstd, *', 'zstd'],
    ['zstd;q=0.1, identity', 'identity'],
    ['zstd;q=0.1, identity;q=0', 'zstd'],
    ['zstd, *;q=0', 'zstd'],
    ['zstd;q=0', 'identity'],
    ['zstd;q=0, identity;q=0', 'gzip'],
    ['*;q=0', 'identity'],
    ['zstd;q=2', 'identity'],
    ['zstd;q=many', 'identity'],
    ['zstd;;q', 'identity'],
    [',,zstd', 'zstd'],
    ['', 'identity'],
    [undefined, 'identity'],
  ])('answers %j with %s', (header, coding) => {
    expect(contentCoding(header)).toBe(coding);
  });
});

describe('pathOf() and listOf()', () => {
  test('split a target without decoding the path', () => {
    expect(pathOf('/metrics?name[]=a')).toBe('/metrics');
    expect(pathOf('/%zz?x')).toBe('/%zz');
    expect(pathOf('http://host:1/metrics?x')).toBe('/metrics');
    expect(pathOf('http://host')).toBe('/');
    expect(pathOf('?x')).toBe('/');
    expect(pathOf(undefined)).toBe('/');
  });

  test('read repeated and percent-encoded names, also behind a second question mark', () => {
    expect(listOf('/m?name[]=a&name%5B%5D=b%2Fc&x=1', 'name[]')).toEqual(new Set(['a', 'b/c']));
    expect(listOf('/m?x=?&name[]=a?', 'name[]')).toEqual(new Set(['a?']));
    expect(listOf('/m?name[]=', 'name[]')).toEqual(new Set(['']));
    expect(listOf('/m?name=a', 'name[]')).toBeUndefined();
    expect(listOf('/m', 'name[]')).toBeUndefined();
  });

  test('never throw', () => {
    fc.assert(
      fc.property(fc.string(), (target) => {
        pathOf(target);
        listOf(target, 'collect[]');
      }),
    );
  });
});

describe('scrapeDeadline()', () => {
  test('keeps a fifth of the scraper time, half a second at most', () => {
    expect(scrapeDeadline('1', undefined).gatherMs).toBe(800);
    expect(scrapeDeadline('10', undefined).gatherMs).toBe(9500);
    expect(scrapeDeadline('30', undefined)).toEqual({ gatherMs: 29_500, giveUpMs: 29_750 });
  });

  test('holds a limit of its own beside a longer header, and without one', () => {
    expect(scrapeDeadline('30', 1000).gatherMs).toBe(1000);
    expect(scrapeDeadline('1', 5000).gatherMs).toBe(800);
    expect(scrapeDeadline(undefined, 20_000).gatherMs).toBe(9500);
  });

  test.each(['', 'soon', '-1', '0', 'NaN', 'Infinity', '1e999'])('takes header %j for none', (header) => {
    expect(scrapeDeadline(header, undefined)).toEqual(scrapeDeadline(undefined, undefined));
  });

  test('stays within what a timer can hold', () => {
    expect(scrapeDeadline('1e300', undefined).giveUpMs).toBeLessThan(2 ** 31);
    expect(scrapeDeadline('1e-9', undefined).gatherMs).toBeGreaterThanOrEqual(1);
  });
});
