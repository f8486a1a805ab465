import { Counter, Gauge } from '@oriel/metrics';
import type { FullCapabilities } from '../capabilities.ts';
import { hold, holdEqual } from '../contract-breach.ts';
import { type Fault, THROTTLE_SECONDS } from '../destination.ts';
import type { World } from '../world.ts';
import {
  always,
  type ContractEntry,
  type ContractGroup,
  type OpenWorld,
  pushOnly,
  withFault,
} from './contract-group.ts';

const jobs = (): Counter => new Counter({ name: 'jobs_total' });
const HOUR = 3_600_000;

/** A destination that is away, slow or unwilling, and comes back. */
export const faults: ContractGroup = {
  title: 'destination faults',
  tests: {
    'a destination that is absent at start does not fail init(), and gets the totals when it comes':
      withFault('absent', async (open) => {
        const world = await open({ behaviour: 'absent' });
        await comesBack(world, world.add(jobs()));
      }),
    'a destination that dies and comes back gets the totals': entry('absent'),
    'a destination that cuts connections and comes back gets the totals': entry('cut'),
    'a destination that never answers and comes back gets the totals': entry('hang'),
    'a destination that answers 5xx and comes back gets the totals': entry('fail'),
    'a destination that answers 4xx and comes back gets the totals': entry('refuse'),
    'a destination that answers 429 and comes back gets the totals': entry('throttle'),

    'what 4xx refuses is not tried again before the next interval': withFault('refuse', async (open) => {
      const world = await open();
      world.add(jobs()).inc();
      await world.destination.behave('refuse');
      await world.pass(1);
      await tried(world, 1);
      await world.clock.advance(world.capabilities.intervalMs / 2);
      holdEqual(world.destination.attempts, 1, 'attempts in the first interval and a half');
    }),

    'after 429 the destination is left alone for as long as it asked': withFault('throttle', async (open) => {
      const world = await open();
      world.add(jobs()).inc();
      await world.destination.behave('throttle');
      await world.pass(1);
      await tried(world, 1);
      await world.clock.advance(THROTTLE_SECONDS * 1000 - world.capabilities.intervalMs * 0.2 - 1000);
      holdEqual(world.destination.attempts, 1, `attempts within ${THROTTLE_SECONDS} s of the 429`);
      await world.destination.behave('well');
      world.mark();
      await world.pass(Math.ceil((2 * THROTTLE_SECONDS * 1000) / world.capabilities.intervalMs) + 1);
      await world.delivered();
    }),

    'after 5xx it is tried again without being asked': withFault('fail', async (open) => {
      const world = await open();
      world.add(jobs()).add(4);
      await world.destination.behave('fail');
      await world.pass(1);
      await tried(world, 1);
      await world.destination.behave('well');
      world.mark();
      await world.pass(2);
      await world.delivered();
      world.totals.expectValue('jobs_total', 4);
    }),

    'while it is away the backend says that it failed, and that it works when it is back': withFault(
      'absent',
      async (open, { acknowledges }) => {
        const world = await open({ behaviour: 'absent' });
        world.add(jobs()).inc();
        const state = (): string => world.exporter.backends()[0].state;
        await world.flush();
        if (acknowledges) holdEqual(state(), 'failed', 'state while the destination is away');
        await world.destination.behave('well');
        await retried(world);
        holdEqual(state(), 'up', 'state when it is back');
      },
    ),

    'an hour without a destination costs no recording, keeps a bounded queue and loses no total': withFault(
      'absent',
      async (open, capabilities) => {
        const world = await open({ behaviour: 'absent' });
        const counter = world.add(jobs());
        const gauge = world.add(new Gauge({ name: 'depth' }));
        const intervals = Math.min(240, Math.ceil(HOUR / capabilities.intervalMs));
        for (let i = 1; i <= intervals; i++) {
          counter.inc();
          gauge.set(i);
          await world.pass(1);
        }
        holdEqual(counter.labels().value, intervals, 'what was counted meanwhile');
        await world.destination.behave('well');
        const since = await retried(world);
        const batches = world.seen('depth').length;
        hold(
          batches <= capabilities.queueLimit + since + 2,
          `wanted at most ${capabilities.queueLimit} batches of the outage, found ${batches}, ${since} intervals after it`,
        );
        const arrived = await world.deliver();
        if (capabilities.acknowledges) world.totals.expectValue('jobs_total', intervals);
        arrived.expectValue('depth', intervals);
        hold(
          world.log.lines.length < 20 * intervals,
          `wanted a quiet log, found ${world.log.lines.length} lines`,
        );
      },
    ),

    'shutdown() while the destination is away ends, and leaves no timer behind': withFault('absent', (open) =>
      endsWhile(open, 'absent'),
    ),
    'shutdown() while the destination never answers ends, and leaves no timer behind': withFault(
      'hang',
      (open) => endsWhile(open, 'hang'),
    ),

    'a flush during shutdown() does no harm, and each number arrives once': pushOnly(async (open) => {
      const world = await open();
      world.add(jobs()).add(3);
      const { exporter } = world;
      await world.drive(Promise.all([exporter.forceFlush(), exporter.shutdown(), exporter.forceFlush()]));
      await world.arrival('jobs_total', 3);
    }),

    'recording while a delivery is under way is in this one or the next, once': always(async (open) => {
      const world = await open();
      const counter = world.add(jobs());
      for (let round = 0; round < 5; round++) {
        counter.add(2);
        const flush = world.exporter.forceFlush();
        for (let i = 0; i < 20; i++) {
          counter.inc();
          await new Promise((resolve) => setImmediate(resolve));
        }
        await world.drive(flush);
      }
      await world.deliver();
      world.totals.expectValue('jobs_total', 110);
    }),
  },
};

function entry(fault: Fault): ContractEntry {
  return withFault(fault, async (open: OpenWorld, { acknowledges }: FullCapabilities) => {
    const world = await open();
    const counter = world.add(jobs());
    counter.add(5);
    await world.deliver();
    await world.destination.behave(fault);
    await comesBack(world, counter, acknowledges ? 5 : 0);
  });
}

/** Counts on while the destination is away, then wants the totals there. */
async function comesBack(world: World, counter: Counter, before = 0): Promise<void> {
  counter.add(3);
  await world.flush();
  await world.pass(2);
  counter.add(2);
  await world.flush();
  await world.destination.behave('well');
  counter.add(1);
  await retried(world);
  await world.deliver();
  if (world.capabilities.acknowledges) world.totals.expectValue('jobs_total', before + 6);
  holdEqual(world.exporter.backends()[0].state, 'up', 'state of the backend');
}

/** Moves on until whatever waits for a second attempt has had it; gives the number of intervals. */
async function retried(world: World): Promise<number> {
  const intervals = Math.ceil((2 * THROTTLE_SECONDS * 1000) / world.capabilities.intervalMs) + 1;
  world.mark();
  await world.pass(intervals);
  if (world.capabilities.acknowledges) await world.delivered();
  else await world.take();
  return intervals;
}

async function tried(world: World, attempts: number): Promise<void> {
  const { destination } = world;
  if (destination.attempts === undefined) return;
  await world.until(
    () => (destination.attempts ?? 0) >= attempts,
    () => `wanted ${attempts} attempts, found ${destination.attempts}`,
  );
}

async function endsWhile(open: OpenWorld, fault: Fault): Promise<void> {
  const world = await open();
  world.add(jobs()).inc();
  await world.destination.behave(fault);
  const since = world.clock.now();
  await world.drive(world.exporter.shutdown());
  const took = world.clock.now() - since;
  hold(took <= 5000, `wanted shutdown() to end within shutdownTimeoutMs, 5000 ms, found ${took} ms`);
  await world.clock.advance(60_000);
  holdEqual(world.clock.pending, 0, 'timers a minute after shutdown()');
}
