import { defineBackend } from '@oriel/exporter';
import { Counter, Gauge } from '@oriel/metrics';
import { holdEqual } from '../contract-breach.ts';
import { memoryBackend } from '../memory-backend.ts';
import type { World, WorldOptions } from '../world.ts';
import { always, type ContractGroup, type OpenWorld, withFault } from './contract-group.ts';

const boom = (): never => {
  throw new Error('boom');
};
const thrower = defineBackend({
  name: 'thrower',
  create: ({ failed }) => ({
    start: () => failed(new Error('boom')),
    flush: boom,
    stop: boom,
  }),
});

/** Backends and exporters beside each other do not know of each other. */
export const neighbours: ContractGroup = {
  title: 'neighbours',
  tests: {
    'two exporters in one process share nothing': always(async (open) => {
      const [first, second] = [await open(), await open()];
      first.add(new Counter({ name: 'jobs_total' })).add(2);
      second.add(new Counter({ name: 'jobs_total' })).add(3);
      second.add(new Gauge({ name: 'depth' })).set(1);
      for (const world of [first, second, first]) await world.deliver();
      first.totals.expectValue('jobs_total', 2);
      first.totals.expectNone('depth');
      second.totals.expectValue('jobs_total', 3);
      await first.drive(first.exporter.shutdown());
      second.add(new Gauge({ name: 'width' })).set(6);
      (await second.deliver()).expectValue('width', 6);
    }),

    'two exporters on one registry both get every number': always(async (open) => {
      const first = await open();
      const second = await open({ registry: first.registry });
      const counter = first.add(new Counter({ name: 'jobs_total' }));
      counter.add(2);
      await first.deliver();
      counter.add(1);
      await second.flush();
      await first.deliver();
      first.totals.expectValue('jobs_total', 3);
      await second.arrival('jobs_total', 3);
    }),

    'a neighbour that throws in flush and stop costs this backend nothing': always(async (open) => {
      const world = await beside(open, thrower);
      const counter = world.add(new Counter({ name: 'jobs_total' }));
      for (let delivery = 1; delivery <= 3; delivery++) {
        counter.inc();
        await world.deliver();
        world.totals.expectValue('jobs_total', delivery);
      }
      if (!world.pushes) return;
      counter.inc();
      await world.drive(world.exporter.shutdown());
      await world.arrival('jobs_total', 4);
    }),

    'a neighbour that throws in create and start costs this backend nothing': always(async (open) => {
      for (const create of [boom, () => ({ start: boom, flush: boom, stop: boom })]) {
        const world = await beside(open, defineBackend({ name: 'thrower', create }));
        world.add(new Gauge({ name: 'depth' })).set(3);
        (await world.deliver()).expectValue('depth', 3);
      }
    }),

    'a destination that is absent costs the neighbours nothing': withFault('absent', async (open) => {
      const memory = memoryBackend({ name: 'neighbour' });
      const world = await beside(open, memory.backend, { behaviour: 'absent' });
      const counter = world.add(new Counter({ name: 'jobs_total' }));
      for (let step = 1; step <= 3; step++) {
        counter.inc();
        await world.flush();
        holdEqual(
          memory.rows().find(({ name }) => name === 'jobs_total')?.value,
          step,
          'jobs_total of the neighbour',
        );
      }
    }),
  },
};

function beside(
  open: OpenWorld,
  neighbour: ReturnType<typeof defineBackend>,
  start: WorldOptions = {},
): Promise<World> {
  return open({ ...start, neighbour });
}
