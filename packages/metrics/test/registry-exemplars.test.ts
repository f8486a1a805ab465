import { expect, test } from 'vitest';
import { Counter } from '../src/counter.ts';
import { Gauge } from '../src/gauge.ts';
import { Histogram } from '../src/histogram.ts';
import { namedCollector } from '../src/named-collector.ts';
import { Registry } from '../src/registry.ts';
import { Summary } from '../src/summary.ts';
import { withPrefix } from '../src/wrap.ts';
import { exemplarsOf, Sampling, span } from './sampling.ts';

function sampled(): Sampling {
  const sampling = new Sampling();
  sampling.span = span(1);
  return sampling;
}

test('a registry gives its sampler to what is registered, wrapped or named, and to what it carries', async () => {
  const sampling = sampled();
  const registry = new Registry({ exemplars: sampling.sampler });
  const [plain, prefixed, named, carried] = ['a', 'b', 'c', 'd'].map((name) => new Counter({ name }));
  const inner = new Registry();
  inner.register(carried);
  registry.register(plain);
  withPrefix('x_', registry).register(prefixed);
  registry.register(namedCollector('n', named));
  registry.register(inner);
  for (const counter of [plain, prefixed, named, carried]) {
    counter.inc();
    expect(await exemplarsOf(counter)).toEqual([[0, 1, 1]]);
  }
});

test('useExemplars() is for what is registered already too, and can be taken back', async () => {
  const sampling = sampled();
  const registry = new Registry();
  const histogram = new Histogram({ name: 'h', exponential: {} });
  const child = histogram.labels();
  registry.register(histogram);
  registry.useExemplars(sampling.sampler);
  child.observe(5);
  expect(await exemplarsOf(histogram)).toEqual([[0, 1, 5]]);
  registry.useExemplars(undefined);
  sampling.clock.advance(10_000);
  child.observe(6);
  histogram.observe(6);
  expect(await exemplarsOf(histogram)).toEqual([]);
  expect(sampling.asked).toBe(1);
});

test('a collector that is unregistered has no exemplars any more', () => {
  const sampling = sampled();
  const registry = new Registry({ exemplars: sampling.sampler });
  const counter = new Counter({ name: 'c' });
  registry.register(counter);
  registry.unregister(counter);
  counter.inc();
  expect(sampling.asked).toBe(0);
});

test('gauges, summaries and collectors of one’s own are left alone', async () => {
  const sampling = sampled();
  const registry = new Registry({ exemplars: sampling.sampler });
  const gauge = new Gauge({ name: 'g' });
  const summary = new Summary({ name: 's' });
  for (const collector of [gauge, summary, registry.selfMetrics()]) registry.register(collector);
  gauge.set(5);
  summary.observe(5);
  const { errors } = await registry.gather();
  expect([sampling.asked, errors]).toEqual([0, []]);
});

test('series that were made before and after the switch both have exemplars', async () => {
  const sampling = sampled();
  const counter = new Counter({ name: 'c', labelNames: ['k'] });
  const before = counter.labels('before');
  counter.useExemplars(sampling.sampler);
  const after = counter.labels('after');
  before.inc();
  after.inc();
  counter.remove('before');
  sampling.turn();
  before.inc();
  after.inc();
  expect(await exemplarsOf(counter)).toEqual([[0, 1, 1]]);
  expect([before.value, after.value]).toEqual([1, 2]);
});
