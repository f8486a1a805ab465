import { Gauge, Histogram } from '@oriel/metrics';
import { hold, holdEqual } from '../contract-breach.ts';
import type { RowSet } from '../row-set.ts';
import type { World } from '../world.ts';
import { always, type ContractGroup } from './contract-group.ts';

const MANY = 10_000;

/** Much at once. */
export const bulk: ContractGroup = {
  title: 'bulk',
  tests: {
    '10 000 series arrive, each once and with its own value': always(async (open, { tags }) => {
      const world = await open();
      const gauge = new Gauge({ name: 'depth', labelNames: ['queue', 'zone'] });
      world.add(gauge);
      for (let i = 0; i < MANY; i++) gauge.set(i, { queue: `q${i}`, zone: `z${i % 10}` });
      const arrived = await world.deliver();
      if (tags === 'none') return;
      arrived.expectDistinct();
      holdNearlyAll(world, arrived.of('depth').length, MANY);
      for (const { labels, value } of arrived.of('depth'))
        hold(labels.queue === `q${value}`, `wanted the value of ${labels.queue}, found ${value}`);
    }),

    '500 families arrive': always(async (open) => {
      const world = await open();
      for (let i = 0; i < 500; i++) world.add(new Gauge({ name: `depth_${i}` })).set(i + 1);
      const arrived = await world.deliver();
      const found = Array.from({ length: 500 }, (_, i) => arrived.value(`depth_${i}`) === i + 1);
      holdNearlyAll(world, found.filter(Boolean).length, 500);
    }),

    'a histogram of 200 buckets arrives whole': always(async (open, { types }) => {
      if (types.histogram !== undefined && types.histogram !== 'histogram') return;
      const world = await open();
      const bounds = Array.from({ length: 200 }, (_, i) => i + 0.5);
      const histogram = world.add(new Histogram({ name: 'wait_seconds', buckets: bounds }));
      for (let i = 0; i <= 200; i++) histogram.observe(i);
      const { buckets } = (await world.deliver()).row('wait_seconds');
      holdEqual(
        buckets,
        [...bounds.map((bound, i) => [bound, i + 1]), [Number.POSITIVE_INFINITY, 201]],
        'buckets',
      );
    }),

    'ten thousand series that end make room for ten thousand others': always(async (open, { tags }) => {
      const world = await open();
      const gauge = new Gauge({ name: 'depth', labelNames: ['queue'] });
      world.add(gauge);
      const fill = async (letter: string): Promise<RowSet> => {
        gauge.reset();
        for (let i = 0; i < MANY; i++) gauge.set(i, { queue: `${letter}${i}` });
        return world.deliver();
      };
      await fill('a');
      const arrived = await fill('b');
      if (tags === 'none') return;
      holdNearlyAll(world, arrived.of('depth').length, MANY);
      const old = arrived.of('depth').find(({ labels }) => labels.queue?.startsWith('a'));
      hold(old === undefined, `wanted only series that are there, found ${old?.labels.queue}`);
    }),
  },
};

// A datagram may be lost, and nobody is told.
function holdNearlyAll({ capabilities }: World, found: number, wanted: number): void {
  const least = capabilities.acknowledges ? wanted : wanted / 2;
  hold(found >= least && found <= wanted, `wanted ${wanted} series, found ${found}`);
}
