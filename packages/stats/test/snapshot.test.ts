import { setImmediate } from 'node:timers/promises';
import { countOf, Desc, labelsOf, type Snapshot, sumOf } from '@oriel/metrics';
import { expect, test } from 'vitest';
import { distribution, sum } from '../src/index.ts';
import { Fixture } from './recorded.ts';

const part = (snapshot: Snapshot, name: string) =>
  snapshot.families.find((family) => family.name === name)?.parts[0];

/** Labels and numbers of each row of `m`, one after the other. */
const shown = (snapshot: Snapshot): unknown[] => {
  const columns = part(snapshot, 'm')!;
  return Array.from(columns.values, (value, row) => [labelsOf(columns, row), value]).flat();
};

/** A collector that answers when it is told to, so that recording goes on while a gather waits. */
function slow(fixture: Fixture): () => void {
  const { promise, resolve } = Promise.withResolvers<void>();
  const desc = new Desc({ name: 'slow', type: 'gauge' });
  fixture.registry.register({ describe: () => [desc], collect: () => promise });
  return resolve;
}

test('a gather gives the numbers of one instant, whatever is recorded while it waits', async () => {
  const fixture = new Fixture();
  const measure = fixture.measure();
  fixture.watch(measure, { name: 'd', aggregation: distribution([1, 2]), tagKeys: ['k'] });
  fixture.watch(measure, { name: 's', aggregation: sum() });
  const bound = measure.bind({ k: 'a' });
  bound.record(1);
  const answer = slow(fixture);
  const gathering = fixture.registry.gather();
  for (let i = 0; i < 100; i++) {
    bound.record(2);
    measure.record(1, { k: String(i) });
    await setImmediate();
  }
  answer();
  const snapshot = await gathering;
  const [d, s] = [part(snapshot, 'd')!, part(snapshot, 's')!];
  expect([d.rows, countOf(d, 'histogram', 0), sumOf(d, 'histogram', 0)]).toEqual([1, 1, 1]);
  expect([...s.values]).toEqual([1]);
});

test('a snapshot stays as it was when its views record on, end and come back', async () => {
  const fixture = new Fixture();
  const measure = fixture.measure();
  const found = fixture.watch(measure, { aggregation: sum(), tagKeys: ['k'] });
  measure.record(1, { k: 'a' });
  const snapshot = await fixture.registry.gather();
  const before = shown(snapshot);
  for (let i = 0; i < 100; i++) measure.record(5, { k: i % 2 === 0 ? 'a' : String(i) });
  fixture.stats.unregisterViews(found);
  fixture.stats.registerViews(found);
  measure.record(7, { k: 'z' });
  expect(shown(snapshot)).toEqual(before);
  expect(before).toEqual([[{ name: 'k', value: 'a' }], 1]);
});

test('what was recorded before a gather began is in it, in any form', async () => {
  const fixture = new Fixture();
  const measure = fixture.measure();
  fixture.watch(measure, { aggregation: sum() });
  measure.record(1);
  measure.bind().record(10);
  expect([...part(await fixture.registry.gather(), 'm')!.values]).toEqual([11]);
});

test('the count of a distribution is the sum of its buckets in every snapshot', async () => {
  const fixture = new Fixture();
  const measure = fixture.measure();
  fixture.watch(measure, { aggregation: distribution([1, 2]) });
  for (const value of [0, 1, 1.5, 2, 3, Number.NaN, -1]) measure.record(value);
  const columns = part(await fixture.registry.gather(), 'm')!;
  expect([...columns.values]).toEqual([2, 2, 1, 7.5]);
  expect(columns.points).toEqual([1, 2]);
  expect(countOf(columns, 'histogram', 0)).toBe(5);
});

test('a snapshot hands out no array that a view goes on working with', async () => {
  const fixture = new Fixture();
  const measure = fixture.measure();
  fixture.watch(measure, { aggregation: distribution([10]) });
  measure.record(5);
  const columns = part(await fixture.registry.gather(), 'm')!;
  columns.values.fill(99);
  try {
    (columns.points as number[])[0] = 1;
  } catch {
    // Frozen is as good as copied.
  }
  measure.record(5);
  expect(fixture.stats.retrieveData('m')[0].distribution).toMatchObject({ bounds: [10], buckets: [2, 0] });
});
