import { DeltaView } from '@oriel/exporter';
import { Counter, Gauge, Histogram, Registry } from '@oriel/metrics';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Encoder, type EncoderOptions } from '../src/encoder.ts';
import { type Dialect, type Line, readLines } from './line-reader.ts';
import { usual, written } from './written.ts';

type Act =
  | { readonly act: 'count' | 'observe' | 'set'; readonly series: number; readonly value: number }
  | { readonly act: 'push' };

// Numbers whose sums are exact.
const value = fc.integer({ min: 0, max: 4000 }).map((n) => n / 8);
const record = fc.record({
  act: fc.constantFrom('count' as const, 'observe' as const, 'set' as const),
  series: fc.nat(7),
  value,
});
const acts: fc.Arbitrary<Act[]> = fc.array(
  fc.oneof({ weight: 6, arbitrary: record }, { weight: 1, arbitrary: fc.constant({ act: 'push' as const }) }),
  { maxLength: 60 },
);
const labels = fc.uniqueArray(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }).map((s) => s.toWellFormed()),
  {
    minLength: 8,
    maxLength: 8,
  },
);
const dialects: Readonly<Record<Dialect, Partial<EncoderOptions>>> = {
  path: {},
  graphite: { nameTags: 'graphite' },
  influx: { nameTags: 'influx' },
  dogstatsd: { flavour: 'dogstatsd', histograms: 'buckets' },
};

/** What a daemon adds up: counters by the whole of what stands before their values, and their tags. */
class Daemon {
  readonly totals = new Map<string, number>();
  readonly gauges = new Map<string, number>();

  take({ name, tags, type, value, relative }: Line): void {
    const key = JSON.stringify([name, Object.entries(tags).sort()]);
    if (type === 'c') this.totals.set(key, (this.totals.get(key) ?? 0) + value);
    else this.gauges.set(key, relative ? (this.gauges.get(key) ?? 0) + value : value);
  }

  of(from: ReadonlyMap<string, number>, name: string): number[] {
    const found = [...from].filter(([key]) => (JSON.parse(key) as [string])[0].startsWith(name));
    return found.map(([, sum]) => sum).sort((a, b) => a - b);
  }
}

test.each(Object.keys(dialects) as Dialect[])(
  'whatever is recorded between pushes, lines of %s parse and their deltas add up to the totals',
  async (dialect) => {
    await fc.assert(
      fc.asyncProperty(acts, labels, async (script, texts) => {
        const registry = new Registry();
        const jobs = new Counter({ name: 'jobs_total', labelNames: ['text'] });
        const wait = new Histogram({ name: 'wait', labelNames: ['text'], buckets: [1, 10, 100] });
        const rpc = new Histogram({ name: 'rpc', labelNames: ['text'], exponential: { maxBuckets: 8 } });
        const depth = new Gauge({ name: 'depth', labelNames: ['text'] });
        for (const each of [jobs, wait, rpc, depth]) registry.register(each);
        const sums = { jobs: new Map<number, number>(), wait: new Map<number, number>() };
        const levels = new Map<number, number>();
        const daemon = new Daemon();
        const view = new DeltaView();
        const encoder = new Encoder({ ...usual, ...dialects[dialect] });
        const push = async (): Promise<void> => {
          const snapshot = await registry.gather();
          const { packets, tally } = written(encoder, await view.since(snapshot));
          for (const packet of packets) for (const line of readLines(packet, dialect)) daemon.take(line);
          expect(tally.dropped).toEqual({ too_long: 0, not_finite: 0, collision: 0 });
          view.accept(snapshot);
        };
        for (const step of script) {
          if (step.act === 'push') {
            await push();
            continue;
          }
          const text = texts[step.series];
          const add = (to: Map<number, number>): unknown =>
            to.set(step.series, (to.get(step.series) ?? 0) + step.value);
          if (step.act === 'count') {
            jobs.add(step.value, { text });
            add(sums.jobs);
          } else if (step.act === 'observe') {
            wait.observe(step.value, { text });
            rpc.observe(step.value, { text });
            add(sums.wait);
          } else {
            depth.set(-step.value, { text });
            levels.set(step.series, 0 - step.value);
          }
        }
        await push();
        const some = (from: ReadonlyMap<number, number>): number[] =>
          [...from.values()].filter((sum) => sum !== 0).sort((a, b) => a - b);
        expect(daemon.of(daemon.totals, 'jobs_total')).toEqual(some(sums.jobs));
        expect(daemon.of(daemon.totals, 'wait.sum')).toEqual(some(sums.wait));
        expect(daemon.of(daemon.totals, 'rpc.sum')).toEqual(some(sums.wait));
        expect(daemon.of(daemon.gauges, 'depth')).toEqual([...levels.values()].sort((a, b) => a - b));
        const counts = script.filter(({ act }) => act === 'observe').length;
        const adding = (name: string): number =>
          daemon.of(daemon.totals, name).reduce((sum, count) => sum + count, 0);
        expect([adding('wait.count'), adding('rpc.count')]).toEqual([counts, counts]);
        if (dialect === 'dogstatsd')
          expect([adding('wait.bucket'), adding('rpc.bucket')]).toEqual([counts, counts]);
      }),
      { numRuns: 60 },
    );
  },
);
