import { type Collector, Counter, Gauge, Histogram, Registry } from '@oriel/metrics';
import { scopeMetricsOf } from '@oriel/otel';
import { manualClock } from '@oriel/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Delivery, DeliverySender, type DeliverySenderOptions } from '../src/delivery.ts';
import { DeliveryError } from '../src/delivery-error.ts';
import type { MetricRequest } from '../src/request-encoder.ts';

type Outcome = 'taken' | 'refused' | 'unavailable';

const failures: Readonly<Record<Outcome, DeliveryError | undefined>> = {
  taken: undefined,
  refused: new DeliveryError('no', { status: 400, transient: false }),
  unavailable: new DeliveryError('not now', { status: 503, transient: true }),
};

/** A receiver that does as it is told, request by request, and adds up what it takes. */
class Receiver {
  readonly outcomes: Outcome[] = [];
  readonly sizes: number[] = [];
  /** By series; of totals the last one, of deltas their sum. */
  readonly held = new Map<string, number>();
  readonly #addsUp: boolean;

  constructor(temporality: 'cumulative' | 'delta') {
    this.#addsUp = temporality === 'delta';
  }

  take(request: MetricRequest): void {
    const all = scopeMetricsOf(request.ranges, request).flatMap((scope) => scope.metrics);
    this.sizes.push(all.reduce((sum, { dataPoints }) => sum + dataPoints.length, 0));
    const failure = failures[this.outcomes.shift() ?? 'taken'];
    if (failure !== undefined) throw failure;
    for (const { descriptor, dataPoints } of all) {
      for (const { attributes, value } of dataPoints) {
        const key = `${descriptor.name} ${JSON.stringify(attributes)}`;
        const count = typeof value === 'number' ? value : value.count;
        this.held.set(key, count + (this.#addsUp ? (this.held.get(key) ?? 0) : 0));
      }
    }
  }
}

function senderTo(receiver: Receiver, options: Partial<DeliverySenderOptions> = {}): DeliverySender {
  return new DeliverySender({
    temporality: 'cumulative',
    maxPoints: 3,
    timeoutMs: 1000,
    clock: manualClock(),
    resource: (told) => told,
    send: async (request) => {
      receiver.take(request);
      return { bytes: 0, rejected: 0, reason: '' };
    },
    onReceipt: () => {},
    onRefused: () => {},
    ...options,
  });
}

const signal = new AbortController().signal;

function registered<C extends Collector>(registry: Registry, collector: C): C {
  registry.register(collector);
  return collector;
}

function tenCounters(registry: Registry): Counter<'i'> {
  const counter = registered(registry, new Counter({ name: 'jobs_total', labelNames: ['i'] }));
  for (let i = 0; i < 10; i++) counter.add(i + 1, { i });
  return counter;
}

describe('DeliverySender', () => {
  test('sends requests of at most maxPoints points, each series once', async () => {
    const registry = new Registry();
    tenCounters(registry);
    const receiver = new Receiver('cumulative');
    await senderTo(receiver).send(new Delivery(await registry.gather()), signal);
    expect(receiver.sizes).toEqual([3, 3, 3, 1]);
    expect([...receiver.held.values()]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  test('counts one more point for each 8 buckets, and sends what is larger than a request alone', async () => {
    const registry = new Registry();
    const buckets = Array.from({ length: 30 }, (_, i) => i);
    const histogram = registered(registry, new Histogram({ name: 'wait', buckets, labelNames: ['i'] }));
    for (let i = 0; i < 3; i++) histogram.observe(1, { i });
    const receiver = new Receiver('cumulative');
    await senderTo(receiver).send(new Delivery(await registry.gather()), signal);
    expect(receiver.sizes).toEqual([1, 1, 1]);
  });

  test('goes on where a delivery has stopped', async () => {
    const registry = new Registry();
    tenCounters(registry);
    const receiver = new Receiver('cumulative');
    receiver.outcomes.push('taken', 'taken', 'unavailable');
    const [sender, delivery] = [senderTo(receiver), new Delivery(await registry.gather())];
    await expect(sender.send(delivery, signal)).rejects.toBe(failures.unavailable);
    await sender.send(delivery, signal);
    expect(receiver.sizes).toEqual([3, 3, 3, 3, 1]);
    expect(receiver.held.size).toBe(10);
  });

  test('sends the rest when one request is refused, and throws the refusal then', async () => {
    const registry = new Registry();
    tenCounters(registry);
    const receiver = new Receiver('cumulative');
    receiver.outcomes.push('taken', 'refused');
    let refused = 0;
    const sender = senderTo(receiver, { onRefused: (series) => (refused += series) });
    await expect(sender.send(new Delivery(await registry.gather()), signal)).rejects.toBe(failures.refused);
    expect([receiver.held.size, refused]).toEqual([7, 3]);
  });

  test('ends an attempt at its time limit, and tells that it was late', async () => {
    const registry = new Registry();
    tenCounters(registry);
    const clock = manualClock();
    const send = (_: MetricRequest, within: AbortSignal) =>
      new Promise<never>((_, reject) => within.addEventListener('abort', () => reject(within.reason)));
    const sender = senderTo(new Receiver('cumulative'), { clock, send });
    const sending = sender.send(new Delivery(await registry.gather()), signal);
    const late = expect(sending).rejects.toMatchObject({ name: 'TimeoutError', transient: true });
    await clock.advance(1000);
    await late;
    expect(clock.pending).toBe(0);
  });

  test('adds deltas up to the totals whatever is refused, given up, removed or begun anew', async () => {
    const step = fc.record({
      adds: fc.array(fc.tuple(fc.nat(11), fc.integer({ min: 1, max: 5 })), { maxLength: 12 }),
      outcomes: fc.array(fc.constantFrom<Outcome>('taken', 'taken', 'refused', 'unavailable'), {
        maxLength: 8,
      }),
      tries: fc.integer({ min: 1, max: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
        const registry = new Registry();
        const counter = registered(registry, new Counter({ name: 'jobs_total', labelNames: ['i'] }));
        const histogram = registered(
          registry,
          new Histogram({ name: 'wait', buckets: [1, 2], labelNames: ['i'] }),
        );
        const latency = registered(
          registry,
          new Histogram({ name: 'latency', exponential: { schema: 1 }, labelNames: ['i'] }),
        );
        registered(registry, new Gauge({ name: 'depth' })).set(1);
        const receiver = new Receiver('delta');
        const sender = senderTo(receiver, { temporality: 'delta' });
        const totals = new Map<string, number>();
        const count = (name: string, i: number, value: number): void => {
          const key = `${name} ${JSON.stringify({ i: String(i) })}`;
          totals.set(key, (totals.get(key) ?? 0) + value);
        };
        for (const { adds, outcomes, tries } of [...steps, { adds: [], outcomes: [], tries: 1 }]) {
          for (const [i, value] of adds) {
            counter.add(value, { i });
            count('jobs_total', i, value);
            histogram.observe(value, { i });
            count('wait', i, 1);
            latency.observe(value * 2 ** i, { i });
            count('latency', i, 1);
          }
          receiver.outcomes.splice(0, Number.POSITIVE_INFINITY, ...outcomes);
          const delivery = new Delivery(await registry.gather());
          // Then it is given up, as a full queue does.
          for (let attempt = 0; attempt < tries && !delivery.isDone; attempt++) {
            await sender.send(delivery, signal).catch(() => undefined);
          }
        }
        receiver.held.delete('depth {}');
        expect(Object.fromEntries(receiver.held)).toEqual(Object.fromEntries(totals));
      }),
      { numRuns: 200 },
    );
  });
});
