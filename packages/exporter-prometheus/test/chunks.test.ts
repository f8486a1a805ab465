import type { Snapshot } from '@oriel/metrics';
import { describe, expect, test } from 'vitest';
import { encode } from '../src/encode.ts';
import { family, gaugeOf, part, render, single, snapshotOf } from './snapshots.ts';

const CHUNK = 64 * 1024;
const inText = { format: 'text-0.0.4' } as const;
const inOpenMetrics = { format: 'openmetrics-1.0.0' } as const;

const lengths = (snapshot: Snapshot): number[] => [...encode(snapshot, inText)].map(({ length }) => length);

describe('chunks', () => {
  test('are at most 64 KiB, all but the last nearly full', () => {
    const sizes = lengths(gaugeOf(Array.from({ length: 20_000 }, (_, i) => `value ${i}`)));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(CHUNK);
    expect(Math.min(...sizes.slice(0, -1))).toBeGreaterThan(CHUNK - 100);
  });

  test('are longer only for a line that is', () => {
    const sizes = lengths(gaugeOf(['a', 'b'.repeat(CHUNK), 'c', 'd']));
    expect(sizes.filter((size) => size > CHUNK)).toHaveLength(1);
    expect(sizes.length).toBeLessThanOrEqual(4);
  });

  test.each([
    ['long help', { name: 'g', help: 'h'.repeat(200_000) }],
    ['long help in Unicode', { name: 'g', help: '佖'.repeat(50_000) }],
    ['help of nearly a chunk', { name: 'g', help: 'é'.repeat(21_800) }],
    ['a long name', { name: 'n'.repeat(21_000), help: 'h' }],
  ])('are at most 64 KiB for %s too', (_, head) => {
    const page = snapshotOf(
      ...Array.from({ length: 3 }, (_, i) => single({ ...head, name: `${head.name}${i}` }, i)),
    );
    const chunks = [...encode(page, inText)];
    expect(Math.max(...chunks.map(({ length }) => length))).toBeLessThanOrEqual(CHUNK);
    const expected = [0, 1, 2].map(
      (i) => `# HELP ${head.name}${i} ${head.help}\n# TYPE ${head.name}${i} gauge\n${head.name}${i} ${i}\n`,
    );
    expect(Buffer.concat(chunks).toString() === expected.join('')).toBe(true);
  });

  test('are at most 64 KiB for joined labels of nearly a chunk, and behind them', () => {
    const rows = [1, 2, 3].map((i) => [[`${i}`.repeat(30_000), 'y'.repeat(30_000)], [i]] as const);
    const joined = family({ name: 'g' }, part({ names: ['a.b', 'a_b'], rows }));
    const small = family(
      { name: 'h' },
      part({ rows: Array.from({ length: 50_000 }, () => [[], [0]] as const) }),
    );
    const chunks = [...encode(snapshotOf(joined, small), inText)];
    expect(Math.max(...chunks.map(({ length }) => length))).toBeLessThanOrEqual(CHUNK);
    const lines = [1, 2, 3].map((i) => `g{a_b="${`${i}`.repeat(30_000)};${'y'.repeat(30_000)}"} ${i}\n`);
    const expected = `# TYPE g gauge\n${lines.join('')}# TYPE h gauge\n${'h 0\n'.repeat(50_000)}`;
    expect(Buffer.concat(chunks).toString() === expected).toBe(true);
  });

  test('hold the longest numbers wherever a chunk ends', () => {
    const longest = -2.2250738585072014e-308;
    for (const length of Array.from({ length: 60 }, (_, i) => CHUNK - 90 + i)) {
      const rows = [
        [['x'.repeat(length)], [longest]],
        [['y'], [longest]],
      ] as const;
      const snapshot = snapshotOf(family({ name: 'g' }, part({ names: ['l'], rows })));
      const expected = `# TYPE g gauge\n${rows.map(([[value]]) => `g{l="${value}"} ${longest}\n`).join('')}`;
      expect(render(snapshot, inText) === expected, `${length}`).toBe(true);
    }
  });

  test('hold the largest counts, which once overran the room kept for a number', () => {
    const rows = Array.from({ length: 3000 }, () => [[], [1.7e308, 0]] as const);
    const page = render(snapshotOf(family({ name: 'h', type: 'histogram' }, part({ rows }))), inOpenMetrics);
    const row = 'h_bucket{le="+Inf"} 1.7e+308\nh_sum 0.0\nh_count 1.7e+308\n';
    expect(page === `# TYPE h histogram\n${row.repeat(3000)}# EOF\n`).toBe(true);
  });

  test('belong to their reader: what it does to one does not reach the next, nor the next page', () => {
    const snapshot = gaugeOf(Array.from({ length: 20_000 }, (_, i) => `value ${i}`));
    const whole = render(snapshot, inText);
    const kept: Buffer[] = [];
    for (const chunk of encode(snapshot, inText)) {
      kept.push(Buffer.from(chunk));
      new Uint8Array(chunk.buffer).fill(0);
    }
    expect(Buffer.concat(kept).toString() === whole).toBe(true);
    expect(render(snapshot, inText) === whole).toBe(true);
  });

  test('of two pages rendered by turns, and after one given up, are those of each alone', () => {
    const snapshot = gaugeOf(Array.from({ length: 20_000 }, (_, i) => `turn ${i}`));
    const givenUp = encode(snapshot, inText);
    givenUp.next();
    givenUp.return();
    expect(givenUp.next().done).toBe(true);
    const pages = [encode(snapshot, inText), encode(snapshot, { ...inText, escaping: 'dots' })];
    const bytes: Uint8Array[][] = [[], []];
    for (let open = 2; open > 0; ) {
      open = 2;
      for (const [i, page] of pages.entries()) {
        const { done, value } = page.next();
        if (done) open--;
        else bytes[i].push(value);
      }
    }
    const [first, second] = bytes.map((chunks) => Buffer.concat(chunks).toString());
    expect(first === render(snapshot, inText) && first === second).toBe(true);
  });
});

test('a chunk that is given back is written again, and the page is the same', () => {
  const rows = Array.from({ length: 20_000 }, (_, i) => [[`value ${i}`], [i]] as const);
  const snapshot = snapshotOf(family({ name: 'g' }, part({ names: ['l'], rows })));
  const chunks = encode(snapshot, inText);
  const pages: string[] = [];
  const memory = new Set<ArrayBufferLike>();
  for (let next = chunks.next(); !next.done; next = chunks.next(next.value)) {
    pages.push(Buffer.from(next.value).toString());
    memory.add(next.value.buffer);
  }
  expect(pages.join('')).toBe(render(snapshot, inText));
  expect([pages.length > 5, memory.size <= 2]).toEqual([true, true]);
});

test('memory that is no chunk of the page is not written to when it is given back', () => {
  const rows = Array.from({ length: 20_000 }, (_, i) => [[`value ${i}`], [i]] as const);
  const chunks = encode(snapshotOf(family({ name: 'g' }, part({ names: ['l'], rows }))), inText);
  const foreign = new Uint8Array(64 * 1024 + 8).fill(7);
  chunks.next();
  for (let next = chunks.next(foreign); !next.done; next = chunks.next(foreign))
    expect(next.value.buffer).not.toBe(foreign.buffer);
  expect(foreign.every((byte) => byte === 7)).toBe(true);
});
