import { Counter, Gauge, Histogram } from '@oriel/metrics';
import { hold, holdEqual } from '../contract-breach.ts';
import { shownRow } from '../row.ts';
import type { World } from '../world.ts';
import { always, type ContractGroup } from './contract-group.ts';

const calls = (): Counter<'peer'> => new Counter({ name: 'calls_total', labelNames: ['peer'] });

/** Totals or deltas, over deliveries: resets, series that come, go and come back. */
export const temporality: ContractGroup = {
  title: 'temporality',
  tests: {
    'a counter of 3, then 2 more, is sent as 3 and 5, or as 3 and 2 by deltas': always(async (open) => {
      const world = await open();
      const counter = world.add(new Counter({ name: 'jobs_total' }));
      counter.add(3);
      (await world.deliver()).expectValue('jobs_total', 3);
      counter.add(2);
      (await world.deliver()).expectValue('jobs_total', world.sendsDeltas ? 2 : 5);
      world.totals.expectValue('jobs_total', 5);
    }),

    'a series that nothing was added to is sent again, or as 0 or not at all by deltas': always(
      async (open) => {
        const world = await open();
        world.add(new Counter({ name: 'jobs_total' })).add(3);
        await world.deliver();
        const arrived = await world.deliver();
        if (world.sendsDeltas) holdEqual(arrived.value('jobs_total'), 0, 'jobs_total');
        else arrived.expectValue('jobs_total', 3);
      },
    ),

    'a gauge is sent as it is each time, by deltas too': always(async (open) => {
      const world = await open();
      const gauge = world.add(new Gauge({ name: 'depth' }));
      gauge.set(4);
      await world.deliver();
      gauge.set(6);
      (await world.deliver()).expectValue('depth', 6);
    }),

    'the buckets of a histogram add up over deliveries': always(async (open, { types }) => {
      if (types.histogram === 'absent') return;
      const world = await open();
      const histogram = world.add(new Histogram({ name: 'wait_seconds', buckets: [1, 2] }));
      for (const value of [0.5, 1.5]) histogram.observe(value);
      await world.deliver();
      for (const value of [1.5, 3]) histogram.observe(value);
      const row = (await world.deliver()).row('wait_seconds');
      holdEqual(
        [row.count, row.sum],
        world.sendsDeltas ? [2, 4.5] : [4, 6.5],
        'count and sum of the second delivery',
      );
      const total = world.totals.row('wait_seconds');
      holdEqual([total.count, total.sum], [4, 6.5], 'count and sum over both deliveries');
      if (total.buckets === undefined) return;
      holdEqual(
        total.buckets,
        [
          [1, 1],
          [2, 3],
          [Number.POSITIVE_INFINITY, 4],
        ],
        'buckets over both deliveries',
      );
    }),

    'exponential buckets add up over deliveries, also when they become coarser': always(
      async (open, { types }) => {
        if (types.exponential_histogram === 'absent') return;
        const world = await open();
        const histogram = new Histogram({ name: 'rpc_latency', exponential: { maxBuckets: 4 } });
        world.add(histogram);
        for (const value of [1, 1.1, 2]) histogram.observe(value);
        await world.deliver();
        for (const value of [1.1, 400, 30, 7, 90]) histogram.observe(value);
        const row = (await world.deliver()).row('rpc_latency');
        holdEqual(row.count, world.sendsDeltas ? 5 : 8, `count of ${shownRow(row)}`);
        if (row.exponential === undefined) return;
        const counted = row.exponential.positive.reduce((sum, [, count]) => sum + count, 0);
        holdEqual(counted, row.count, `counts in the buckets of ${shownRow(row)}`);
      },
    ),

    'a reset starts anew and is never a negative delta': always(async (open) => {
      const world = await open();
      const counter = world.add(new Counter({ name: 'jobs_total' }));
      counter.add(10);
      await world.deliver();
      counter.reset();
      counter.add(4);
      (await world.deliver()).expectValue('jobs_total', 4);
      world.totals.expectValue('jobs_total', world.sendsDeltas ? 14 : 4);
    }),

    'a series that begins later arrives with its first delivery': always(async (open) => {
      const world = await open();
      const counter = world.add(calls());
      counter.inc({ peer: 'a' });
      await world.deliver();
      counter.add(2, { peer: 'b' });
      const arrived = await world.deliver();
      arrived.expectValue('calls_total', 2, { peer: 'b' });
      world.totals.expectValue('calls_total', 1, { peer: 'a' });
    }),

    'a family that is registered later arrives, one that is taken off does not': always(async (open) => {
      const world = await open();
      const first = world.add(new Gauge({ name: 'first' }));
      first.set(1);
      await world.deliver();
      world.registry.unregister(first);
      world.add(new Gauge({ name: 'second' })).set(2);
      const arrived = await world.deliver();
      arrived.expectValue('second', 2);
      arrived.expectNone('first');
    }),

    'a series that was removed is not sent any more, and its siblings are': always(async (open) => {
      const world = await open();
      const counter = await twoPeers(world);
      counter.remove('a');
      counter.add(5, { peer: 'b' });
      const arrived = await world.deliver();
      arrived.expectNone('calls_total', { peer: 'a' });
      world.totals.expectValue('calls_total', 7, { peer: 'b' });
    }),

    'a series in the place of one that was removed counts for itself': always(async (open) => {
      const world = await open();
      const counter = await twoPeers(world);
      counter.remove('a');
      counter.add(4, { peer: 'c' });
      const arrived = await world.deliver();
      arrived.expectValue('calls_total', 4, { peer: 'c' });
      world.totals.expectValue('calls_total', 2, { peer: 'b' });
    }),

    'a series that comes back starts at what was added since': always(async (open) => {
      const world = await open();
      const counter = await twoPeers(world);
      counter.remove('a');
      await world.deliver();
      counter.add(3, { peer: 'a' });
      (await world.deliver()).expectValue('calls_total', 3, { peer: 'a' });
    }),

    'a series that was removed and came back between two deliveries is not taken for the old one': always(
      async (open) => {
        const world = await open();
        const counter = await twoPeers(world);
        await laterMillisecond();
        counter.remove('a');
        counter.add(1, { peer: 'a' });
        (await world.deliver()).expectValue('calls_total', 1, { peer: 'a' });
      },
    ),

    'the start of a series is when it began, and a later one when it came back': always(
      async (open, { created, tags }) => {
        if (!created || tags === 'none') return;
        const world = await open();
        const before = Date.now();
        const counter = world.add(calls());
        counter.inc({ peer: 'a' });
        const { start: first = 0 } = (await world.deliver()).row('calls_total', { peer: 'a' });
        hold(first >= before - 1 && first <= Date.now(), `wanted a start from ${before} on, found ${first}`);
        counter.remove('a');
        await laterMillisecond();
        counter.inc({ peer: 'a' });
        const { start: second = 0 } = (await world.deliver()).row('calls_total', { peer: 'a' });
        hold(second > first, `wanted a start after ${first}, found ${second}`);
      },
    ),

    'the time of a sample, where it is told, is that of the delivery': always(async (open) => {
      const world = await open();
      world.add(new Gauge({ name: 'depth' })).set(1);
      for (let delivery = 0; delivery < 2; delivery++) {
        await laterMillisecond();
        const before = Date.now();
        const row = (await world.deliver()).row('depth');
        const fits = row.time === undefined || (row.time >= before - 1 && row.time <= Date.now() + 1);
        hold(fits, `wanted a time from ${before} on, found ${shownRow(row)}`);
      }
    }),
  },
};

async function twoPeers(world: World): Promise<Counter<'peer'>> {
  const counter = world.add(calls());
  counter.add(1, { peer: 'a' });
  counter.add(2, { peer: 'b' });
  await world.deliver();
  return counter;
}

// Snapshots take their time from the machine's clock, which counts in milliseconds.
async function laterMillisecond(): Promise<void> {
  for (const now = Date.now(); Date.now() === now; ) await new Promise((resolve) => setImmediate(resolve));
}
