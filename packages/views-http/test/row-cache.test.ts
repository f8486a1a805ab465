import { expect, test } from 'vitest';
import { RowCache } from '../src/index.ts';

function cache() {
  const made: string[] = [];
  const rows = new RowCache((method, status, path) => {
    made.push(`${method} ${path} ${status}`);
    return { method, status, path };
  });
  return { made, rows };
}

test('of() makes a row once for its method, status and path, and tells all three apart', () => {
  const { made, rows } = cache();
  const keys = [
    ['GET', 200, '/a'],
    ['PUT', 200, '/a'],
    ['GET', 404, '/a'],
    ['GET', '404', '/a'],
    ['GET', 200, '/b'],
    ['', '', ''],
  ] as const;
  for (let round = 0; round < 3; round++) {
    for (const [method, status, path] of keys) {
      expect(rows.of(method, status, path)).toEqual({ method, status, path });
      expect(rows.of(method, status, path)).toBe(rows.of(method, status, path));
    }
  }
  expect(made).toHaveLength(keys.length);
});

test('2,000 rows are kept, and with one more all are made anew', () => {
  const { made, rows } = cache();
  const ask = (count: number): void => {
    for (let i = 0; i < count; i++) rows.of('GET', 200, `/${i}`);
  };
  ask(2000);
  ask(2000);
  expect(made).toHaveLength(2000);
  rows.of('GET', 200, '/one/more');
  ask(2);
  expect(made.slice(2000)).toEqual(['GET /one/more 200', 'GET /0 200', 'GET /1 200']);
});
