import { expect, test } from 'vitest';
import { processCollector, runtimeCollector } from '../src/index.ts';
import { runProgram } from './program.ts';
import { samples } from './samples.ts';

const needsStart = /^nodejs_(eventloop_lag|eventloop_utilization|gc_duration)/;

test('what is started does not keep a process alive', async () => {
  await expect(runProgram('start-and-end')).resolves.toEqual({});
});

test('stop() leaves no timer, monitor or resource behind, and start() works again', async () => {
  const seen = (await runProgram('stop-all')) as Record<string, unknown>;
  const nothing = { monitors: 0, scriptTimers: 0, resources: [] };
  expect(seen.before).toEqual(nothing);
  expect(seen.started).toMatchObject({ monitors: 2, scriptTimers: 3 });
  expect(seen.stopped).toEqual(nothing);
  expect(seen.startedAgain).toEqual(seen.started);
  expect(seen.disposed).toEqual(nothing);
});

test('runtimeCollector() without a start gives exactly what needs none', async () => {
  const runtime = runtimeCollector();
  const before = [...(await samples(runtime)).keys()];
  expect(before.filter((name) => needsStart.test(name))).toEqual([]);
  expect(before).toContain('nodejs_heap_size_used_bytes');
  expect(before).toContain('nodejs_eventloop_time_seconds_total{state=active}');
});

test('runtimeCollector() gives after stop() what it gave before start()', async () => {
  const runtime = runtimeCollector();
  const before = await samples(runtime);
  runtime.start();
  runtime.stop();
  const names = new Set([...before.keys()].map((name) => name.replace(/\{type=.*/, '')));
  const after = [...(await samples(runtime)).keys()].map((name) => name.replace(/\{type=.*/, ''));
  expect(new Set(after)).toEqual(names);
});

test('processCollector() gives the same families started, stopped and neither', async () => {
  const collector = processCollector();
  const names = [...(await samples(collector)).keys()];
  collector.start();
  expect([...(await samples(collector)).keys()]).toEqual(names);
  collector.stop();
  expect([...(await samples(collector)).keys()]).toEqual(names);
});

test.each([
  ['windowMs', 99],
  ['windowMs', 1000.5],
  ['delayResolutionMs', 0],
  ['delayResolutionMs', Number.NaN],
  ['delayResolutionMs', '10' as unknown as number],
])('runtimeCollector() refuses %s %s and names both', (option, value) => {
  expect(() => runtimeCollector({ [option]: value })).toThrow(
    expect.objectContaining({ code: 'OPTION_INVALID', message: expect.stringContaining(`"${option}"`) }),
  );
});

test('runtimeCollector() refuses falling buckets', () => {
  expect(() => runtimeCollector({ gcDurationBuckets: [1, 0.1] })).toThrow(
    expect.objectContaining({ code: 'BOUNDS_NOT_RISING' }),
  );
});
