import { expect, test } from 'vitest';
import { PathCache } from '../src/path-cache.ts';

test('PathCache keeps what is asked for again through a flood of what comes once', () => {
  const cache = new PathCache<number>();
  cache.set('/hot', 1);
  for (let i = 0; i < 100_000; i++) {
    cache.set(`/${i}`, i);
    if (i % 1000 === 0) expect(cache.get('/hot')).toBe(1);
  }
  expect(cache.get('/0')).toBeUndefined();
  expect(cache.size).toBeLessThanOrEqual(2048);
});

test('PathCache keeps no long text', () => {
  const cache = new PathCache<number>();
  cache.set('x'.repeat(256), 1);
  cache.set('x'.repeat(257), 2);
  expect([cache.get('x'.repeat(256)), cache.get('x'.repeat(257)), cache.size]).toEqual([1, undefined, 1]);
});

test.each(['/ascii', '/größe', '/\u4e2d', '/\ud800x'])('PathCache finds %j by an equal text', (text) => {
  const cache = new PathCache<string>();
  cache.set(`${text}?query`.slice(0, text.length), text);
  expect(cache.get(text)).toBe(text);
});
