import { Counter, Gauge, Histogram } from '@oriel/metrics';
import { hold, holdEqual } from '../contract-breach.ts';
import type { Row } from '../row.ts';
import { always, type ContractGroup } from './contract-group.ts';

const trace = { span_id: '00f067aa0ba902b7', trace_id: '4bf92f3577b34da6a3ce929d0e0e4736' };

/** Examples beside the numbers. */
export const exemplars: ContractGroup = {
  title: 'exemplars',
  tests: {
    'the exemplar of a counter arrives, or the counter arrives without it': always(
      async (open, capabilities) => {
        const world = await open();
        const counter = world.add(new Counter({ name: 'jobs_total' }));
        counter.add(1, {}, trace);
        const arrived = await world.deliver();
        world.totals.expectValue('jobs_total', 1);
        if (capabilities.exemplars) holdExemplars(arrived.row('jobs_total'), [1]);
      },
    ),

    'the exemplars of a histogram arrive, one a bucket, or the histogram without them': always(
      async (open, capabilities) => {
        if (capabilities.types.histogram === 'absent') return;
        const world = await open();
        const histogram = world.add(new Histogram({ name: 'wait_seconds', buckets: [1, 2] }));
        for (const value of [0.5, 0.75, 5]) histogram.observe(value, {}, trace);
        const row = (await world.deliver()).row('wait_seconds');
        holdEqual(row.count, 3, 'count');
        if (capabilities.exemplars) holdExemplars(row, [0.75, 5]);
      },
    ),

    'an exemplar with hostile labels does not stop the others': always(async (open) => {
      const world = await open();
      const histogram = world.add(new Histogram({ name: 'wait_seconds', buckets: [1] }));
      histogram.observe(0.5, {}, { 'odd name"': '"}\n\\ é' });
      world.add(new Gauge({ name: 'sane' })).set(5);
      (await world.deliver()).expectValue('sane', 5);
    }),
  },
};

function holdExemplars({ exemplars = [] }: Row, values: readonly number[]): void {
  holdEqual(
    exemplars.map(({ value }) => value).sort((a, b) => a - b),
    values,
    'values of the exemplars',
  );
  for (const { labels } of exemplars) {
    const found = new Map(labels.map(({ name, value }) => [name, value]));
    for (const [name, value] of Object.entries(trace))
      hold(found.get(name) === value, `wanted ${name} ${value} on an exemplar, found ${found.get(name)}`);
  }
}
