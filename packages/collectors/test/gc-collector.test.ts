import { constants } from 'node:perf_hooks';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { GcCollector, gcKind } from '../src/gc-collector.ts';
import { runProgram } from './program.ts';
import { samples } from './samples.ts';

interface Counts {
  readonly counted: Record<string, number>;
  readonly least: Record<string, number>;
  readonly most: Record<string, number>;
}

const typeOf: Readonly<Record<string, string>> = {
  minor: 'Scavenge',
  minor_mark_sweep: 'MinorMarkSweep',
  major: 'MarkSweepCompact',
  incremental: 'IncrementalMarking',
  weakcb: 'ProcessWeakCallbacks',
};

test.each([
  ['scavenges', '--max-semi-space-size=1', 'minor'],
  ['minor mark-sweeps', '--minor-ms', 'minor_mark_sweep'],
])('under bursts of %s every collection that V8 made is counted, by kind', async (_what, flag, most) => {
  const counts = (await runProgram('count-collections', [flag])) as Counts;
  expect(counts.counted[most]).toBeGreaterThan(10);
  for (const [kind, type] of Object.entries(typeOf)) {
    const counted = counts.counted[kind] ?? 0;
    expect({ kind, counted }).toEqual({
      kind,
      counted: clamped(counted, counts.least[type], counts.most[type]),
    });
  }
});

test('gcKind() names every kind that Node documents, and puts new ones into a bucket of their own', () => {
  expect(gcKind(constants.NODE_PERFORMANCE_GC_MAJOR)).toBe('major');
  expect(gcKind(constants.NODE_PERFORMANCE_GC_MINOR)).toBe('minor');
  expect(gcKind(constants.NODE_PERFORMANCE_GC_INCREMENTAL)).toBe('incremental');
  expect(gcKind(constants.NODE_PERFORMANCE_GC_WEAKCB)).toBe('weakcb');
  expect(gcKind(2)).toBe('minor_mark_sweep');
  expect([gcKind(32), gcKind(undefined)]).toEqual(['unknown', 'unknown']);
});

test('the expected kinds exist at zero from the start', async () => {
  const collector = new GcCollector([1]);
  collector.start();
  const found = [...(await samples(collector)).keys()];
  collector.stop();
  for (const kind of ['incremental', 'major', 'minor', 'weakcb']) {
    expect(found).toContain(`nodejs_gc_duration_seconds_count{kind=${kind}}`);
  }
});

test('a stopped collector observes nothing, and counts on when it is started again', async () => {
  const collect = exposedGc();
  const collector = new GcCollector([1]);
  const major = async () => (await samples(collector)).get('nodejs_gc_duration_seconds_count{kind=major}');
  collector.start();
  collect();
  await turns();
  const counted = (await major()) ?? 0;
  expect(counted).toBeGreaterThan(0);
  collector.stop();
  for (let i = 0; i < 20; i++) collect();
  await turns();
  expect(await major()).toBeUndefined();
  collector.start();
  const again = (await major()) ?? 0;
  collector.stop();
  expect(again).toBeGreaterThanOrEqual(counted);
  expect(again).toBeLessThan(counted + 20);
});

function clamped(value: number, least = 0, most = 0): number {
  return Math.min(Math.max(value, least), most);
}

function exposedGc(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}

async function turns(): Promise<void> {
  for (let i = 0; i < 5; i++) await turn();
}
