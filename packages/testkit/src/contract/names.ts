import { Counter, Gauge } from '@oriel/metrics';
import { holdEqual } from '../contract-breach.ts';
import { always, type ContractGroup } from './contract-group.ts';

/** What stands before a name, what becomes of foreign ones, and what stands on every row. */
export const names: ContractGroup = {
  title: 'names and constant labels',
  tests: {
    'the namespace stands before every name': always(async (open) => {
      const world = await open({ namespace: 'shop', init: false });
      world.add(new Counter({ name: 'jobs_total' })).add(3);
      world.add(new Gauge({ name: 'depth' })).set(2);
      await world.drive(world.exporter.init());
      await world.deliver();
      world.totals.expectValue('shop_depth', 2);
      world.totals.expectValue('shop_jobs_total', 3);
      world.totals.expectNone('depth');
    }),

    'constant labels stand on every row of their family': always(async (open) => {
      const world = await open();
      const gauge = new Gauge({
        name: 'depth',
        labelNames: ['queue'],
        constLabels: { zone: 'a', cell: '7' },
      });
      world.add(gauge).set(1, { queue: 'mail' });
      gauge.set(2, { queue: 'print' });
      const arrived = await world.deliver();
      arrived.expectValue('depth', 1, { queue: 'mail', zone: 'a', cell: '7' });
      arrived.expectValue('depth', 2, { queue: 'print', zone: 'a', cell: '7' });
    }),

    'two collectors of one family that differ in a constant label arrive both': always(async (open) => {
      const world = await open();
      for (const [i, zone] of ['a', 'b'].entries())
        world.add(new Counter({ name: 'jobs_total', constLabels: { zone } })).add(i + 1);
      await world.deliver();
      world.totals.expectValue('jobs_total', 1, { zone: 'a' });
      world.totals.expectValue('jobs_total', 2, { zone: 'b' });
    }),

    'a name that is no name to Prometheus arrives once, under some name': always(async (open) => {
      const world = await open();
      world.add(new Gauge({ name: 'rpc/server.latency é', help: 'Foreign.' })).set(4711);
      world.add(new Gauge({ name: 'sane' })).set(5);
      const arrived = await world.deliver();
      arrived.expectValue('sane', 5);
      const foreign = arrived.rows.filter(({ value }) => value !== undefined && arrived.same(value, 4711));
      holdEqual(foreign.length, 1, 'rows with the value of the foreign name');
    }),

    'names that become equal are never two rows of one name': always(async (open) => {
      const world = await open();
      world.add(new Gauge({ name: 'queue.depth' })).set(1);
      world.add(new Gauge({ name: 'queue/depth' })).set(2);
      world.add(new Gauge({ name: 'sane' })).set(5);
      const arrived = await world.deliver();
      arrived.expectValue('sane', 5);
      arrived.expectDistinct();
    }),
  },
};
