import { Counter, Registry } from '@oriel/metrics';
import { describe, expect, test } from 'vitest';
import { family, gaugeOf, part, render, snapshotOf } from './snapshots.ts';

const CHUNK = 64 * 1024;
const inText = { format: 'text-0.0.4' } as const;
function linesOf(values: readonly string[]): string {
  return `# TYPE g gauge\n${values.map((value, i) => (value === '' ? `g ${i}\n` : `g{l="${value}"} ${i}\n`)).join('')}`;
}

describe('label values', () => {
  test.each([
    [
      'of 0, 1, 7, 8, 9 and 15 to 17 bytes',
      [0, 1, 7, 8, 9, 15, 16, 17].map((n) => 'abcdefghijklmnopq'.slice(0, n)),
    ],
    [
      'that fill blocks to their last byte',
      Array.from({ length: 40 }, (_, i) => `${i}`.padEnd(8184, '佖').slice(0, 8190)),
    ],
    ['around a third of a block', [-2, -1, 0, 1, 2].map((n) => `${n}`.padEnd(21_845 + n, 'x'))],
    ['around a block', [-30, -6, -5, -4, -1, 0, 1, 2, 30].map((n) => `${n}`.padEnd(CHUNK + n, 'y'))],
    ['of several blocks between small ones', ['a', 'b'.repeat(3 * CHUNK), 'c', '佖'.repeat(CHUNK), 'd', '']],
    ['by the ten thousand', Array.from({ length: 10_000 }, (_, i) => `${'v'.repeat(i % 23)}${i}`)],
    [
      'with all that must be escaped, side by side',
      ['\\\\', '\\"', '\\n'].flatMap((e) => [e, `x${e}`, `${e}é`]),
    ],
  ])('%s come back whole, twice', (_, written) => {
    const given = written.map((value) => value.replace(/\\(.)/g, (_, c) => (c === 'n' ? '\n' : c)));
    const snapshot = gaugeOf(given);
    expect(render(snapshot, inText) === linesOf(written)).toBe(true);
    expect(render(snapshot, inText) === linesOf(written)).toBe(true);
  });

  test('of a snapshot stay as they were after their rows are gone and their numbers given again', async () => {
    const registry = new Registry();
    const counter = new Counter({ name: 'jobs_total', labelNames: ['queue'] });
    registry.register(counter);
    counter.inc({ queue: 'old' });
    counter.inc({ queue: 'kept' });
    const before = await registry.gather();
    const first = render(before, inText);
    counter.remove({ queue: 'old' });
    counter.inc({ queue: 'new' });
    const after = render(await registry.gather(), inText);
    expect(first).toBe('# TYPE jobs_total counter\njobs_total{queue="old"} 1\njobs_total{queue="kept"} 1\n');
    expect(after).toBe('# TYPE jobs_total counter\njobs_total{queue="new"} 1\njobs_total{queue="kept"} 1\n');
    expect(render(before, inText)).toBe(first);
    expect(render(before, { ...inText, escaping: 'values' })).toBe(first);
  });

  test('are measured once, and encoded once if a row has them, for all pages of a scheme', () => {
    let reads = 0;
    const dictionary = new Proxy(['a', 'b', 'c'], {
      get(values, key) {
        if (/^\d+$/.test(String(key))) reads++;
        return Reflect.get(values, key);
      },
    });
    const labels = { names: ['l'], ids: Int32Array.of(0, 1, 0, 1), dictionaries: [dictionary] };
    const rows = part({ rows: [1, 2, 3, 4].map((value) => [[], [value]] as const) });
    const snapshot = snapshotOf(family({ name: 'g' }, { ...rows, labels }));
    const page = '# TYPE g gauge\ng{l="a"} 1\ng{l="b"} 2\ng{l="a"} 3\ng{l="b"} 4\n';
    expect([1, 2, 3].map(() => render(snapshot, inText))).toEqual([page, page, page]);
    expect(reads).toBe(3 + 2);
  });

  test('of one dictionary under two label names and two schemes are not mixed up', () => {
    const { labels, ...rest } = part({ names: ['a.b'], rows: [[['x'], [1]]] });
    const other = { ...rest, labels: { ...labels, names: ['c'] } };
    const snapshot = snapshotOf(family({ name: 'g' }, { ...rest, labels }), family({ name: 'h' }, other));
    const quoted = '# TYPE g gauge\ng{"a.b"="x"} 1\n# TYPE h gauge\nh{c="x"} 1\n';
    const plain = '# TYPE g gauge\ng{a_b="x"} 1\n# TYPE h gauge\nh{c="x"} 1\n';
    const pages = (['allow-utf-8', 'underscores', 'allow-utf-8'] as const).map((escaping) =>
      render(snapshot, { ...inText, escaping }),
    );
    expect(pages).toEqual([quoted, plain, quoted]);
  });
});
