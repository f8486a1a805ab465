import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { OVERFLOW_LABEL_VALUE } from '@oriel/metrics';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { daprPaths, plainPaths } from '../src/path-dialect.ts';
import { PathLabels } from '../src/path-labels.ts';
import { readPathRules } from '../src/path-rules.ts';
import { PathTable } from '../src/path-table.ts';

const MILLION = 1_000_000;
const kept = 2048;

// Paths as a scanner asks for them: no two alike, of all the shapes there are rules for.
function scanned(i: number): string {
  const shapes = [
    `/${i}.php`,
    `/orders/${i}`,
    `/v1.0/state/s${i}/k`,
    `/v1.0/actors/T/${i}/method/m`,
    `//a/${i}/?b=${i}`,
  ];
  return shapes[i % shapes.length];
}

function tableOf(rules: Readonly<Record<string, unknown>>, admitted = new Set<string>()): PathTable {
  const read = readPathRules(rules);
  return new PathTable(read.rules, read.patterns, daprPaths, admitted);
}

describe('a million random paths', () => {
  test.each([
    ['nothing said', {}, 1],
    ['patterns', { pathMatching: ['/orders/{id}', '/v1.0/actors/{type}/{id}/method'] }, 3],
    ['increased cardinality', { increasedCardinality: true }, 501],
    ['both', { increasedCardinality: true, pathMatching: ['/orders/{id}'], pathLimit: 10 }, 12],
  ])('with %s, leave a constant number of labels and of kept paths', (_, rules, labels) => {
    const admitted = new Set<string>();
    const table = tableOf(rules, admitted);
    const seen = new Set<string>();
    for (let i = 0; i < MILLION; i++) seen.add(table.client(scanned(i)).label);
    expect(seen.size).toBe(labels);
    expect(table.cachedPaths).toBeLessThanOrEqual(kept);
    expect(admitted.size).toBeLessThanOrEqual(readPathRules(rules).rules.pathLimit);
  });
});

describe('increased cardinality', () => {
  const labels = () => new PathLabels({ increasedCardinality: true, pathLimit: 2, pathMatching: ['/p/{x}'] });

  test('gives the first paths labels of their own and all others one, and patterns and known paths go on', () => {
    const few = labels();
    const paths = ['/a', '/b', '/c', '/a', '/d', '/p/1', '/p/2'];
    const shared = OVERFLOW_LABEL_VALUE;
    expect(paths.map((path) => few.server(path))).toEqual([
      '/a',
      '/b',
      shared,
      '/a',
      shared,
      '/p/{x}',
      '/p/{x}',
    ]);
  });

  test('counts paths of both sides together', () => {
    const few = labels();
    expect([few.server('/a'), few.client('b'), few.client('a'), few.server('/c')]).toEqual([
      '/a',
      '/b',
      '/a',
      OVERFLOW_LABEL_VALUE,
    ]);
  });

  test('makes no room at a reload, unless the limit rises', () => {
    const few = labels();
    for (const path of ['/a', '/b', '/c']) few.server(path);
    few.use({});
    expect([few.server('/c'), few.server('/b')]).toEqual([OVERFLOW_LABEL_VALUE, '/b']);
    few.use({ pathLimit: 3 });
    expect([few.server('/c'), few.server('/d')]).toEqual(['/c', OVERFLOW_LABEL_VALUE]);
  });

  test('never makes a label of a path beyond 256 characters, but of its pattern or what is left without ids', () => {
    const few = new PathLabels({ dialect: daprPaths, increasedCardinality: true, pathMatching: ['/p/{x}'] });
    const long = 'x'.repeat(256);
    expect(few.server(`/${long}`)).toBe(OVERFLOW_LABEL_VALUE);
    expect(few.server(`/${long.slice(1)}`)).toBe(`/${long.slice(1)}`);
    expect(few.server(`/p/${long}`)).toBe('/p/{x}');
    expect(few.server(`/v1.0/state/s/${long}`)).toBe('/v1.0/state/s');
  });
});

describe('any text', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.webPath(),
    fc.string({ unit: fc.constantFrom('/', '{', '}', '%', '.', 'a', '?', '#', '\u0000', '\ud800', 'é') }),
    fc.string({ unit: fc.constantFrom('/a', '/%', '//', '/{x}'), minLength: 300, maxLength: 2000 }),
    fc.constantFrom(undefined, null, 7, {}) as fc.Arbitrary<string>,
  );

  test('is a label: a pattern, a static path, nothing, and a short path of its own only where that was asked for', () => {
    const patterns = ['/a/{x}', '/{y}/c/{z}', '/a/b/'];
    const allowed = new Set(['', ...patterns, ...daprPaths.staticPaths]);
    for (const pattern of patterns) allowed.add(daprPaths.prefixes[0] + pattern);
    const low = new PathLabels({ dialect: daprPaths, pathMatching: patterns });
    const high = new PathLabels({ dialect: daprPaths, pathMatching: patterns, increasedCardinality: true });
    fc.assert(
      fc.property(hostile, (path) => {
        for (const label of [low.server(path), low.client(path)]) expect(allowed).toContain(label);
        for (const label of [high.server(path), high.client(path), high.verb(path)]) {
          expect(label.isWellFormed()).toBe(true);
          expect(label.length).toBeLessThanOrEqual(300);
        }
        expect([low.server(path), high.client(path)]).toEqual([low.server(path), high.client(path)]);
      }),
      { numRuns: 2000 },
    );
  });

  test('that can be a pattern without wildcards is its own label, asked for with any number of slashes', () => {
    const segment = fc.string({
      unit: fc.constantFrom('a', 'B', '7', '.', '-', '~', 'ö'),
      minLength: 1,
      maxLength: 9,
    });
    const literals = fc.array(segment, { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(literals, fc.nat(3), (segments, more) => {
        const path = `/${segments.join('/')}`;
        const labels = new PathLabels({ pathMatching: [path, '/{x}', '/{y}/{z}'] });
        expect(labels.server(`${'/'.repeat(more)}${segments.join(`/${'/'.repeat(more)}`)}`)).toBe(path);
      }),
    );
  });
});

describe('a repeated path', () => {
  test('is evaluated once, and once more after a reload', () => {
    let evaluations = 0;
    const mask = (path: string): string => {
      evaluations++;
      return path;
    };
    const labels = new PathLabels({ dialect: { ...plainPaths, mask }, pathMatching: ['/orders/{id}'] });
    for (let i = 0; i < 100; i++)
      for (const path of ['/orders/1', '/orders/1?page=2', '/cart']) labels.server(path);
    expect(evaluations).toBe(2);
    labels.use({});
    labels.server('/cart');
    labels.client('/cart');
    expect(evaluations).toBe(3);
  });
});

// What ten thousand reloads, and paths cut from long URLs, leave on the heap.
const program = (index: string) => `
  const { PathLabels, daprPaths, httpConfig } = await import(${JSON.stringify(index)});
  const labels = new PathLabels({ dialect: daprPaths, increasedCardinality: true });
  const config = httpConfig(labels);
  const reload = (i) => {
    config.prepare({ http: { increasedCardinality: true, pathMatching: ['/orders/{id}', '/v' + (i % 10) + '/{x}'] } }).commit();
    for (let j = 0; j < 20; j++) labels.server('/scan/' + i + '/' + j);
  };
  for (let i = 0; i < 200; i++) reload(i);
  gc();
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < 10_000; i++) reload(i);
  for (let i = 0; i < 300; i++) {
    const url = ('/a-path-of-some-length/' + i + '?').padEnd(500_000, 'x' + i);
    url.charCodeAt(0);
    labels.server(url);
  }
  gc();
  console.log(process.memoryUsage().heapUsed - before);
  labels.server('/');
`;

test('10,000 reloads and 150 MB of URLs leave less than 2 MB on the heap', async () => {
  const index = new URL('../src/index.ts', import.meta.url).href;
  const args = ['--conditions=oriel-source', '--expose-gc', '--input-type=module', '--eval', program(index)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  expect(Number(stdout)).toBeLessThan(2_000_000);
});
