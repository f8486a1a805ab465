import { Counter, Gauge, LABEL_VALUE_LIMIT } from '@oriel/metrics';
import { hold, holdEqual } from '../contract-breach.ts';
import { always, type ContractGroup } from './contract-group.ts';
import { hostileValues } from './hostile-values.ts';

/** Different labels are different series, whatever is in them. */
export const labels: ContractGroup = {
  title: 'labels',
  tests: {
    'each series arrives under its own labels': always(async (open) => {
      const world = await open();
      const counter = world.add(new Counter({ name: 'calls_total', labelNames: ['verb', 'code'] }));
      counter.add(1, { verb: 'GET', code: 200 });
      counter.add(2, { verb: 'GET', code: 500 });
      counter.add(4, { verb: 'PUT', code: 200 });
      await world.deliver();
      world.totals.expectValue('calls_total', 1, { verb: 'GET', code: '200' });
      world.totals.expectValue('calls_total', 2, { code: '500', verb: 'GET' });
      world.totals.expectValue('calls_total', 4, { verb: 'PUT', code: '200' });
    }),

    'values that are swapped, or joined alike, are different series': always(async (open) => {
      const world = await open();
      const gauge = world.add(new Gauge({ name: 'depth', labelNames: ['a', 'b'] }));
      const pairs = [
        ['x', 'y'],
        ['y', 'x'],
        ['xy', ''],
        ['', 'xy'],
        ['x', 'xy'],
        ['xx', 'y'],
        ['true', 'false'],
      ] as const;
      for (const [i, [a, b]] of pairs.entries()) gauge.set(i + 1, { a, b });
      const arrived = await world.deliver();
      for (const [i, [a, b]] of pairs.entries()) {
        const given = Object.entries({ a, b }).filter(([, value]) => value !== '');
        arrived.expectValue('depth', i + 1, Object.fromEntries(given));
      }
    }),

    'label values that need escaping of every kind arrive unchanged, or changed and still apart': always(
      async (open, { tags }) => {
        if (tags === 'none') return;
        const world = await open();
        const gauge = world.add(new Gauge({ name: 'depth', labelNames: ['text'] }));
        for (const [i, text] of hostileValues.entries()) gauge.set(i + 1, { text });
        const arrived = await world.deliver();
        if (tags === 'exact')
          for (const [i, text] of hostileValues.entries()) arrived.expectValue('depth', i + 1, { text });
        const values = new Set(arrived.of('depth').map((row) => row.value));
        holdEqual(values.size, hostileValues.length, 'series with a hostile value that arrived');
        arrived.expectDistinct();
      },
    ),

    'hostile label values end up under the same labels at each delivery': always(async (open, { tags }) => {
      if (tags === 'none') return;
      const world = await open();
      const gauge = world.add(new Gauge({ name: 'depth', labelNames: ['text'] }));
      for (const [i, text] of hostileValues.entries()) gauge.set(i + 1, { text });
      const shown = async (): Promise<unknown[]> =>
        (await world.deliver())
          .of('depth')
          .map((row) => [row.value ?? 0, row.labels] as const)
          .sort(([a], [b]) => a - b);
      holdEqual(await shown(), await shown(), 'the second delivery');
    }),

    'an empty label value is the same as no label': always(async (open) => {
      const world = await open();
      const counter = world.add(new Counter({ name: 'calls_total', labelNames: ['verb', 'peer'] }));
      counter.add(1, { verb: 'GET', peer: '' });
      counter.add(2, { verb: 'GET' });
      const arrived = await world.deliver();
      world.totals.expectValue('calls_total', 3, { verb: 'GET' });
      hold(arrived.of('calls_total').length === 1, `wanted one series; ${arrived.shown('calls_total')}`);
    }),

    'the longest label value arrives whole, or cut, and does not stop the others': always(
      async (open, { tags }) => {
        const world = await open();
        const gauge = world.add(new Gauge({ name: 'depth', labelNames: ['text'] }));
        const text = '佖'.repeat(LABEL_VALUE_LIMIT);
        gauge.set(1, { text });
        world.add(new Gauge({ name: 'sane' })).set(5);
        const arrived = await world.deliver();
        arrived.expectValue('sane', 5);
        if (tags === 'exact') arrived.expectValue('depth', 1, { text });
      },
    ),
  },
};
