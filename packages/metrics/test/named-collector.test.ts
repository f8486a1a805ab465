import { describe, expect, test, vi } from 'vitest';
import type { Collector } from '../src/collector.ts';
import { Desc } from '../src/desc.ts';
import { mergeGatherers } from '../src/merge.ts';
import { namedCollector } from '../src/named-collector.ts';
import { Registry } from '../src/registry.ts';
import { prefixed, withPrefix } from '../src/wrap.ts';
import { collecting, never, set } from './collecting.ts';
import { codesOf, seriesOf } from './rows-of.ts';

/** A collector that counts how often it was asked, and answers that number. */
function asked(name: string, wait: Promise<void> = Promise.resolve()): Collector & { times: number } {
  const counter = {
    times: 0,
    ...collecting(name, async (out, desc) => {
      counter.times++;
      const now = counter.times;
      await wait;
      out.gauge(desc, now);
    }),
  };
  return counter;
}

function registryOf(...collectors: Collector[]): Registry {
  const registry = new Registry();
  for (const collector of collectors) registry.register(collector);
  return registry;
}

describe('namedCollector()', () => {
  test('asks again once its last answer is older than its age', async () => {
    let now = 1000;
    const inner = asked('a');
    const registry = registryOf(namedCollector('a', inner, { maxAgeMs: 500, now: () => now }));
    const value = async () => seriesOf(await registry.gather(), 'a')[0][1];
    expect([await value(), await value()]).toEqual([1, 1]);
    now += 499;
    expect(await value()).toBe(1);
    now += 1;
    expect(await value()).toBe(2);
    expect(inner.times).toBe(2);
  });

  test('asks every time without an age', async () => {
    const inner = asked('a');
    const registry = registryOf(namedCollector('a', inner));
    await registry.gather();
    await registry.gather();
    expect(inner.times).toBe(2);
  });

  test('shares one collection among gatherings that overlap', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const inner = asked('a', promise);
    const registry = registryOf(namedCollector('a', inner, { maxAgeMs: 10 }));
    const all = [registry.gather(), registry.gather(), registry.gather()];
    resolve();
    for (const snapshot of await Promise.all(all)) expect(seriesOf(snapshot, 'a')).toEqual([['a{}', 1]]);
    expect(inner.times).toBe(1);
  });

  test('does not keep a failure', async () => {
    let fails = true;
    const inner = collecting('a', async (out, desc) => {
      if (fails) throw new Error('boom');
      out.gauge(desc, 1);
    });
    const registry = registryOf(namedCollector('a', inner, { maxAgeMs: 1e6 }));
    expect(codesOf(await registry.gather())).toEqual(['COLLECT_FAILED']);
    fails = false;
    expect(seriesOf(await registry.gather(), 'a')).toEqual([['a{}', 1]]);
  });

  test('keeps copies of what a collector writes and changes afterwards', async () => {
    const desc = new Desc({ name: 'a', type: 'gauge', labelNames: ['l'] });
    const labels = ['first'];
    const inner: Collector = { describe: () => [desc], collect: (out) => out.gauge(desc, 1, labels) };
    const registry = registryOf(namedCollector('a', inner, { maxAgeMs: 1e6 }));
    await registry.gather();
    labels[0] = 'second';
    expect(seriesOf(await registry.gather(), 'a')).toEqual([['a{l="first"}', 1]]);
  });

  test('a kept answer with a series twice is refused each time, as the first one was', async () => {
    const inner = collecting('a', (out, desc) => {
      out.gauge(desc, 1);
      out.gauge(desc, 2);
    });
    const registry = registryOf(namedCollector('a', inner, { maxAgeMs: 1e6 }));
    const first = await registry.gather();
    const second = await registry.gather();
    expect(codesOf(first)).toEqual(['SERIES_DUPLICATE']);
    expect(codesOf(second)).toEqual(['SERIES_DUPLICATE']);
    expect(seriesOf(second, 'a')).toEqual(seriesOf(first, 'a'));
  });

  test('gives up at its own time limit, aborts, and counts a timeout', async () => {
    const signals: AbortSignal[] = [];
    const hanging = collecting('a', (out) => {
      signals.push(out.signal);
      return never;
    });
    const registry = registryOf(namedCollector('slow', hanging, { timeoutMs: 1 }), set('b', 1));
    registry.register(registry.selfMetrics());
    const first = await registry.gather();
    expect(codesOf(first)).toEqual(['COLLECT_TIMEOUT']);
    expect(seriesOf(first, 'b')).toEqual([['b{}', 1]]);
    expect(signals[0].aborted).toBe(true);
    const second = await registry.gather();
    expect(seriesOf(second, 'oriel_collector_failures_total')).toEqual([
      ['oriel_collector_failures_total{cause="timeout",collector="slow"}', 1],
    ]);
  });

  test.each(['', 'a b', 'x'.repeat(101), 'é', 5])('refuses name %j', (name) => {
    expect(() => namedCollector(name as string, set('a', 1))).toThrow(/use 1 to 100 letters/);
  });

  test.each([-1, Number.NaN, 2 ** 31])('refuses an age of %s ms', (maxAgeMs) => {
    expect(() => namedCollector('a', set('a', 1), { maxAgeMs })).toThrow(/use milliseconds, 0 or more/);
  });
});

describe('self-metrics of named collectors', () => {
  test('tell duration and success of the last collection, whether it answers at once or later', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const failing = collecting('c', () => Promise.reject(new Error('boom')));
    const throwing = collecting('d', () => {
      throw new Error('boom');
    });
    const registry = registryOf(
      namedCollector('now', set('a', 1)),
      namedCollector(
        'later',
        collecting('b', async () => void vi.advanceTimersByTime(1500)),
      ),
      namedCollector('failing', failing),
      namedCollector('throwing', throwing),
      set('nameless', 1),
    );
    registry.register(registry.selfMetrics());
    await registry.gather();
    const snapshot = await registry.gather();
    vi.useRealTimers();
    expect(seriesOf(snapshot, 'oriel_collector_success')).toEqual([
      ['oriel_collector_success{collector="now"}', 1],
      ['oriel_collector_success{collector="throwing"}', 0],
      ['oriel_collector_success{collector="later"}', 1],
      ['oriel_collector_success{collector="failing"}', 0],
    ]);
    const durations = new Map(
      seriesOf(snapshot, 'oriel_collector_duration_seconds').map(([series, value]) => [series, value]),
    );
    expect(durations.get('oriel_collector_duration_seconds{collector="now"}')).toBe(0);
    expect(durations.get('oriel_collector_duration_seconds{collector="later"}')).toBe(1.5);
  });

  test('go with their collector', async () => {
    const named = namedCollector('a', set('a', 1));
    const registry = registryOf(named);
    registry.register(registry.selfMetrics());
    await registry.gather();
    registry.unregister(named);
    expect(seriesOf(await registry.gather(), 'oriel_collector_success')).toEqual([]);
  });
});

describe('gather({ collectors })', () => {
  const both = (): Registry =>
    registryOf(namedCollector('x', set('a', 1)), namedCollector('y', set('b', 2)), set('c', 3));
  const names = (snapshot: { families: readonly { name: string }[] }): string[] =>
    snapshot.families.map(({ name }) => name);

  test('asks only the collectors of these names, through merges and prefixes', async () => {
    const registry = both();
    expect(names(await registry.gather({ collectors: ['y'] }))).toEqual(['b']);
    expect(names(await registry.gather({ collectors: ['x', 'y'] }))).toEqual(['a', 'b']);
    expect(names(await registry.gather({ collectors: [] }))).toEqual([]);
    const merged = mergeGatherers(prefixed('p_', registry), registryOf(namedCollector('x', set('z', 1))));
    expect(names(await merged.gather({ collectors: new Set(['x']).values() }))).toEqual(['p_a', 'z']);
    expect([...(merged.collectorNames?.() ?? [])]).toEqual(['x', 'y', 'x']);
  });

  test('knows a collector that was registered through a wrapper', async () => {
    const registry = new Registry();
    withPrefix('p_', registry).register(namedCollector('x', set('a', 1)));
    expect(registry.collectorNames()).toEqual(['x']);
    expect(names(await registry.gather({ collectors: ['x'] }))).toEqual(['p_a']);
  });
});
