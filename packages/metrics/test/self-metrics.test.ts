import { expect, test } from 'vitest';
import type { Collector } from '../src/collector.ts';
import { Counter } from '../src/counter.ts';
import { Registry } from '../src/registry.ts';
import { collecting } from './collecting.ts';
import { codesOf, refusalOf, seriesOf } from './rows-of.ts';

const drops = 'oriel_recordings_dropped_total';
const failed = 'oriel_collector_failures_total';

function observed() {
  const warnings: string[] = [];
  const registry = new Registry({ onWarning: (message) => warnings.push(message) });
  registry.register(registry.selfMetrics());
  const read = async (name: string) => seriesOf(await registry.gather(), name);
  return { registry, warnings, read };
}

const boom = (): never => {
  throw new Error('boom');
};

test('drops are counted by metric and cause, failures by collector and cause', async () => {
  const { registry, read } = observed();
  const a = new Counter({ name: 'a' });
  registry.register(a);
  registry.register(collecting('bad', boom));
  a.add(-1);
  a.add(Number.NaN);
  a.add(Number.NaN);
  await registry.gather();
  expect(await read(drops)).toEqual([
    [`${drops}{cause="value_negative",metric="a"}`, 1],
    [`${drops}{cause="value_not_finite",metric="a"}`, 2],
  ]);
  expect(await read(failed)).toEqual([[`${failed}{cause="error",collector="bad"}`, 2]]);
});

test('two metrics of one name are counted together', async () => {
  const { registry, read } = observed();
  for (const k of ['1', '2']) {
    const a = new Counter({ name: 'a', constLabels: { k } });
    registry.register(a);
    a.add(-1);
  }
  expect(codesOf(await registry.gather())).toEqual([]);
  expect(await read(drops)).toEqual([[`${drops}{cause="value_negative",metric="a"}`, 2]]);
});

test('what a collector dropped stays counted when it goes, and once when it comes back', async () => {
  const { registry, read } = observed();
  const a = new Counter({ name: 'a' });
  const count = async () => (await read(drops))[0][1];
  registry.register(a);
  a.add(-1);
  registry.unregister(a);
  expect(await count()).toBe(1);
  a.add(-1);
  registry.register(a);
  a.add(-1);
  expect(await count()).toBe(3);
  registry.unregister(a);
  registry.register(a);
  expect(await count()).toBe(3);
});

test('onWarning is told once for each metric and cause, after the recording', async () => {
  const { registry, warnings } = observed();
  const a = new Counter({ name: 'a' });
  registry.register(a);
  registry.register(collecting('bad', boom));
  for (let i = 0; i < 3; i++) a.add(-1);
  a.add(Number.NaN);
  expect(warnings).toEqual([]);
  for (let i = 0; i < 3; i++) await registry.gather();
  await null;
  expect(warnings.map((text) => text.split(';')[0])).toEqual([
    'Cannot record "a": value_negative',
    'Cannot record "a": value_not_finite',
    'Cannot collect "bad": it threw "boom"',
  ]);
});

test('drops of before the registration are told too', async () => {
  const { registry, warnings } = observed();
  const a = new Counter({ name: 'a' });
  a.add(-1);
  registry.register(a);
  await null;
  expect(warnings).toHaveLength(1);
});

test('an onWarning that throws, records or resets harms nobody', async () => {
  const a: Counter<'x'> = new Counter({ name: 'a', labelNames: ['x'], seriesLimit: 1 });
  const registry = new Registry({
    onWarning: () => {
      a.reset();
      a.inc({ x: 'listener' });
      throw new Error('boom');
    },
  });
  registry.register(a);
  a.inc({ x: '1' });
  a.inc({ x: '2' });
  await null;
  a.inc({ x: 'listener' });
  expect(seriesOf(await registry.gather())).toEqual([['a{x="listener"}', 2]]);
});

test('a collector whose drops cannot be read is kept and costs the self-metrics nothing', async () => {
  const { registry, read } = observed();
  const bad: Collector = { ...collecting('bad', () => {}), drops: { counts: boom, listen: boom } };
  registry.register(bad);
  const a = new Counter({ name: 'a' });
  registry.register(a);
  a.add(-1);
  expect(await read(drops)).toEqual([[`${drops}{cause="value_negative",metric="a"}`, 1]]);
  expect(registry.unregister(bad)).toBe(true);
});

test('self-metrics registered twice are already registered', () => {
  const { registry } = observed();
  const { code, details } = refusalOf(() => registry.register(registry.selfMetrics()));
  expect([code, details.existing]).toEqual(['ALREADY_REGISTERED', registry.selfMetrics()]);
});

test('self-metrics may be registered elsewhere', async () => {
  const [inner, outer] = [new Registry(), new Registry()];
  inner.register(collecting('bad', boom));
  outer.register(inner.selfMetrics());
  await inner.gather();
  expect(seriesOf(await outer.gather())).toEqual([[`${failed}{cause="error",collector="bad"}`, 1]]);
});
