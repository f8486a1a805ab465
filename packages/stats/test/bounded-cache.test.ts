import { expect, test } from 'vitest';
import { BoundedCache } from '../src/bounded-cache.ts';

const key = (i: number): string => `k${i}`;

test('get() gives what was set, and undefined for what was not', () => {
  const cache = new BoundedCache<number>();
  cache.set('a', 1);
  cache.set('', 2);
  expect([cache.get('a'), cache.get(''), cache.get('b')]).toEqual([1, 2, undefined]);
});

test('a million values leave at most 16 384 of them, the newest 8192 among them', () => {
  const cache = new BoundedCache<number>();
  for (let i = 0; i < 1_000_000; i++) cache.set(key(i), i);
  expect(cache.size).toBeLessThanOrEqual(16_384);
  for (let i = 1_000_000 - 8192; i < 1_000_000; i++) expect(cache.get(key(i))).toBe(i);
});

test('what is asked for now and then stays, whatever else comes', () => {
  const cache = new BoundedCache<number>();
  cache.set('kept', -1);
  for (let i = 0; i < 100_000; i++) {
    cache.set(key(i), i);
    if (i % 5000 === 0) expect(cache.get('kept')).toBe(-1);
  }
});

test('the characters of the keys are bounded too', () => {
  const cache = new BoundedCache<number>();
  for (let i = 0; i < 10_000; i++) cache.set(`${i}`.padEnd(1024), i);
  expect(cache.size).toBeLessThanOrEqual(2 * 1025);
});
