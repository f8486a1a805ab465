import type { Exemplar, SeriesColumns } from '@oriel/metrics';
import { describe, expect, test } from 'vitest';
import { encode } from '../src/encode.ts';
import { plainPage } from './plain-encoder.ts';
import { family, part, render, snapshotOf } from './snapshots.ts';

const CHUNK = 64 * 1024;
const inText = { format: 'text-0.0.4' } as const;
const inOpenMetrics = { format: 'openmetrics-1.0.0' } as const;

/** Counts the lines that were asked for their exemplar. */
class AskedMap extends Map<number, Exemplar> {
  asked = 0;

  override get(key: number): Exemplar | undefined {
    this.asked++;
    return super.get(key);
  }
}

describe('a step of encode()', () => {
  const label = 'x'.repeat(1000);
  const mostLines = Math.ceil(CHUNK / label.length) + 3;

  function mostOfAStep(type: 'counter' | 'histogram', columns: SeriesColumns): [most: number, all: number] {
    const exemplars = new AskedMap();
    const page = encode(snapshotOf(family({ name: 'a', type }, { ...columns, exemplars })), inOpenMetrics);
    let most = 0;
    for (let before = 0; !page.next().done; before = exemplars.asked)
      most = Math.max(most, exemplars.asked - before);
    return [most, exemplars.asked];
  }

  test('writes the lines of a chunk, however many rows there are', () => {
    const rows = Array.from({ length: 2000 }, (_, i) => [[`${label}${i}`], [i]] as const);
    const [most, all] = mostOfAStep('counter', part({ names: ['l'], rows }));
    expect(all).toBe(2000);
    expect(most).toBeLessThanOrEqual(mostLines);
  });

  test('writes the lines of a chunk, however many lines a row has', () => {
    const points = Array.from({ length: 5000 }, (_, i) => i);
    const cells = [...points.map(() => 1), 1, 7];
    const rows = [
      [[label], cells],
      [['y'], cells],
    ] as const;
    const [most, all] = mostOfAStep('histogram', part({ names: ['l'], points, rows }));
    expect(all).toBe(2 * 5001);
    expect(most).toBeLessThanOrEqual(CHUNK / 'a_bucket{l="y",le="0.0"} 1\n'.length);
    const [long, allLong] = mostOfAStep('histogram', part({ names: ['l'], points, rows: [rows[0]] }));
    expect(allLong).toBe(5001);
    expect(long).toBeLessThanOrEqual(mostLines);
  });

  test.each([
    ['histogram', 2],
    ['summary', 2],
    ['state_set', 0],
  ] as const)('leaves no line of a %s out and writes none twice', (type, extra) => {
    const names = Array.from({ length: 2000 }, (_, i) => i / 2000);
    const cells = Array.from({ length: 2000 + extra }, () => 1);
    const rows = [
      [[label], cells],
      [['y'], cells],
    ] as const;
    const states = names.map(String);
    const columns = part({ names: ['l'], rows, ...(type === 'state_set' ? { states } : { points: names }) });
    const snapshot = snapshotOf(family({ name: 'a', type }, columns));
    expect(render(snapshot, inText) === plainPage(snapshot, inText)).toBe(true);
    expect(render(snapshot, inOpenMetrics) === plainPage(snapshot, inOpenMetrics)).toBe(true);
  });
});
