import { Counter, Desc, type Gatherer, Gauge, Histogram, labelsOf, Registry, Summary } from '@oriel/metrics';
import { expect, test } from 'vitest';
import type { ExporterRegistry } from '../src/backend.ts';
import { labelledRegistry } from '../src/labelled-registry.ts';
import { refusal } from './refusal.ts';
import { samplesOf } from './samples.ts';

const none: Readonly<Record<string, string>> = {};

async function errorsOf(registry: Gatherer): Promise<string[]> {
  return (await registry.gather()).errors.map(({ code, message }) => `${code} ${message}`);
}

test('every family carries the constant labels, whoever registered it and when', async () => {
  const base = new Registry();
  const registry = labelledRegistry(() => ({ zone: 'b', app: 'x' }), base);
  base.register(new Gauge({ name: 'before' }));
  registry.register(new Gauge({ name: 'after' }));
  expect(await samplesOf(registry)).toEqual({
    'after{app="x",zone="b"}': 0,
    'before{app="x",zone="b"}': 0,
  });
});

test('constant labels stand sorted among those of the family, and an empty one is none', async () => {
  const base = new Registry();
  const jobs = new Counter({ name: 'jobs', labelNames: ['kind'], constLabels: { b: '1' } });
  base.register(jobs);
  jobs.inc({ kind: 'x' });
  const registry = labelledRegistry(() => ({ z: '3', a: '2', empty: '' }), base);
  const [{ parts }] = (await registry.gather()).families;
  expect(parts[0].constLabels.map(({ name }) => name)).toEqual(['a', 'b', 'z']);
  expect(labelsOf(parts[0], 0).map(({ name }) => name)).toEqual(['a', 'b', 'kind', 'z']);
  expect((await base.gather()).families[0].parts[0].constLabels).toHaveLength(1);
});

test('labels that change stand on the next snapshot, and without any the snapshot is passed on as it is', async () => {
  let labels = none;
  const base = new Registry();
  base.register(new Gauge({ name: 'a' }));
  const registry = labelledRegistry(() => labels, base);
  expect(await samplesOf(registry)).toEqual({ 'a{}': 0 });
  labels = { x: '1' };
  expect(await samplesOf(registry)).toEqual({ 'a{x="1"}': 0 });
  labels = { y: '2' };
  expect(await samplesOf(registry)).toEqual({ 'a{y="2"}': 0 });
});

test('a family that has such a label is left out, the snapshot tells it, and its siblings stay', async () => {
  const base = new Registry();
  const variable = new Counter({ name: 'variable', labelNames: ['app'] });
  variable.inc({ app: 'own' });
  base.register(variable);
  base.register(new Gauge({ name: 'constant', constLabels: { app: 'own' } }));
  base.register(new Gauge({ name: 'other' }));
  const registry = labelledRegistry(() => ({ app: 'x' }), base);
  const { families, errors } = await registry.gather();
  expect(families.map(({ name }) => name)).toEqual(['other']);
  expect(errors.map(({ code, details }) => [code, details.metric, details.label])).toEqual([
    ['LABEL_NAME_DUPLICATE', 'constant', 'app'],
    ['LABEL_NAME_DUPLICATE', 'variable', 'app'],
  ]);
  expect(errors[0].message).toBe(
    'Cannot add constant label "app" to metric "constant": it has this label itself, its series are left out; use another name',
  );
});

test.each([
  ['le', ['g', 's', 'st']],
  ['quantile', ['g', 'h', 'st']],
  ['st', ['g', 'h', 's']],
])('the label %s clashes only with the type that writes it itself', async (label, left) => {
  const base = new Registry();
  base.register(new Histogram({ name: 'h' }));
  base.register(new Summary({ name: 's' }));
  base.register(new Gauge({ name: 'g' }));
  const state = new Desc({ name: 'st', type: 'state_set' });
  base.register({ describe: () => [state], collect: (out) => out.stateSet(state, { on: true }) });
  const registry = labelledRegistry(() => ({ [label]: 'x' }), base);
  expect((await registry.gather()).families.map(({ name }) => name)).toEqual(left);
  expect(await errorsOf(registry)).toHaveLength(1);
});

test('gather() passes names on, and errors of the registry beside its own', async () => {
  const base = new Registry();
  base.register(new Gauge({ name: 'a' }));
  base.register(new Gauge({ name: 'b' }));
  const failing = new Desc({ name: 'c', type: 'gauge' });
  base.register({
    describe: () => [failing],
    collect() {
      throw new Error('no');
    },
  });
  const registry = labelledRegistry(() => ({ x: '1' }), base);
  expect((await registry.gather({ names: ['b'] })).families.map(({ name }) => name)).toEqual(['b']);
  expect(await errorsOf(registry)).toEqual([expect.stringMatching(/^COLLECT_FAILED /)]);
});

test('a Registry stays one, whose collectors, refusals and self-metrics are the original ones', async () => {
  const base = new Registry();
  const registry = labelledRegistry(() => ({ x: '1' }), base) as Registry;
  expect(registry).toBeInstanceOf(Registry);
  expect(registry.selfMetrics()).toBe(base.selfMetrics());
  const jobs = registry.getOrRegister(new Counter({ name: 'jobs' }));
  expect(base.getOrRegister(new Counter({ name: 'jobs' }))).toBe(jobs);
  expect(refusal(() => registry.register(new Counter({ name: 'jobs' })))).toMatch(/^ALREADY_REGISTERED /);
  expect(registry.unregister(jobs)).toBe(true);
  const outer = new Registry();
  base.register(jobs);
  outer.register(registry);
  expect(await samplesOf(outer)).toEqual({ 'jobs{x="1"}': 0 });
});

test('what is a registry only by its shape keeps working, and is no Registry', async () => {
  const base = new Registry();
  const shaped: ExporterRegistry = {
    register: (collector) => base.register(collector),
    unregister: (collector, options) => base.unregister(collector, options),
    gather: (options) => base.gather(options),
  };
  const registry = labelledRegistry(() => ({ x: '1' }), shaped);
  const gauge = new Gauge({ name: 'a' });
  registry.register(gauge);
  expect(registry).not.toBeInstanceOf(Registry);
  expect(await samplesOf(registry)).toEqual({ 'a{x="1"}': 0 });
  expect(registry.unregister(gauge)).toBe(true);
});
