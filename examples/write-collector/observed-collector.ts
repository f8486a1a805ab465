import { type Collector, Desc, type FamilySink } from '@oriel/metrics';

/**
 * A collector that also tells how its own collecting went.
 *
 * Each source is registered by itself: the registry runs them side by side, and one that fails or hangs costs
 * its own metrics and no other's. The name is a constant label, so many of these fit into one registry.
 */
export class ObservedCollector implements Collector {
  readonly #source: Collector;
  readonly #success: Desc;
  readonly #duration: Desc;
  readonly #failures: Desc;
  #failed = 0;

  constructor(name: string, source: Collector) {
    const constLabels = { collector: name };
    this.#source = source;
    this.#success = new Desc({
      name: 'host_collector_success',
      type: 'gauge',
      help: 'Whether the collector could tell all it should: 1 or 0.',
      constLabels,
    });
    this.#duration = new Desc({
      name: 'host_collector_duration_seconds',
      type: 'gauge',
      help: 'How long the collector took.',
      unit: 's',
      constLabels,
    });
    this.#failures = new Desc({
      name: 'host_collector_failures_total',
      type: 'counter',
      help: 'Collections that failed since the exporter started.',
      constLabels,
    });
  }

  describe(): Desc[] {
    return [...this.#source.describe(), this.#success, this.#duration, this.#failures];
  }

  async collect(out: FamilySink): Promise<void> {
    const end = this.#begin(out);
    // The registry stops waiting after a while; what is written by then is served.
    const giveUp = () => end(false);
    out.signal.addEventListener('abort', giveUp, { once: true });
    try {
      await this.#source.collect(out);
      end(true);
    } catch (error) {
      out.error(error);
      end(false);
    } finally {
      out.signal.removeEventListener('abort', giveUp);
    }
  }

  /** Starts a clock; the function it returns writes the outcome, once. */
  #begin(out: FamilySink): (success: boolean) => void {
    const start = performance.now();
    let isWritten = false;
    return (success) => {
      if (isWritten) return;
      isWritten = true;
      if (!success) this.#failed++;
      out.gauge(this.#success, success ? 1 : 0);
      out.gauge(this.#duration, (performance.now() - start) / 1000);
      out.counter(this.#failures, this.#failed);
    };
  }
}
