import { Counter, Desc, Gauge, Histogram } from '@oriel/metrics';
import { hold, holdEqual } from '../contract-breach.ts';
import { shownRow } from '../row.ts';
import { always, type ContractGroup } from './contract-group.ts';

const exact: readonly number[] = [
  0,
  0.1,
  1 / 3,
  -7,
  1e-7,
  123456.789,
  2 ** 24 + 1,
  2 ** 53 - 1,
  -(2 ** 53 - 1),
  1e21,
  1.7976931348623157e308,
  5e-324,
];
const strange: readonly number[] = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

/** Numbers arrive as they were recorded. */
export const numbers: ContractGroup = {
  title: 'numbers',
  tests: {
    'numbers arrive with the precision that the backend states': always(async (open) => {
      const world = await open();
      for (const [i, value] of exact.entries()) world.add(new Gauge({ name: `number_${i}` })).set(value);
      const arrived = await world.deliver();
      for (const [i, value] of exact.entries()) {
        // Beyond single precision a protocol of it has no such number.
        if (world.capabilities.precision > 0 && (Math.abs(value) > 3e38 || Math.abs(value) < 1e-30)) continue;
        arrived.expectValue(`number_${i}`, value);
      }
    }),

    'NaN and infinities arrive as such or not at all, and their siblings arrive': always(
      async (open, { nonFinite }) => {
        const world = await open();
        for (const [i, value] of strange.entries()) world.add(new Gauge({ name: `strange_${i}` })).set(value);
        world.add(new Gauge({ name: 'sane' })).set(5);
        const arrived = await world.deliver();
        arrived.expectValue('sane', 5);
        for (const [i, value] of strange.entries()) {
          if (nonFinite) arrived.expectValue(`strange_${i}`, value);
          else arrived.expectNone(`strange_${i}`);
        }
      },
    ),

    'a gauge that fell to 0 or below arrives as it is': always(async (open) => {
      const world = await open();
      const gauge = world.add(new Gauge({ name: 'depth' }));
      for (const value of [8, 0, -3, 2]) {
        gauge.set(value);
        (await world.deliver()).expectValue('depth', value);
      }
    }),

    'a counter beyond 2^24 still counts by 1': always(async (open) => {
      const world = await open();
      const counter = world.add(new Counter({ name: 'jobs_total' }));
      counter.add(2 ** 24);
      await world.deliver();
      counter.inc();
      await world.deliver();
      world.totals.expectValue('jobs_total', 2 ** 24 + 1);
    }),

    'a histogram sorts 22, 55, 66 and 98 under the bounds 5, 50 and 95, and a value on a bound below it':
      always(async (open, { types }) => {
        if (types.histogram !== undefined && types.histogram !== 'histogram') return;
        const world = await open();
        const histogram = world.add(new Histogram({ name: 'wait_seconds', buckets: [5, 50, 95] }));
        for (const value of [22, 55, 66, 98]) histogram.observe(value);
        const onBounds = world.add(new Histogram({ name: 'bound_seconds', buckets: [5, 50] }));
        for (const value of [5, 50, 50.5]) onBounds.observe(value);
        const arrived = await world.deliver();
        const last = Number.POSITIVE_INFINITY;
        holdEqual(
          arrived.row('wait_seconds').buckets,
          [
            [5, 0],
            [50, 1],
            [95, 3],
            [last, 4],
          ],
          'buckets',
        );
        holdEqual(
          arrived.row('bound_seconds').buckets,
          [
            [5, 1],
            [50, 2],
            [last, 3],
          ],
          'buckets with values on bounds',
        );
      }),

    'the bounds of a histogram arrive exactly': always(async (open, { types }) => {
      if (types.histogram !== undefined && types.histogram !== 'histogram') return;
      const world = await open();
      const bounds = [-1, 0, 2.5e-5, 0.1, 1 / 3, 1, 1e6 + 0.5, 1e21];
      world.add(new Histogram({ name: 'wait_seconds', buckets: bounds })).observe(0.2);
      const { buckets = [] } = (await world.deliver()).row('wait_seconds');
      holdEqual(
        buckets.map(([bound]) => bound),
        [...bounds, Number.POSITIVE_INFINITY],
        'bounds',
      );
    }),

    'the count of a histogram is that of its last bucket, and its sum is the sum': always(
      async (open, { types }) => {
        if (types.histogram === 'absent') return;
        const world = await open();
        const histogram = world.add(new Histogram({ name: 'wait_seconds', buckets: [1, 2] }));
        for (let i = 0; i < 100; i++) histogram.observe(i / 32);
        const row = (await world.deliver()).row('wait_seconds');
        holdEqual([row.count, row.sum], [100, 154.6875], `count and sum of ${shownRow(row)}`);
        if (row.buckets !== undefined) holdEqual(row.buckets.at(-1)?.[1], 100, 'the last bucket');
      },
    ),

    'a histogram whose sum is not known arrives with its count, or is left out': always(async (open) => {
      const world = await open();
      const desc = new Desc({ name: 'wait_seconds', type: 'histogram' });
      const data = { count: 2, sum: Number.NaN, buckets: [[1, 1]] as const };
      world.add({ describe: () => [desc], collect: (out) => out.histogram(desc, data) });
      world.add(new Gauge({ name: 'sane' })).set(5);
      const arrived = await world.deliver();
      arrived.expectValue('sane', 5);
      for (const row of arrived.of('wait_seconds')) {
        const count = row.count ?? row.buckets?.at(-1)?.[1];
        const honest = count === 2 && (row.sum === undefined || Number.isNaN(row.sum));
        hold(honest, `wanted count 2 and no sum, found ${shownRow(row)}`);
      }
    }),
  },
};
