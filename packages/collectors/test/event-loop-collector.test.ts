import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import { Registry } from '@oriel/metrics';
import { afterEach, describe, expect, test } from 'vitest';
import { DelayWindow } from '../src/delay-window.ts';
import { runtimeCollector } from '../src/index.ts';
import { TurnLag } from '../src/turn-lag.ts';
import { UtilizationWindow } from '../src/utilization-window.ts';
import { samples, samplesOf } from './samples.ts';

const RESOLUTION_MS = 10;
const stops: (() => void)[] = [];

afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

function started(): ReturnType<typeof runtimeCollector> {
  const runtime = runtimeCollector({ delayResolutionMs: RESOLUTION_MS });
  runtime.start();
  stops.push(() => runtime.stop());
  return runtime;
}

/** Lets the loop run until a look at it says so. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await wait(RESOLUTION_MS);
}

function block(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end; );
}

describe('delay', () => {
  test('no figure is given while nothing is measured', async () => {
    const found = [...(await samples(started())).keys()];
    expect(found.filter((name) => name.startsWith('nodejs_eventloop_lag'))).toEqual([]);
  });

  test('an idle loop reads what is above the resolution, not the resolution', async () => {
    const runtime = started();
    const raw = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    raw.enable();
    stops.push(() => raw.disable());
    await until(() => raw.count >= 20);
    const found = await samples(runtime);
    expect(raw.min).toBeGreaterThan(5e6);
    expect(found.get('nodejs_eventloop_lag_min_seconds')).toBeLessThan(0.001);
    expect(found.get('nodejs_eventloop_lag_p50_seconds')).toBeLessThan(raw.max / 1e9 - 0.009);
  });

  test('figures rise from the shortest over the median to the longest', async () => {
    const runtime = started();
    await until(async () => (await samples(runtime)).has('nodejs_eventloop_lag_mean_seconds'));
    block(60);
    await until(async () => ((await samples(runtime)).get('nodejs_eventloop_lag_max_seconds') ?? 0) > 0.04);
    const found = await samples(runtime);
    const rising = ['min', 'p50', 'p90', 'p99', 'max'].map(
      (name) => found.get(`nodejs_eventloop_lag_${name}_seconds`) ?? Number.NaN,
    );
    // The monitor keeps three digits of each value.
    for (const [i, value] of rising.slice(1).entries())
      expect(value * 1.002).toBeGreaterThanOrEqual(rising[i]);
    expect(found.get('nodejs_eventloop_lag_stddev_seconds')).toBeGreaterThan(0);
  });

  test('two gathers at once, and one after the other, see the same window', async () => {
    const runtime = started();
    await until(async () => (await samples(runtime)).has('nodejs_eventloop_lag_seconds'));
    block(100);
    const peak = async () => (await samples(runtime)).get('nodejs_eventloop_lag_max_seconds') ?? 0;
    await until(async () => (await peak()) > 0.05);
    const registry = new Registry();
    registry.register(runtime);
    const [one, two] = (await Promise.all([registry.gather(), registry.gather()])).map((snapshot) =>
      [...samplesOf(snapshot)].filter(([name]) => /lag_/.test(name)),
    );
    expect(one).toHaveLength(8);
    expect(two).toEqual(one);
    // A peak that one scrape saw is there for the next.
    expect(await peak()).toBeGreaterThanOrEqual(0.05);
    expect(await peak()).toBeGreaterThanOrEqual(0.05);
  });

  test('DelayWindow keeps a peak through one rotation and forgets it at the second', async () => {
    const window = new DelayWindow(1);
    window.enable();
    stops.push(() => window.disable());
    await until(() => window.figures() !== undefined);
    block(200);
    await until(() => (window.figures()?.max ?? 0) > 0.15);
    window.rotate();
    expect(window.figures()?.max).toBeGreaterThan(0.15);
    window.rotate();
    expect(window.figures()).toBeUndefined();
  });

  test('TurnLag stopped within the turn it looks at keeps no value', async () => {
    const lag = new TurnLag();
    lag.start();
    lag.stop();
    for (let i = 0; i < 3; i++) await turn();
    expect(lag.seconds).toBeUndefined();
  });

  test('the lag of one turn is not the work of the scrape that asks for it', async () => {
    const runtime = started();
    const registry = new Registry();
    registry.register({ describe: () => [], collect: () => block(300) });
    registry.register(runtime);
    await until(async () => (await samples(runtime)).has('nodejs_eventloop_lag_seconds'));
    const before = (await samples(runtime)).get('nodejs_eventloop_lag_seconds');
    await registry.gather();
    expect((await samples(runtime)).get('nodejs_eventloop_lag_seconds')).toBe(before);
  });
});

describe('use', () => {
  test('the time counters hold what the loop has run since it began', async () => {
    const before = performance.eventLoopUtilization();
    const found = await samples(runtimeCollector());
    const after = performance.eventLoopUtilization();
    for (const state of ['active', 'idle'] as const) {
      const seconds = found.get(`nodejs_eventloop_time_seconds_total{state=${state}}`);
      expect(seconds).toBeGreaterThanOrEqual(before[state] / 1000);
      expect(seconds).toBeLessThanOrEqual(after[state] / 1000);
    }
  });

  test('the loop counters grow with every turn', async () => {
    const runtime = runtimeCollector();
    const turnsSoFar = async () => (await samples(runtime)).get('nodejs_eventloop_iterations_total') ?? 0;
    const before = await turnsSoFar();
    for (let i = 0; i < 10; i++) await turn();
    expect((await turnsSoFar()) - before).toBeGreaterThanOrEqual(10);
  });

  test('the utilisation is the same for two scrapers however often either asks', () => {
    const [often, seldom] = [new UtilizationWindow(), new UtilizationWindow()];
    often.start();
    seldom.start();
    block(20);
    for (let i = 0; i < 5; i++) often.ratio();
    block(20);
    const [a, b] = [often.ratio(), seldom.ratio()];
    expect(a).toBeCloseTo(b ?? Number.NaN, 3);
    expect(a).toBeGreaterThan(0.9);
  });

  test('UtilizationWindow keeps a busy time through one rotation and forgets it at the second', async () => {
    const [rotated, whole] = [new UtilizationWindow(), new UtilizationWindow()];
    rotated.start();
    whole.start();
    block(100);
    rotated.rotate();
    expect(rotated.ratio()).toBeCloseTo(whole.ratio() ?? Number.NaN, 2);
    rotated.rotate();
    await wait(RESOLUTION_MS);
    expect(rotated.ratio()).toBeLessThan((whole.ratio() ?? Number.NaN) - 0.01);
    rotated.stop();
    expect(rotated.ratio()).toBeUndefined();
  });
});
