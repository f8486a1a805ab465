import { type Clock, DeltaView } from '@oriel/exporter';
import type { Snapshot } from '@oriel/metrics';
import { resourceAttributes, rowBatches, type ScopedRange } from '@oriel/otel';
import { type ArrivedRows, arrivedSnapshot } from './arrived-snapshot.ts';
import { DeliveryError, isRefusal } from './delivery-error.ts';
import type { Receipt } from './otlp-sender.ts';
import type { MetricRequest } from './request-encoder.ts';

/** A snapshot on its way, and how far it has come. */
export class Delivery {
  readonly snapshot: Snapshot;
  /** Requests that need not be sent again: they have arrived or were refused. */
  done = 0;
  isDone = false;
  readonly arrived: ArrivedRows[] = [];
  refusal: unknown;

  constructor(snapshot: Snapshot) {
    this.snapshot = snapshot;
  }
}

export interface DeliverySenderOptions {
  readonly temporality: 'cumulative' | 'delta';
  readonly maxPoints: number;
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** The resource, given what the snapshot says of it. */
  readonly resource: (told: Readonly<Record<string, string>>) => Readonly<Record<string, string>>;
  readonly send: (request: MetricRequest, signal: AbortSignal) => Promise<Receipt>;
  readonly onReceipt: (receipt: Receipt) => void;
  /** Told of series that were refused. */
  readonly onRefused: (series: number) => void;
}

/**
 * Sends snapshots as requests of a bounded size, one after the other.
 *
 * A delivery that is sent again goes on where it stopped. Of deltas the base moves on by what has arrived, row by row,
 * so that nothing is lost and nothing is sent twice, whatever becomes of the rest.
 */
export class DeliverySender {
  readonly #options: DeliverySenderOptions;
  readonly #view = new DeltaView();
  #base: Snapshot | undefined;
  #current: Delivery | undefined;
  #exemplarsSince = Number.NEGATIVE_INFINITY;

  constructor(options: DeliverySenderOptions) {
    this.#options = options;
  }

  /** Errors: `DeliveryError`; a refusal is thrown when the rest has been sent. */
  async send(delivery: Delivery, signal: AbortSignal): Promise<void> {
    // One before it was given up half-way.
    if (this.#current !== undefined && this.#current !== delivery) this.#settle(this.#current);
    this.#current = delivery;
    const { maxPoints, temporality } = this.#options;
    const told = temporality === 'delta' ? await this.#view.since(delivery.snapshot) : delivery.snapshot;
    const resource = this.#options.resource(resourceAttributes(told));
    const facts = { time: told.time, temporality, resource, exemplarsSince: this.#exemplarsSince };
    let place = 0;
    for (const ranges of rowBatches(told, { maxPoints })) {
      if (place++ < delivery.done) continue;
      const arrived = await this.#request({ ...facts, ranges }, delivery, signal);
      if (arrived && temporality === 'delta') delivery.arrived.push(...rowsOf(ranges, told));
      delivery.done = place;
    }
    delivery.isDone = true;
    this.#settle(delivery);
    this.#exemplarsSince = delivery.snapshot.time;
    if (delivery.refusal !== undefined) throw delivery.refusal;
  }

  /** Whether the request has arrived; a refusal is kept, any other failure thrown. */
  async #request(request: MetricRequest, delivery: Delivery, signal: AbortSignal): Promise<boolean> {
    const { onReceipt, onRefused } = this.#options;
    try {
      onReceipt(await this.#timed(request, signal));
      return true;
    } catch (cause) {
      if (!isRefusal(cause)) throw cause;
      delivery.refusal ??= cause;
      onRefused(request.ranges.reduce((sum, { from, to }) => sum + to - from, 0));
      return false;
    }
  }

  async #timed(request: MetricRequest, signal: AbortSignal): Promise<Receipt> {
    const { clock, timeoutMs, send } = this.#options;
    const late = new AbortController();
    const timer = clock.setTimeout(() => late.abort(), timeoutMs);
    try {
      return await send(request, AbortSignal.any([signal, late.signal]));
    } catch (cause) {
      if (!late.signal.aborted) throw cause;
      throw new DeliveryError(`Cannot send metrics: the receiver did not answer within ${timeoutMs} ms`, {
        code: 'ETIMEDOUT',
        transient: true,
        cause,
      });
    } finally {
      clock.clearTimeout(timer);
    }
  }

  #settle(delivery: Delivery): void {
    this.#current = undefined;
    const knowsNothing = delivery.done === 0 && !delivery.isDone;
    if (this.#options.temporality === 'cumulative' || knowsNothing) return;
    const isWhole = delivery.isDone && delivery.refusal === undefined;
    const { snapshot, arrived } = delivery;
    this.#base = isWhole ? snapshot : arrivedSnapshot(this.#base, snapshot, arrived);
    this.#view.accept(this.#base);
  }
}

/** The rows of a batch by their places, which are those of the snapshot it was made from. */
function rowsOf(ranges: readonly ScopedRange[], { families }: Snapshot): ArrivedRows[] {
  return ranges.map(({ family, part, from, to }) => {
    const place = families.findIndex(({ name }) => name === family.name);
    return { family: place, part: families[place].parts.indexOf(part), from, to };
  });
}
