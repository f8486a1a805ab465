import { Counter, Gauge, Registry } from '@oriel/metrics';
import { hold, holdEqual } from '../contract-breach.ts';
import { openHandles } from '../open-handles.ts';
import { settled } from '../settled.ts';
import { always, type ContractGroup, pushOnly } from './contract-group.ts';

const jobs = (): Counter => new Counter({ name: 'jobs_total', help: 'Jobs done.' });

/** From `newExporter` to the last flush. */
export const lifecycle: ContractGroup = {
  title: 'lifecycle',
  tests: {
    'init() starts the backend, whose status is then up': always(async (open) => {
      const { exporter } = await open();
      holdEqual(
        exporter.backends().map(({ state, error }) => [state, error?.message ?? '']),
        [['up', '']],
        'state and error of the backends',
      );
    }),

    'what was recorded before init() arrives': always(async (open) => {
      const world = await open({ init: false });
      world.add(jobs()).add(3);
      await world.drive(world.exporter.init());
      await world.deliver();
      world.totals.expectValue('jobs_total', 3);
    }),

    'init() twice is one start, and each number arrives once': always(async (open) => {
      const world = await open({ init: false });
      const counter = world.add(jobs());
      await world.drive(Promise.all([world.exporter.init(), world.exporter.init()]));
      counter.add(2);
      (await world.deliver()).expectDistinct();
      world.totals.expectValue('jobs_total', 2);
      holdEqual(world.exporter.backends().length, 1, 'backends after two calls of init()');
    }),

    'an empty registry is delivered without an error': always(async (open) => {
      const world = await open();
      await world.flush();
      await world.take();
      holdEqual(world.totals.rows, [], 'rows of an empty registry');
      holdEqual(world.log.messages('error'), [], 'errors in the log');
    }),

    'disabled metrics start nothing and send nothing': always(async (open) => {
      const world = await open({ init: false, config: { metricsEnabled: false } });
      await settled();
      world.add(jobs()).inc();
      using handles = await openHandles(() => world.drive(world.exporter.init()));
      await world.until(
        () => handles.left() === '',
        () => `opened although metrics are disabled: ${handles.left()}, still`,
      );
      holdEqual(world.clock.pending, 0, 'timers');
      if (!world.pushes) return;
      await world.flush();
      await world.pass(2);
      await world.take();
      holdEqual(world.totals.rows, [], 'rows with metrics disabled');
      holdEqual(world.destination.attempts ?? 0, 0, 'attempts with metrics disabled');
    }),

    'forceFlush() before init(), twice at once and after shutdown() does no harm': always(async (open) => {
      const world = await open({ init: false });
      const counter = world.add(jobs());
      await world.flush();
      await world.drive(world.exporter.init());
      counter.add(5);
      await world.drive(Promise.all([world.exporter.forceFlush(), world.exporter.forceFlush()]));
      await world.deliver();
      world.totals.expectValue('jobs_total', 5);
      await world.drive(world.exporter.shutdown());
      await world.flush();
      holdEqual(world.log.messages('error'), [], 'errors in the log');
    }),

    'a push backend sends by itself, once in an interval': pushOnly(async (open) => {
      const world = await open();
      const counter = world.add(jobs());
      for (let step = 1; step <= 3; step++) {
        counter.inc();
        world.mark();
        await world.pass(1);
        await world.delivered();
        world.totals.expectValue('jobs_total', step);
      }
      const { attempts } = world.destination;
      hold(attempts === undefined || attempts <= 4, `wanted 3 deliveries in 3 intervals, found ${attempts}`);
    }),

    'shutdown() sends what was recorded last': pushOnly(async (open) => {
      const world = await open();
      const counter = world.add(jobs());
      counter.inc();
      await world.deliver();
      counter.add(6);
      await world.drive(world.exporter.shutdown());
      await world.arrival('jobs_total', 7);
    }),

    'shutdown() sends what was recorded when nothing was sent before': pushOnly(async (open) => {
      const world = await open();
      world.add(jobs()).add(4);
      await world.drive(world.exporter.shutdown());
      await world.arrival('jobs_total', 4);
    }),

    'after shutdown() nobody answers': always(async (open) => {
      const world = await open();
      world.add(jobs()).inc();
      await world.deliver();
      await world.drive(world.exporter.shutdown());
      await world.take().catch(() => undefined);
      const { attempts } = world.destination;
      const held = world.totals.value('jobs_total');
      world.add(new Gauge({ name: 'late' })).set(1);
      await world.pass(3);
      const answered = await world.take().then(
        () => true,
        () => false,
      );
      hold(world.pushes || !answered, 'wanted no answer after shutdown(), found one');
      world.totals.expectNone('late');
      holdEqual(world.totals.value('jobs_total'), held, 'jobs_total after shutdown()');
      holdEqual(world.destination.attempts, attempts, 'attempts after shutdown()');
    }),

    'recording after shutdown() does no harm': always(async (open) => {
      const world = await open();
      const counter = world.add(jobs());
      await world.drive(world.exporter.shutdown());
      counter.add(2);
      holdEqual(counter.labels().value, 2, 'the counter after shutdown()');
      world.add(new Gauge({ name: 'depth' })).set(1);
      holdEqual((await world.registry.gather()).errors, [], 'errors of the registry');
    }),

    'shutdown() twice is one stop, and does no harm before init()': always(async (open) => {
      const world = await open();
      await world.drive(Promise.all([world.exporter.shutdown(), world.exporter.shutdown()]));
      await world.drive(world.exporter.shutdown());
      const fresh = await open({ init: false });
      await fresh.drive(fresh.exporter.shutdown());
      holdEqual([...world.log.messages('error'), ...fresh.log.messages('error')], [], 'errors in the logs');
    }),

    'shutdown() leaves no timer, no socket and no other handle behind': always(async (open) => {
      const world = await open({ init: false });
      await settled();
      world.add(jobs()).inc();
      using handles = await openHandles(async () => {
        await world.drive(world.exporter.init());
        await world.deliver();
        await world.drive(world.exporter.shutdown());
      });
      holdEqual(world.clock.pending, 0, "timers on the exporter's clock");
      await world.until(
        () => handles.left() === '',
        () => `opened and not closed: ${handles.left()}, still`,
      );
    }),

    'a second exporter on the same registry takes over where the first has stopped': always(async (open) => {
      const registry = new Registry();
      const counter = jobs();
      registry.register(counter);
      counter.add(2);
      const first = await open({ registry });
      await first.drive(first.exporter.forceFlush());
      await first.drive(first.exporter.shutdown());
      const names = async (): Promise<string[]> => (await registry.gather()).families.map(({ name }) => name);
      holdEqual(await names(), ['jobs_total'], 'families that the first has left on the registry');
      counter.add(3);
      const second = await open({ registry });
      await second.deliver();
      second.totals.expectValue('jobs_total', 5);
    }),
  },
};
