import { Counter, Desc, type FamilySink, Gauge, Histogram, type MetricType, Summary } from '@oriel/metrics';
import type { FullCapabilities } from '../capabilities.ts';
import { hold, holdEqual } from '../contract-breach.ts';
import type { Row } from '../row.ts';
import { shownRow } from '../row.ts';
import type { RowSet } from '../row-set.ts';
import type { OpenWorld } from './contract-group.ts';
import { always, type ContractEntry, type ContractGroup } from './contract-group.ts';

interface Sample {
  readonly name: string;
  readonly write: (out: FamilySink, desc: Desc) => void;
  readonly check: (arrived: RowSet, row: Row) => void;
}

const spread = {
  positive: [
    [-3, 2],
    [4, 3],
  ],
  negative: [],
} as const;

const samples: Readonly<Partial<Record<MetricType, Sample>>> = {
  counter: {
    name: 'jobs_total',
    write: (out, desc) => out.counter(desc, 12),
    check: (arrived) => arrived.expectValue('jobs_total', 12),
  },
  gauge: {
    name: 'depth',
    write: (out, desc) => out.gauge(desc, -2.5),
    check: (arrived) => arrived.expectValue('depth', -2.5),
  },
  unknown: {
    name: 'odd_unknown',
    write: (out, desc) => out.unknown(desc, 7.5),
    check: (arrived) => arrived.expectValue('odd_unknown', 7.5),
  },
  histogram: {
    name: 'wait_seconds',
    write: (out, desc) =>
      out.histogram(desc, {
        count: 6,
        sum: 9.5,
        buckets: [
          [0.5, 1],
          [1, 3],
          [2.5, 5],
        ],
      }),
    check: (_, row) =>
      holdBuckets(row, 6, 9.5, [
        [0.5, 1],
        [1, 3],
        [2.5, 5],
        [Number.POSITIVE_INFINITY, 6],
      ]),
  },
  gauge_histogram: {
    name: 'queue_sizes',
    write: (out, desc) =>
      out.gaugeHistogram(desc, {
        count: 4,
        sum: 10,
        buckets: [
          [1, 1],
          [8, 4],
        ],
      }),
    check: (_, row) =>
      holdBuckets(row, 4, 10, [
        [1, 1],
        [8, 4],
        [Number.POSITIVE_INFINITY, 4],
      ]),
  },
  exponential_histogram: {
    name: 'rpc_latency',
    write: (out, desc) =>
      out.exponentialHistogram(desc, { count: 6, sum: 20.5, schema: 1, zeroCount: 1, ...spread }),
    check: (_, row) => {
      holdEqual([row.count, row.sum], [6, 20.5], `count and sum of ${shownRow(row)}`);
      if (row.kind !== 'exponential_histogram') return;
      const { schema, zeroCount, positive, negative } = row.exponential ?? {};
      const { positive: above, negative: below } = spread;
      holdEqual(
        [schema, zeroCount, positive, negative],
        [1, 1, above, below],
        `schema and buckets of ${shownRow(row)}`,
      );
    },
  },
  summary: {
    name: 'body_bytes',
    write: (out, desc) =>
      out.summary(desc, {
        count: 3,
        sum: 96,
        quantiles: [
          [0.5, 16],
          [0.99, 64],
        ],
      }),
    check: (_, row) => {
      holdEqual([row.count, row.sum], [3, 96], `count and sum of ${shownRow(row)}`);
      if (row.kind === 'summary')
        holdEqual(
          row.quantiles,
          [
            [0.5, 16],
            [0.99, 64],
          ],
          `quantiles of ${shownRow(row)}`,
        );
    },
  },
  info: {
    name: 'build_info',
    write: (out, desc) => out.info(desc, ['1.2']),
    check: (arrived, row) => {
      holdEqual(row.value, 1, `value of ${shownRow(row)}`);
      arrived.expectValue('build_info', 1, { version: '1.2' });
    },
  },
  state_set: {
    name: 'engine_state',
    write: (out, desc) => out.stateSet(desc, { off: false, on: true }),
    check: (arrived, row) => {
      if (row.kind === 'state_set')
        return holdEqual(row.states, { off: false, on: true }, `states of ${shownRow(row)}`);
      arrived.expectValue('engine_state', 1, { engine_state: 'on' });
      arrived.expectValue('engine_state', 0, { engine_state: 'off' });
    },
  },
};

/** Every type of family arrives as what the backend says. */
export const familyKinds: ContractGroup = {
  title: 'family types',
  tests: {
    ...Object.fromEntries(
      Object.entries(samples).map(([type, sample]): [string, ContractEntry] => [
        `${/^[eiu]/.test(type) ? 'an' : 'a'} ${type.replace('_', ' ')} arrives with its type and its numbers`,
        always((open, capabilities) => arrivesAs(type as MetricType, sample, open, capabilities)),
      ]),
    ),

    'negative exponential buckets arrive as they are, or do not stop the others': always(
      async (open, { types }) => {
        const world = await open();
        const desc = new Desc({ name: 'rpc_latency', type: 'exponential_histogram' });
        const data = {
          count: 3,
          sum: -3.5,
          schema: 0,
          positive: [[0, 1]],
          negative: [
            [1, 1],
            [2, 1],
          ],
        } as const;
        world.add({ describe: () => [desc], collect: (out) => out.exponentialHistogram(desc, data) });
        world.add(new Gauge({ name: 'depth' })).set(3);
        const arrived = await world.deliver();
        arrived.expectValue('depth', 3);
        if (types.exponential_histogram !== undefined) return;
        const { sum, exponential } = arrived.row('rpc_latency');
        holdEqual(
          [sum, exponential?.positive, exponential?.negative],
          [-3.5, data.positive, data.negative],
          'buckets',
        );
      },
    ),

    'families without help and unit, and with both, arrive beside each other': always(async (open) => {
      const world = await open();
      world.add(new Counter({ name: 'plain_total' })).add(2);
      world.add(new Gauge({ name: 'heat_celsius', help: 'How "hot"\\ it\nis.', unit: 'celsius' })).set(21);
      const arrived = await world.deliver();
      arrived.expectValue('plain_total', 2);
      arrived.expectValue('heat_celsius', 21);
    }),

    'a counter that nothing was added to arrives as 0 or, by deltas, not at all': always(async (open) => {
      const world = await open();
      world.add(new Counter({ name: 'idle_total' }));
      const arrived = await world.deliver();
      if (world.sendsDeltas) holdEqual(arrived.value('idle_total'), 0, 'idle_total');
      else arrived.expectValue('idle_total', 0);
    }),

    'a histogram and a summary without observations do not stop the others': always(async (open) => {
      const world = await open();
      world.add(new Histogram({ name: 'idle_seconds', buckets: [1] }));
      world.add(new Summary({ name: 'idle_bytes', objectives: { 0.5: 0.05 } }));
      world.add(new Gauge({ name: 'depth' })).set(3);
      (await world.deliver()).expectValue('depth', 3);
      holdEqual(world.log.messages('error'), [], 'errors in the log');
    }),

    'functions of gauges and counters are read at each delivery': always(async (open) => {
      const world = await open();
      let level = 4;
      world.add(new Gauge({ name: 'depth', callback: () => level }));
      world.add(new Counter({ name: 'read_total', callback: () => level * 10 }));
      await world.deliver();
      level = 9;
      (await world.deliver()).expectValue('depth', 9);
      world.totals.expectValue('read_total', 90);
    }),
  },
};

async function arrivesAs(
  type: MetricType,
  { name, write, check }: Sample,
  open: OpenWorld,
  capabilities: FullCapabilities,
): Promise<void> {
  const world = await open();
  const desc = new Desc({ name, type, help: 'Something.', labelNames: type === 'info' ? ['version'] : [] });
  world.add({ describe: () => [desc], collect: (out) => write(out, desc) });
  world.add(new Gauge({ name: 'sibling' })).set(1);
  const arrived = await world.deliver();
  arrived.expectValue('sibling', 1);
  const kind: MetricType | 'absent' = capabilities.types[type] ?? type;
  const [row] = arrived.of(name, undefined, type);
  if (kind === 'absent') return hold(row === undefined, `wanted no ${name}, found ${row && shownRow(row)}`);
  hold(row !== undefined, `wanted ${name} as ${kind}; ${arrived.shown()}`);
  if (capabilities.kinds) holdEqual(row.kind, kind, `type of ${shownRow(row)}`);
  check(arrived, row);
}

function holdBuckets(
  row: Row,
  count: number,
  sum: number,
  buckets: readonly (readonly [number, number])[],
): void {
  holdEqual([row.count, row.sum], [count, sum], `count and sum of ${shownRow(row)}`);
  if (row.buckets !== undefined || row.kind.endsWith('histogram'))
    holdEqual(row.buckets, buckets, `buckets of ${shownRow(row)}`);
}
