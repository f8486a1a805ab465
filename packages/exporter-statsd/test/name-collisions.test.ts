import { Counter, Gauge, Histogram, type MetricsError, Registry } from '@oriel/metrics';
import { expect, test } from 'vitest';
import { Encoder } from '../src/encoder.ts';
import { usual, written } from './written.ts';

async function outcome(
  registry: Registry,
  options = {},
): Promise<{
  readonly lines: readonly string[];
  readonly left: readonly string[];
  readonly collisions: number;
}> {
  const errors: MetricsError[] = [];
  const encoder = new Encoder({ ...usual, ...options, onCollision: (error) => errors.push(error) });
  const { lines, tally } = written(encoder, await registry.gather());
  return { lines, left: errors.map(({ message }) => message), collisions: tally.dropped.collision };
}

function gauges(...names: readonly string[]): Registry {
  const registry = new Registry();
  for (const [i, name] of names.entries()) registry.register(new Gauge({ name, callback: () => i + 1 }));
  return registry;
}

test('of two names that become equal the first keeps it, and the other is reported and counted', async () => {
  expect(await outcome(gauges('queue depth', 'queue/depth'))).toEqual({
    lines: ['queue_depth:1|g'],
    left: ['Cannot send family "queue/depth": in StatsD it has a name of family "queue depth"; rename one'],
    collisions: 1,
  });
});

test('a name that a histogram adds is taken too', async () => {
  const registry = gauges('wait.sum');
  const wait = new Histogram({ name: 'wait', buckets: [1] });
  registry.register(wait);
  wait.observe(1);
  const { left } = await outcome(registry);
  expect(left).toEqual([
    'Cannot send family "wait.sum": in StatsD it has a name of family "wait"; rename one',
  ]);
  expect((await outcome(registry, { quantiles: [], histograms: 'ms' })).left).toEqual([]);
});

test('where labels are parts of the name, a family that looks like labels of another is left out', async () => {
  const registry = gauges('calls.verb.GET', 'calls.other');
  const calls = new Counter({ name: 'calls', labelNames: ['verb'] });
  registry.register(calls);
  calls.inc({ verb: 'GET' });
  expect((await outcome(registry)).lines).toEqual(['calls.verb.GET:1|c', 'calls.other:2|g']);
  expect((await outcome(registry)).left.length).toBe(1);
  expect((await outcome(registry, { flavour: 'dogstatsd' })).left).toEqual([]);
});

test('the same whichever of the two comes first', async () => {
  // In name order "a!" comes before "a.b", and both become what follows "a_".
  const registry = gauges('a_.verb.GET');
  const calls = new Counter({ name: 'a~', labelNames: ['verb'] });
  registry.register(calls);
  calls.inc({ verb: 'GET' });
  expect((await outcome(registry)).lines).toEqual(['a_.verb.GET:1|g']);
});
