import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { Histogram } from '../src/histogram.ts';
import { countOf } from '../src/snapshot.ts';
import { Summary } from '../src/summary.ts';
import { gatherAll } from './rows-of.ts';

const boom = new Error('boom');

type Timed = Histogram | Summary;

const targets: [string, () => Timed, (metric: Timed) => Pick<Timed, 'time'>][] = [
  ['histogram', () => new Histogram({ name: 'm' }), (metric) => metric],
  ['histogram child', () => new Histogram({ name: 'm' }), (metric) => metric.labels()],
  ['summary', () => new Summary({ name: 'm' }), (metric) => metric],
  ['summary child', () => new Summary({ name: 'm' }), (metric) => metric.labels()],
];

async function counted(metric: Timed): Promise<number> {
  const [family] = (await gatherAll(metric)).families;
  return countOf(family.parts[0], family.type, 0);
}

test.each(targets)(
  'time() of a %s observes what returns, throws, resolves and rejects',
  async (_, make, target) => {
    const metric = make();
    const timed = target(metric);
    expect(timed.time(() => 42)).toBe(42);
    expect(() =>
      timed.time(() => {
        throw boom;
      }),
    ).toThrow(boom);
    expect(await timed.time(async () => 43)).toBe(43);
    await expect(
      timed.time(async () => {
        throw boom;
      }),
    ).rejects.toBe(boom);
    expect(await counted(metric)).toBe(4);
  },
);

test('time() waits for a promise before it observes', async () => {
  const h = new Histogram({ name: 'h' });
  const { promise, resolve } = Promise.withResolvers<string>();
  const result = h.time(() => promise);
  expect(await counted(h)).toBe(0);
  resolve('done');
  expect(await result).toBe('done');
  expect(await counted(h)).toBe(1);
});

test('time() waits for a promise of another realm and for any thenable', async () => {
  const h = new Histogram({ name: 'h' });
  const later = (done: (value: number) => void) => queueMicrotask(() => done(8));
  const thenable = h.time(() => Object.fromEntries([['then', later]]) as unknown as Promise<number>);
  const foreign = h.time(() => runInNewContext('Promise.resolve(7)') as Promise<number>);
  expect(await counted(h)).toBe(0);
  expect([await foreign, await thenable]).toEqual([7, 8]);
  expect(await counted(h)).toBe(2);
});

test('time() returns an object whose then cannot be read', () => {
  const odd = Object.defineProperty({}, 'then', {
    get: () => {
      throw boom;
    },
  });
  expect(new Histogram({ name: 'h' }).time(() => odd)).toBe(odd);
});

test('startTimer() observes the seconds it returns, once for each call', async () => {
  const h = new Histogram({ name: 'h' });
  const stop = h.startTimer();
  expect(stop()).toBeGreaterThanOrEqual(0);
  stop();
  h.labels().startTimer()();
  expect(await counted(h)).toBe(3);
});
