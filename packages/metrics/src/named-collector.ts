import type { Collector, FamilySink } from './collector.ts';
import type { Desc } from './desc.ts';
import { MetricsError } from './error.ts';
import { quote } from './names.ts';
import { RecordingSink } from './recording-sink.ts';
import { WRAPPED } from './registration.ts';

export interface NamedCollectorOptions {
  /** How old what is served may be, in milliseconds: within it a collection is not repeated. Default: 0, never kept. */
  readonly maxAgeMs?: number;
  /** Time for one collection, in milliseconds, if that is less than the registry allows. Default: the registry's. */
  readonly timeoutMs?: number;
  /** Default: `performance.now`. */
  readonly now?: () => number;
}

/**
 * A collector with a name: its collections are timed in the registry's self-metrics, scrapes can choose it by
 * `collect[]=name`, and what it costs can be saved by keeping its last answer for a while.
 *
 * Gatherings that overlap share one collection where answers are kept. A collection that fails is not kept.
 * Errors: {@link MetricsError} `NAME_INVALID`, `ARGUMENT_INVALID`.
 *
 * @example
 * const { Desc } = await import('@oriel/metrics');
 * const up = new Desc({ name: 'redis_up', type: 'gauge', help: 'Whether Redis answers.' });
 * const redis = namedCollector(
 *   'redis',
 *   { describe: () => [up], collect: (out) => out.gauge(up, 1) },
 *   { maxAgeMs: 15_000, timeoutMs: 2_000 },
 * );
 * assert.equal(redis.collectorName, 'redis');
 */
export function namedCollector(
  name: string,
  collector: Collector,
  options: NamedCollectorOptions = {},
): NamedCollector {
  if (typeof name !== 'string' || !/^[a-zA-Z0-9_.-]{1,100}$/.test(name)) {
    throw new MetricsError('NAME_INVALID', {
      message: `Cannot name collector ${quote(name)}: the name breaks the rules; use 1 to 100 letters, digits, "_", "." and "-"`,
      details: { collector: name },
    });
  }
  return new Named(name, collector, {
    maxAgeMs: milliseconds(name, 'maxAgeMs', options.maxAgeMs ?? 0),
    timeoutMs: milliseconds(name, 'timeoutMs', options.timeoutMs ?? 0),
    now: options.now ?? (() => performance.now()),
  });
}

/** Made by {@link namedCollector}. */
export interface NamedCollector extends Collector {
  readonly collectorName: string;
}

class Named implements NamedCollector {
  readonly [WRAPPED]: Collector;
  readonly collectorName: string;
  readonly #options: Required<NamedCollectorOptions>;
  #kept: { readonly sink: RecordingSink; readonly at: number } | undefined;
  #running: Promise<RecordingSink> | undefined;

  constructor(name: string, collector: Collector, options: Required<NamedCollectorOptions>) {
    this.collectorName = name;
    this[WRAPPED] = collector;
    this.#options = options;
  }

  get drops(): Collector['drops'] {
    return this[WRAPPED].drops;
  }

  describe(): Iterable<Desc> {
    return this[WRAPPED].describe();
  }

  collect(out: FamilySink): void | Promise<void> {
    const { maxAgeMs, now } = this.#options;
    if (maxAgeMs === 0) return this.#collectInto(out, out);
    if (this.#kept !== undefined && now() - this.#kept.at < maxAgeMs) {
      this.#kept.sink.replay(out);
      return;
    }
    this.#running ??= this.#collectAnew(out).finally(() => {
      this.#running = undefined;
    });
    return this.#running.then((sink) => sink.replay(out));
  }

  async #collectAnew({ signal, time }: FamilySink): Promise<RecordingSink> {
    const { now } = this.#options;
    const at = now();
    const sink = new RecordingSink(signal, time);
    await this.#collectInto(sink, sink);
    this.#kept = { sink, at };
    return sink;
  }

  #collectInto(out: FamilySink, { signal }: FamilySink): void | Promise<void> {
    const { timeoutMs } = this.#options;
    if (timeoutMs === 0) return this[WRAPPED].collect(out);
    const late = new AbortController();
    const limited = withSignal(out, AbortSignal.any([signal, late.signal]));
    const answer = this[WRAPPED].collect(limited);
    if (typeof answer?.then !== 'function') return undefined;
    return within(answer, timeoutMs, this.collectorName, late);
  }
}

async function within(
  answer: Promise<void>,
  timeoutMs: number,
  collector: string,
  late: AbortController,
): Promise<void> {
  const { promise: never, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.abort();
    reject(tooLate(collector, timeoutMs));
  }, timeoutMs);
  try {
    await Promise.race([answer, never]);
  } finally {
    clearTimeout(timer);
  }
}

// Methods of a sink stand on its class: they have to go by it.
function withSignal(out: FamilySink, signal: AbortSignal): FamilySink {
  return new Proxy(out, {
    get(target, key) {
      if (key === 'signal') return signal;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

function tooLate(collector: string, timeoutMs: number): MetricsError {
  return new MetricsError('COLLECT_TIMEOUT', {
    message: `Cannot collect "${collector}": it has not answered within ${timeoutMs} ms; the other collectors are served`,
    details: { collector, timeoutMs },
  });
}

function milliseconds(name: string, option: string, value: number): number {
  if (Number.isFinite(value) && value >= 0 && value < 2 ** 31) return value;
  throw new MetricsError('ARGUMENT_INVALID', {
    message: `Cannot name collector "${name}": ${option} is ${quote(value)}; use milliseconds, 0 or more`,
    details: { collector: name, option },
  });
}
