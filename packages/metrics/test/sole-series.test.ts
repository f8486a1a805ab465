import { expect, test } from 'vitest';
import { Counter, Gauge, Histogram, Registry } from '../src/index.ts';

async function values(...instruments: readonly (Counter | Gauge | Histogram)[]): Promise<number[][]> {
  const registry = new Registry();
  for (const instrument of instruments) registry.register(instrument);
  const { families } = await registry.gather();
  return families.map((family) => [...family.parts[0].values]);
}

test('a metric without labels goes on after its series was removed or reset', async () => {
  const counter = new Counter({ name: 'a_total' });
  const gauge = new Gauge({ name: 'b' });
  const histogram = new Histogram({ name: 'c', buckets: [1] });
  for (const end of [
    () => {},
    () => all((one) => one.remove()),
    () => all((one) => one.reset()),
    () => all((one) => one.removeMatching({})),
  ]) {
    end();
    counter.inc();
    counter.add(2);
    gauge.set(5);
    gauge.dec();
    histogram.observe(1);
    expect(await values(counter, gauge, histogram)).toEqual([[3], [4], [1, 0, 1]]);
    counter.reset();
    gauge.reset();
    histogram.reset();
  }

  function all(act: (one: Counter | Gauge | Histogram) => void): void {
    for (const one of [counter, gauge, histogram]) act(one);
  }
});

test('a vec curried from a metric without labels records into the same series', async () => {
  const counter = new Counter({ name: 'a_total' });
  counter.curry({}).labels().inc();
  counter.curry({}).remove();
  counter.inc();
  expect(await values(counter)).toEqual([[1]]);
});
