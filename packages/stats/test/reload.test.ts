import { Counter } from '@oriel/metrics';
import { describe, expect, test } from 'vitest';
import { type ViewConfigValues, viewConfig } from '../src/index.ts';
import { runProgram } from './program.ts';
import { Fixture, thrownBy, watched } from './recorded.ts';

describe('a reload', () => {
  /** Three views: `m` and `twin` share a look-up, `n` is of another measure. */
  function three(): Fixture {
    const fixture = watched('a', 'b');
    fixture.watch(fixture.measure(), { name: 'twin', tagKeys: ['a', 'b'] });
    fixture.watch(fixture.measure('n'), { tagKeys: ['a'] });
    return fixture;
  }
  const one = '{"a":"1","b":"2"}';

  test('keeps series and numbers of every view it does not touch, and begins the others anew', async () => {
    const fixture = three();
    const bound = fixture.measure().bind({ a: '1', b: '2' });
    bound.record(1);
    fixture.measure('n').record(1, { a: '1' });
    const { watch } = fixture.measure('n');
    fixture.stats.configure({ views: [{ name: 'm', tags: ['a'] }] });
    expect(fixture.measure('n').watch).toBe(watch);
    bound.record(1);
    fixture.measure().record(1, { a: '1', b: '2' });
    expect(await fixture.series('m')).toEqual({ '{"a":"1"}': 2 });
    expect(await fixture.series('twin')).toEqual({ [one]: 3 });
    expect(await fixture.series('n')).toEqual({ '{"a":"1"}': 1 });
  });

  test('that says the same again touches nothing, rules and all', () => {
    const fixture = three();
    const values = (): ViewConfigValues => ({
      views: [
        { name: 'm', tags: ['a'], expiry: '1h' },
        { name: 'made', measure: 'm', aggregation: 'sum' },
      ],
      tags: { rename: { a: 'c' }, valueLength: 64 },
      rules: [{ name: '*', labels: [{ name: 'a', regex: { N: '[0-9]+' } }] }],
    });
    fixture.stats.configure(values());
    const { watch } = fixture.measure();
    fixture.measure().record(1, { a: '1' });
    for (let i = 0; i < 3; i++) fixture.stats.configure(values());
    expect(fixture.measure().watch).toBe(watch);
    expect(fixture.values('m')).toEqual({ '{"c":"N"}': 1 });
  });

  test.each<[string, ViewConfigValues]>([
    ['a rule', { rules: [{ name: 'm', labels: [{ name: 'a', regex: { N: '[0-9]+' } }] }] }],
    ['another length', { tags: { valueLength: 64 } }],
    ['a new name', { tags: { rename: { a: 'c' } } }],
    ['an expiry', { views: [{ name: 'm', expiry: '1h' }] }],
    ['a limit', { views: [{ name: 'm', seriesLimit: 5 }] }],
    ['another aggregation', { views: [{ name: 'm', aggregation: 'sum' }] }],
  ])('that brings %s begins the view anew', (_, values) => {
    const fixture = three();
    fixture.measure().record(1, { a: '1' });
    fixture.stats.configure(values);
    expect(fixture.values('m')).toEqual({});
    fixture.stats.configure({});
    fixture.measure().record(1, { a: '1', b: '2' });
    expect(fixture.values('m')).toEqual({ [one]: 1 });
  });

  test('that is refused leaves views, numbers, look-ups and bound recorders as they were', async () => {
    const fixture = three();
    fixture.stats.configure({ views: [{ name: 'm', tags: ['a'] }] });
    const bound = fixture.measure().bind({ a: '1', b: '2' });
    bound.record(1);
    const before = [fixture.stats.runningViews(), fixture.measure().watch, fixture.measure().views];
    const bad: ViewConfigValues[] = [
      {
        views: [
          { name: 'm', drop: true },
          { name: 'n', seriesLimit: 0 },
        ],
      },
      { views: [{ name: 'm', drop: true }], tags: { rename: { a: 'b' } } },
      { rules: [{ name: 'm', labels: [{ name: 'a', regex: { x: '(' } }] }] },
    ];
    for (const values of bad)
      expect(thrownBy(() => fixture.stats.configure(values)).code).toBe('ARGUMENT_INVALID');
    expect([fixture.stats.runningViews(), fixture.measure().watch, fixture.measure().views]).toEqual(before);
    expect(fixture.measure().views.changed).toBe(false);
    bound.record(1);
    expect(await fixture.series('m')).toEqual({ '{"a":"1"}': 2 });
  });

  test('whose new shape the registry refuses ends no view, not even for a moment of numbers', async () => {
    const fixture = three();
    fixture.registry.register(new Counter({ name: 'n_bucket', help: '' }));
    fixture.measure('n').record(1, { a: '1' });
    fixture.measure().record(1, { a: '1', b: '2' });
    const views = [
      { name: '*', tags: ['b'] },
      { name: 'n', aggregation: 'distribution', bounds: [1] } as const,
    ];
    expect(thrownBy(() => fixture.stats.configure({ views })).message).toContain('n_bucket');
    expect(await fixture.series('m')).toEqual({ [one]: 1 });
    expect(await fixture.series('n')).toEqual({ '{"a":"1"}': 1 });
  });

  test('whose name is taken between plan and commit leaves everything and tells onWarning', async () => {
    const told: string[] = [];
    const fixture = new Fixture({ onWarning: (message) => told.push(message) });
    fixture.watch(fixture.measure(), { tagKeys: ['a'] });
    fixture.measure().record(1, { a: '1' });
    const views = [
      { name: 'm', drop: true },
      { name: 'made', measure: 'm', aggregation: 'count' },
    ];
    const plan = viewConfig(fixture.stats).prepare({ views });
    expect(plan.issues).toEqual([]);
    fixture.registry.register(new Counter({ name: 'made_total', help: '' }));
    plan.commit();
    expect(told).toEqual([expect.stringMatching(/^Cannot use the operator's views: .*made/)]);
    expect(await fixture.series('m')).toEqual({ '{"a":"1"}': 1 });
    expect(fixture.stats.runningViews().map(({ name }) => name)).toEqual(['m']);
  });

  test('holds for the views that are there when it is committed', () => {
    const fixture = new Fixture();
    const plan = viewConfig(fixture.stats).prepare({ tags: { deny: ['a'] } });
    fixture.watch(fixture.measure(), { tagKeys: ['a', 'b'] });
    plan.commit();
    expect(fixture.stats.runningViews()).toMatchObject([{ tagKeys: ['b'] }]);
  });

  test('a listener that throws fails nothing', () => {
    const fixture = new Fixture({
      onWarning: () => {
        throw new Error('listener');
      },
    });
    fixture.stats.configure({ views: [{ name: 'taken', measure: 'm', aggregation: 'count' }] });
    fixture.watch(fixture.measure('other'), { name: 'taken_total' });
    expect(fixture.measure().name).toBe('m');
  });
});

// In a process of its own, where nothing else holds memory. Each round changes all there is to change.
const reloads = `
  import { Registry } from '@oriel/metrics';
  import { count, distribution, Stats, view, viewConfig } from ENTRY;
  const registry = new Registry();
  const stats = new Stats({ registry });
  const measures = ['x', 'y'].map((name) => stats.measureDouble({ name, unit: 'ms' }));
  for (const measure of measures) {
    stats.registerViews(view({ measure, tagKeys: ['a', 'b'], aggregation: count() }));
    stats.registerViews(view({ name: measure.name + '/d', measure, tagKeys: ['a', 'b'], aggregation: distribution([1]) }));
  }
  const bound = measures.map((measure) => measure.bind({ a: '1', b: '2' }));
  const idle = measures.map((measure) => measure.bind({ a: '1', b: '2' }));
  for (const one of idle) one.record(1);
  const config = viewConfig(stats);
  const kept = [];
  let collected = 0;
  const ended = new FinalizationRegistry(() => { collected++; });
  const reload = (i) => {
    const plan = config.prepare({
      views: [
        { name: 'x', tags: i % 2 === 0 ? ['a'] : ['b'], seriesLimit: 10 + (i % 7), expiry: '1h' },
        { name: 'made', measure: 'y', aggregation: 'sum', drop: i % 3 === 0 },
      ],
      tags: { rename: { b: 'c' + (i % 5) }, valueLength: 32 + (i % 11) },
      rules: [{ name: 'y', labels: [{ name: 'a', regex: { N: '[0-9]{' + (1 + (i % 3)) + '}' } }] }],
      latencyDistributionBuckets: [1 + (i % 13)],
    });
    if (plan.issues.length > 0) throw new Error(JSON.stringify(plan.issues));
    plan.commit();
    for (const one of bound) one.record(i);
    for (const measure of measures) measure.record(i, { a: String(i % 50), b: 'v' });
    if (i % 100 === 0) config.prepare({ views: [{ name: 'x', bounds: [1] }] });
  };
  const rounds = async (from, to) => {
    for (let i = from; i < to; i++) {
      reload(i);
      for (const { watch } of measures) ended.register(watch, undefined);
      if (i % 500 === 0) await new Promise(setImmediate);
    }
    config.prepare({}).commit();
    for (let i = 0; i < 20; i++) { globalThis.gc(); await new Promise(setImmediate); }
    const { families } = await registry.gather();
    const listeners = process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0);
    return { heap: process.memoryUsage().heapUsed, listeners, families: families.length };
  };
  await rounds(0, 2000);
  const before = await rounds(2000, 6000);
  const made = collected;
  const after = await rounds(6000, 16000);
  console.log(JSON.stringify({ before, after, collected: collected - made }));
`;

test('10 000 reloads leave heap, listeners and families as they were, and what ended is collected', async () => {
  const { before, after, collected } = JSON.parse(await runProgram(reloads, '--expose-gc'));
  expect(after.listeners).toBe(before.listeners);
  expect(after.families).toBe(before.families);
  expect(collected).toBeGreaterThan(19_900);
  // An object of a hundred bytes kept by each reload would be a megabyte.
  expect(after.heap - before.heap).toBeLessThan(500_000);
}, 120_000);
