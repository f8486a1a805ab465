import { expect, test } from 'vitest';
import { RecentCache } from '../src/recent-cache.ts';

const small = (): RecentCache<number> => new RecentCache({ texts: 1024, longest: 256 });

test('get() gives what was set, and undefined for what was not', () => {
  const cache = small();
  cache.set('a', 1);
  cache.set('', 2);
  expect([cache.get('a'), cache.get(''), cache.get('b')]).toEqual([1, 2, undefined]);
});

test('a million texts leave two generations of them, the newest among them', () => {
  const cache = small();
  for (let i = 0; i < 1_000_000; i++) cache.set(`k${i}`, i);
  expect(cache.size).toBeLessThanOrEqual(2048);
  for (let i = 1_000_000 - 1024; i < 1_000_000; i++) expect(cache.get(`k${i}`)).toBe(i);
});

test('what is asked for now and then stays, whatever else comes', () => {
  const cache = small();
  cache.set('/hot', -1);
  for (let i = 0; i < 100_000; i++) {
    cache.set(`/${i}`, i);
    if (i % 1000 === 0) expect(cache.get('/hot')).toBe(-1);
  }
  expect(cache.get('/0')).toBeUndefined();
});

test('texts that are too long are not kept, and the characters of all are bounded', () => {
  const cache = small();
  cache.set('x'.repeat(257), 1);
  expect(cache.size).toBe(0);
  for (let i = 0; i < 10_000; i++) cache.set(`${i}`.padEnd(256), i);
  expect(cache.size).toBeLessThanOrEqual(2 * (512 + 1));
});

test.each(['/ascii', '/größe/und/mehr/davon', '/\u4e2d', '/\ud800x'])('finds %j by an equal text', (text) => {
  const cache = new RecentCache<string>({ texts: 8, longest: 256 });
  cache.set(`${text}?query`.slice(0, text.length), text);
  expect(cache.get(text)).toBe(text);
});
