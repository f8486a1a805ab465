import type { Label } from './desc.ts';
import { MetricsError } from './error.ts';
import { quote } from './names.ts';

/** A span as `@opentelemetry/api` tells of it; a `SpanContext` is one. */
export interface ExemplarSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Its lowest bit says that the span is sampled. */
  readonly traceFlags: number;
}

/** Time as a sampler sees it, so that a test can move it by hand. */
export interface ExemplarClock {
  /** Milliseconds since the epoch. */
  now(): number;
  setTimeout(callback: () => void, milliseconds: number): { unref?(): unknown };
}

export interface ExemplarSamplerOptions {
  /** The span that is active, sampled or not: `() => trace.getActiveSpan()?.spanContext()`. */
  readonly activeSpan: () => ExemplarSpan | undefined;
  /** Time between two exemplars of one series, in milliseconds. Default: 90. */
  readonly intervalMs?: number;
  /** How long an exemplar stays at least, in milliseconds. Default: 7000. */
  readonly minAgeMs?: number;
  /** How long an exemplar stays at most, in milliseconds. Default: 70 000. */
  readonly maxAgeMs?: number;
  /** Default: the machine's. */
  readonly clock?: ExemplarClock;
}

/** Series that had their turn, and get another when time has passed. */
export interface Waiting {
  /** An interval has passed; answers whether there is still somebody waiting. */
  pass(): boolean;
}

/** Kept at least so long where there is no sampler to say it. */
export const USUAL_MIN_AGE = 7000;

// Of all series together, in one interval: about a tenth of a millisecond.
const MOST_ASKED = 4096;
const SAMPLED = 1;

const machineClock: ExemplarClock = {
  now: () => Date.now(),
  setTimeout: (callback, milliseconds) => setTimeout(callback, milliseconds),
};

/**
 * Chooses which recordings of counters and histograms keep the span they were made in.
 *
 * A series asks for the active span until it finds a sampled one, eight times at most; then it waits for one to two
 * intervals. Asking is all that costs: who waits is told by one number.
 * It has no timer while nobody asks or waits, and none that keeps a process alive.
 * Errors: {@link MetricsError} `ARGUMENT_INVALID`.
 *
 * @example
 * const span = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
 * const exemplars = new ExemplarSampler({ activeSpan: () => span });
 * assert.deepEqual(exemplars.spanLabels()?.map(({ name }) => name), ['span_id', 'trace_id']);
 */
export class ExemplarSampler {
  readonly minAgeMs: number;
  readonly maxAgeMs: number;
  readonly #activeSpan: () => ExemplarSpan | undefined;
  readonly #intervalMs: number;
  readonly #clock: ExemplarClock;
  readonly #waiting = new Set<Waiting>();
  #isTimed = false;
  #asked = 0;

  constructor(options: ExemplarSamplerOptions) {
    const { activeSpan, intervalMs = 90, minAgeMs = USUAL_MIN_AGE, maxAgeMs = 70_000 } = options ?? {};
    if (typeof activeSpan !== 'function') throw refusal('activeSpan', activeSpan, 'a function');
    this.#activeSpan = activeSpan;
    this.#intervalMs = milliseconds('intervalMs', intervalMs, 1);
    this.minAgeMs = milliseconds('minAgeMs', minAgeMs, 0);
    this.maxAgeMs = milliseconds('maxAgeMs', maxAgeMs, this.minAgeMs);
    this.#clock = options.clock ?? machineClock;
  }

  /** Milliseconds since the epoch. */
  now(): number {
    return this.#clock.now();
  }

  /** Labels that name the active span, if there is one, it is sampled and its ids are valid. Never throws. */
  spanLabels(): readonly Label[] | undefined {
    try {
      const span = this.#activeSpan();
      return span === undefined || span === null ? undefined : labelsOfSpan(span);
    } catch {
      return undefined;
    }
  }

  /** As {@link spanLabels}, for those that {@link wait}; not too often for all of them together. */
  ask(): readonly Label[] | undefined {
    this.#beginInterval();
    return this.#asked++ < MOST_ASKED ? this.spanLabels() : undefined;
  }

  /** Whether it is of use to ask again in this interval. */
  get answers(): boolean {
    return this.#asked < MOST_ASKED;
  }

  /** Lets somebody wait until one to two intervals have passed. */
  wait(waiting: Waiting): void {
    this.#waiting.add(waiting);
    this.#beginInterval();
  }

  #beginInterval(): void {
    if (this.#isTimed) return;
    this.#isTimed = true;
    this.#clock.setTimeout(() => this.#pass(), this.#intervalMs).unref?.();
  }

  #pass(): void {
    this.#isTimed = false;
    this.#asked = 0;
    for (const waiting of this.#waiting) {
      if (waiting.pass()) this.wait(waiting);
      else this.#waiting.delete(waiting);
    }
  }
}

function labelsOfSpan({ traceId, spanId, traceFlags }: ExemplarSpan): readonly Label[] | undefined {
  if ((traceFlags & SAMPLED) === 0 || !isId(traceId, 32) || !isId(spanId, 16)) return undefined;
  return [
    { name: 'span_id', value: spanId },
    { name: 'trace_id', value: traceId },
  ];
}

/** Lower-case hexadecimal digits, not all of them 0, as W3C Trace Context has ids. */
function isId(id: string, digits: number): boolean {
  return typeof id === 'string' && id.length === digits && /^[0-9a-f]*[1-9a-f][0-9a-f]*$/.test(id);
}

function milliseconds(option: string, value: number, least: number): number {
  if (typeof value === 'number' && value >= least && value < 2 ** 31) return value;
  throw refusal(option, value, `milliseconds, ${least} or more`);
}

function refusal(option: string, value: unknown, wanted: string): MetricsError {
  return new MetricsError('ARGUMENT_INVALID', {
    message: `Cannot make exemplar sampler: ${option} is ${quote(value)}; use ${wanted}`,
    details: { option, value },
  });
}
