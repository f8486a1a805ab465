import type { Collector } from '../src/collector.ts';
import {
  type ExemplarClock,
  ExemplarSampler,
  type ExemplarSamplerOptions,
  type ExemplarSpan,
} from '../src/exemplar-sampler.ts';
import { Registry } from '../src/registry.ts';
import type { Exemplar, SeriesColumns } from '../src/snapshot.ts';

/** A clock that stands still until a test moves it. */
export class HandClock implements ExemplarClock {
  time = 1_700_000_000_000;
  unrefs = 0;
  timers: { readonly due: number; readonly callback: () => void }[] = [];

  now(): number {
    return this.time;
  }

  setTimeout(callback: () => void, milliseconds: number): { unref(): void } {
    this.timers.push({ due: this.time + milliseconds, callback });
    return { unref: () => this.unrefs++ };
  }

  advance(milliseconds: number): void {
    const end = this.time + milliseconds;
    for (;;) {
      const next = this.timers.toSorted((a, b) => a.due - b.due)[0];
      if (next === undefined || next.due > end) break;
      this.timers.splice(this.timers.indexOf(next), 1);
      this.time = next.due;
      next.callback();
    }
    this.time = end;
  }
}

/** A sampler over a span that a test sets, and a clock it moves. */
export class Sampling {
  readonly clock: HandClock = new HandClock();
  readonly sampler: ExemplarSampler;
  span: ExemplarSpan | undefined;
  asked = 0;

  constructor(options: Partial<ExemplarSamplerOptions> = {}) {
    const activeSpan = (): ExemplarSpan | undefined => {
      this.asked++;
      return this.span;
    };
    this.sampler = new ExemplarSampler({ activeSpan, clock: this.clock, ...options });
  }

  /** Goes on until every series has its turn. */
  turn(): void {
    this.clock.advance(180);
  }
}

/** A sampled span whose ids end in a number from 1 on. */
export function span(number: number, traceFlags = 1): ExemplarSpan {
  const text = number.toString(16);
  return { traceId: text.padStart(32, '0'), spanId: text.padStart(16, '0'), traceFlags };
}

/** The number that a span was made of, of an exemplar. */
export function spanNumber({ labels }: Exemplar): number {
  return Number.parseInt(labels.find(({ name }) => name === 'trace_id')?.value ?? '', 16);
}

export async function columnsOf(collector: Collector): Promise<SeriesColumns> {
  const registry = new Registry();
  registry.register(collector);
  const { families } = await registry.gather();
  return families[0].parts[0];
}

/** Cell, span and value of each exemplar, in the order of the cells. */
export async function exemplarsOf(
  collector: Collector,
): Promise<[cell: number, span: number, value: number][]> {
  const { exemplars = new Map<number, Exemplar>() } = await columnsOf(collector);
  const found = Array.from(exemplars, ([cell, one]): [number, number, number] => [
    cell,
    spanNumber(one),
    one.value,
  ]);
  return found.sort(([a], [b]) => a - b);
}
