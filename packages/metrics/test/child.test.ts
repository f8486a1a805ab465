import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Counter } from '../src/counter.ts';
import { Histogram } from '../src/histogram.ts';
import { Summary } from '../src/summary.ts';
import { gatherAll, seriesOf } from './rows-of.ts';

const counter = () => new Counter({ name: 'a', labelNames: ['x'] });

test('a held child keeps counting while other series come and go', async () => {
  const a = counter();
  const held = a.labels('held');
  for (let i = 0; i < 100; i++) {
    a.inc({ x: `v${i}` });
    held.inc();
    a.remove(`v${i - 1}`);
  }
  expect(held.value).toBe(100);
  expect(seriesOf(await gatherAll(a))).toContainEqual(['a{x="held"}', 100]);
});

test.each(['remove', 'reset'])('a child held over %s works and writes into no other series', async (how) => {
  const a = counter();
  const held = a.labels('old');
  held.inc();
  if (how === 'remove') a.remove('old');
  else a.reset();
  a.inc({ x: 'new' });
  held.add(41);
  expect(held.value).toBe(41);
  expect(seriesOf(await gatherAll(a))).toEqual([['a{x="new"}', 1]]);
});

test('a child held over remove() does not come back with its labels', async () => {
  const a = counter();
  const held = a.labels('x');
  held.add(5);
  a.remove('x');
  a.labels('x').add(1);
  held.add(100);
  expect(a.labels('x').value).toBe(1);
});

test('an exemplar of a removed child is on no other series', async () => {
  const a = counter();
  const held = a.labels('old');
  a.inc({ x: 'other' });
  a.remove('old');
  held.inc({ trace_id: '1' });
  const [family] = (await gatherAll(a)).families;
  expect([...(family.parts[0].exemplars ?? [])]).toEqual([]);
});

test('children of histograms and summaries held over remove() write nowhere', async () => {
  const h = new Histogram({ name: 'h', labelNames: ['x'], buckets: [1] });
  const s = new Summary({ name: 's', labelNames: ['x'], objectives: { 0.5: 0.1 } });
  const [hc, sc] = [h.labels('old'), s.labels('old')];
  h.remove('old');
  s.remove('old');
  h.labels('new');
  s.labels('new');
  hc.observe(5);
  sc.observe(5);
  expect(seriesOf(await gatherAll(h, s))).toEqual([
    ['h{x="new"}', 0, 0, 0],
    ['s{x="new"}', Number.NaN, 0, 0],
  ]);
});

test('any order of inc, hold, remove and reset gives the counts of a map', async () => {
  const key = fc.constantFrom('a', 'b', 'c', 'd');
  const act = fc.tuple(fc.constantFrom('inc', 'hold', 'held', 'remove', 'reset'), key);
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 60 }), async (acts) => {
      const vec = counter();
      const model = new Map<string, number>();
      const held = new Map<string, { child: ReturnType<typeof vec.labels>; life: number }>();
      const lives = new Map<string, number>();
      const life = (x: string): number => lives.get(x) ?? 0;
      const end = (x: string): void => void (model.delete(x) && lives.set(x, life(x) + 1));
      for (const [what, x] of acts) {
        if (what === 'inc') {
          vec.inc({ x });
          model.set(x, (model.get(x) ?? 0) + 1);
        } else if (what === 'hold') {
          held.set(x, { child: vec.labels(x), life: life(x) });
          model.set(x, model.get(x) ?? 0);
        } else if (what === 'held') {
          const kept = held.get(x);
          kept?.child.inc();
          if (kept?.life === life(x)) model.set(x, (model.get(x) ?? 0) + 1);
        } else if (what === 'remove') {
          expect(vec.remove(x)).toBe(model.has(x));
          end(x);
        } else {
          vec.reset();
          for (const each of [...model.keys()]) end(each);
        }
      }
      const wanted = [...model].map(([x, count]) => [`a{x="${x}"}`, count]);
      expect(seriesOf(await gatherAll(vec)).toSorted()).toEqual(wanted.sort());
    }),
    { numRuns: 200 },
  );
});
