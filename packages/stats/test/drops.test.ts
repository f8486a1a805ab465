import { Registry } from '@oriel/metrics';
import { expect, test } from 'vitest';
import { count, Stats, sum, view } from '../src/index.ts';
import { Fixture } from './recorded.ts';

function pair(): Fixture {
  const fixture = new Fixture();
  const measure = fixture.measure();
  fixture.watch(measure, { name: 'count', tagKeys: ['id'], seriesLimit: 1 });
  fixture.watch(measure, { name: 'sum', aggregation: sum(), tagKeys: ['id'], seriesLimit: 1 });
  return fixture;
}

test('a recording that all views of one look-up lose is counted once for each view', async () => {
  const fixture = pair();
  fixture.measure().record(1, { id: {} });
  fixture.measure().record(1, { id: 'a' });
  fixture.measure().record(1, { id: 'b' });
  expect(await fixture.drops()).toEqual({
    'count label_value_invalid': 1,
    'count series_overflow': 1,
    'sum label_value_invalid': 1,
    'sum series_overflow': 1,
  });
});

test('a view that goes leaves the counts of the others, and its own stays', async () => {
  const fixture = pair();
  fixture.measure().record(-1, { id: 'a' });
  fixture.measure().record(1, { id: {} });
  const before = await fixture.drops();
  expect(before).toEqual({
    'count label_value_invalid': 1,
    'sum label_value_invalid': 1,
    'sum value_negative': 1,
  });
  fixture.stats.unregisterViews('count');
  expect(await fixture.drops()).toEqual(before);
  fixture.measure().record(-1, { id: 'a' });
  expect(await fixture.drops()).toEqual({ ...before, 'sum value_negative': 2 });
});

test('a view that comes back goes on counting where its name stopped', async () => {
  const fixture = pair();
  const found = fixture.stats.findView('sum')!;
  fixture.measure().record(-1, { id: 'a' });
  fixture.stats.unregisterViews(found);
  fixture.measure().record(-1, { id: 'a' });
  fixture.stats.registerViews(found);
  fixture.measure().record(-1, { id: 'a' });
  expect(await fixture.drops()).toEqual({ 'sum value_negative': 2 });
});

test('the registry is warned once for each view and cause, also after a neighbour has gone', async () => {
  const warnings: string[] = [];
  const stats = new Stats({ registry: new Registry({ onWarning: (message) => warnings.push(message) }) });
  const measure = stats.measureDouble({ name: 'm' });
  stats.registerViews(
    view({ name: 'a', measure, aggregation: sum() }),
    view({ name: 'b', measure, aggregation: sum() }),
    view({ name: 'c', measure, aggregation: count() }),
  );
  for (let i = 0; i < 3; i++) measure.record(-1);
  stats.unregisterViews('b');
  for (let i = 0; i < 3; i++) measure.record(Number.NaN);
  await null;
  expect(warnings.toSorted()).toEqual([
    'Cannot record "a": value_negative; further ones are only counted',
    'Cannot record "a": value_not_finite; further ones are only counted',
    'Cannot record "b": value_negative; further ones are only counted',
    'Cannot record "c": value_not_finite; further ones are only counted',
  ]);
});
