import { Registry } from '@oriel/metrics';
import { expect, test } from 'vitest';
import { Stats } from '../src/index.ts';
import { Fixture } from './recorded.ts';

test('foldCounter() counts by metric and label, from zero on', async () => {
  const fixture = new Fixture();
  const paths = fixture.stats.foldCounter('http/server/count', 'path');
  fixture.stats.foldCounter('http/server/count', 'method').inc();
  expect(await fixture.series('oriel_label_values_folded_total')).toEqual({
    '{"label":"path","metric":"http/server/count"}': 0,
    '{"label":"method","metric":"http/server/count"}': 1,
  });
  paths.inc();
  fixture.stats.foldCounter('http/server/count', 'path').inc();
  expect(paths.value).toBe(2);
});

test('a Stats that folds nothing registers nothing', async () => {
  const registry = new Registry();
  new Stats({ registry }).measureDouble({ name: 'm' });
  expect((await registry.gather()).families).toEqual([]);
});

test('two Stats of one registry count together', async () => {
  const fixture = new Fixture();
  const other = new Stats({ registry: fixture.registry });
  for (const stats of [fixture.stats, other]) stats.foldCounter('m', 'k').inc();
  expect(await fixture.series('oriel_label_values_folded_total')).toEqual({
    '{"label":"k","metric":"m"}': 2,
  });
});

test('another collector of the name keeps it, and folding goes on unseen', () => {
  const fixture = new Fixture();
  fixture.watch(fixture.measure('oriel_label_values_folded_total'));
  const counter = fixture.stats.foldCounter('m', 'k');
  counter.inc();
  expect(counter.value).toBe(1);
});
