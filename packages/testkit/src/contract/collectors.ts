import { type Collector, Counter, Desc, Gauge } from '@oriel/metrics';
import { hold, holdEqual } from '../contract-breach.ts';
import { always, type ContractGroup } from './contract-group.ts';

/** Collectors that behave badly cost their own families. */
export const collectors: ContractGroup = {
  title: 'collectors',
  tests: {
    'a collector that throws costs its own family only': always(async (open) => {
      const world = await open();
      world.add(
        broken(() => {
          throw new Error('no contact');
        }),
      );
      const counter = world.add(new Counter({ name: 'jobs_total' }));
      for (let delivery = 1; delivery <= 3; delivery++) {
        counter.inc();
        await world.deliver();
        world.totals.expectValue('jobs_total', delivery);
      }
      holdEqual(world.exporter.backends()[0].state, 'up', 'state of the backend');
    }),

    'a collector that rejects costs its own family only': always(async (open) => {
      const world = await open();
      world.add(broken(() => Promise.reject(new Error('no contact'))));
      world.add(new Gauge({ name: 'depth' })).set(3);
      (await world.deliver()).expectValue('depth', 3);
    }),

    'a collector that hangs costs its own family only, and no more time than it has': always(async (open) => {
      const world = await open();
      world.add(broken(() => new Promise(() => {})));
      const gauge = world.add(new Gauge({ name: 'depth' }));
      for (const value of [3, 4]) {
        gauge.set(value);
        (await world.deliver()).expectValue('depth', value);
      }
      holdEqual(world.exporter.backends()[0].state, 'up', 'state of the backend');
    }),

    'a collector that answers later is waited for': always(async (open) => {
      const world = await open();
      const desc = new Desc({ name: 'depth', type: 'gauge' });
      world.add({
        describe: () => [desc],
        collect: async (out) => {
          await new Promise((resolve) => setImmediate(resolve));
          out.gauge(desc, 8);
        },
      });
      (await world.deliver()).expectValue('depth', 8);
    }),

    'a collector that recovers is there again': always(async (open) => {
      const world = await open();
      const desc = new Desc({ name: 'depth', type: 'gauge' });
      let well = false;
      world.add({
        describe: () => [desc],
        collect: (out) => {
          if (!well) throw new Error('no contact');
          out.gauge(desc, 8);
        },
      });
      (await world.deliver()).expectNone('depth');
      well = true;
      const arrived = await world.deliver();
      arrived.expectValue('depth', 8);
      hold(arrived.of('depth').length === 1, `wanted depth once; ${arrived.shown('depth')}`);
    }),
  },
};

function broken(collect: Collector['collect']): Collector {
  const desc = new Desc({ name: 'broken', type: 'gauge' });
  return { describe: () => [desc], collect };
}
