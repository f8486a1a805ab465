import { expect, test } from 'vitest';
import type { Collector, FamilySink } from '../src/collector.ts';
import { Counter } from '../src/counter.ts';
import { Desc } from '../src/desc.ts';
import { Histogram } from '../src/histogram.ts';
import { Registry } from '../src/registry.ts';
import { labelsOf } from '../src/snapshot.ts';
import { prefixed, withLabels, withPrefix } from '../src/wrap.ts';
import { codesOf, refusalOf, seriesOf } from './rows-of.ts';

test('nested wrappers add up, and labels stay in name order', async () => {
  const registry = new Registry();
  const wrapped = withPrefix(
    'p_',
    withLabels({ z: '1' }, withPrefix('q_', withLabels({ a: '2' }, registry))),
  );
  const counter = new Counter({ name: 'c', constLabels: { m: '3' } });
  wrapped.register(counter);
  counter.inc();
  const snapshot = await registry.gather();
  expect(seriesOf(snapshot)).toEqual([['q_p_c{a="2",m="3",z="1"}', 1]]);
  expect(snapshot.families[0].parts[0].constLabels.map((label) => label.name)).toEqual(['a', 'm', 'z']);
  expect(wrapped.unregister(new Counter({ name: 'c', constLabels: { m: '3' } }))).toBe(true);
  expect(seriesOf(await registry.gather())).toEqual([]);
});

test('a label that is there already is refused at registration', () => {
  const registry = new Registry();
  const clash = new Counter({ name: 'c', constLabels: { a: '1' } });
  expect(refusalOf(() => withLabels({ a: '2' }, registry).register(clash)).code).toBe('LABEL_NAME_DUPLICATE');
  const variable = new Counter({ name: 'c', labelNames: ['a'] });
  expect(refusalOf(() => withLabels({ a: '2' }, registry).register(variable)).code).toBe(
    'LABEL_NAME_DUPLICATE',
  );
  expect(refusalOf(() => withLabels({ le: '2' }, registry).register(new Histogram({ name: 'h' }))).code).toBe(
    'LABEL_NAME_INVALID',
  );
  expect(withLabels({ a: '2' }, registry).unregister(clash)).toBe(false);
});

test.each([{ __a: '1' }, { '': '1' }, { a: 5 }, { a: '\ud800' }])(
  'withLabels(%o) is refused at once',
  (labels) => {
    expect(refusalOf(() => withLabels(labels as never, new Registry())).code).toMatch(
      /^LABEL_(NAME|VALUE)_INVALID$/,
    );
  },
);

test('an empty label value adds no label', async () => {
  const registry = new Registry();
  withLabels({ a: '', b: '1' }, registry).register(new Counter({ name: 'c' }));
  const [part] = (await registry.gather()).families[0].parts;
  expect(labelsOf(part, 0)).toEqual([{ name: 'b', value: '1' }]);
});

test('without a registerer every call does nothing', () => {
  const counter = new Counter({ name: 'c' });
  for (const wrapped of [withPrefix('p_', undefined), withLabels({ a: '1' }, withPrefix('p_', undefined))]) {
    wrapped.register(counter);
    wrapped.register(counter);
    expect(wrapped.unregister(counter)).toBe(false);
  }
});

const unchecked = (collect: (out: FamilySink) => void): Collector => ({ describe: () => [], collect });

test('an unchecked collector behind a label wrapper loses only the series whose label clashes', async () => {
  const registry = new Registry();
  withLabels({ a: '1' }, registry).register(
    unchecked((out) => {
      out.gauge(new Desc({ name: 'bad', type: 'gauge', labelNames: ['a'] }), 1, ['x']);
      out.gauge(new Desc({ name: 'good', type: 'gauge' }), 2);
    }),
  );
  const snapshot = await registry.gather();
  expect([seriesOf(snapshot), codesOf(snapshot)]).toEqual([[['good{a="1"}', 2]], ['LABEL_NAME_DUPLICATE']]);
});

test('whole columns behind a label wrapper whose label clashes are left out', async () => {
  const [registry, inner] = [new Registry(), new Registry()];
  const counter = new Counter({ name: 'c', labelNames: ['a'] });
  counter.inc({ a: 'x' });
  inner.register(counter);
  withLabels({ a: '1' }, registry).register(inner);
  const snapshot = await registry.gather();
  expect([seriesOf(snapshot), codesOf(snapshot)]).toEqual([[], ['SERIES_INVALID']]);
});

test('a collector that throws behind wrappers is one error, and its siblings are served', async () => {
  const registry = new Registry();
  const boom = unchecked(() => {
    throw new Error('boom');
  });
  withLabels({ a: '1' }, withPrefix('p_', registry)).register(boom);
  registry.register(new Counter({ name: 'c' }));
  const snapshot = await registry.gather();
  expect([seriesOf(snapshot), codesOf(snapshot)]).toEqual([[['c{}', 0]], ['COLLECT_FAILED']]);
});

test('every kind of series goes through a wrapper', async () => {
  const registry = new Registry();
  const desc = (name: string, type: Desc['type']) => new Desc({ name, type });
  withPrefix('p_', registry).register(
    unchecked((out) => {
      out.counter(desc('a', 'counter'), 1);
      out.unknown(desc('b', 'unknown'), 1);
      out.histogram(desc('c', 'histogram'), { count: 1, sum: 1, buckets: [] });
      out.gaugeHistogram(desc('d', 'gauge_histogram'), { count: 1, sum: 1, buckets: [] });
      out.summary(desc('e', 'summary'), { count: 1, sum: 1 });
      out.info(desc('f', 'info'), []);
      out.stateSet(desc('g', 'state_set'), { on: true });
      out.error(new Error('reported'));
    }),
  );
  const snapshot = await registry.gather();
  expect(seriesOf(snapshot).map(([series]) => series)).toEqual(
    ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => `p_${name}{}`),
  );
  expect(codesOf(snapshot)).toEqual(['COLLECT_FAILED']);
});

test('prefixed() renames what a gatherer gives and understands names with the prefix', async () => {
  const registry = new Registry();
  registry.register(new Counter({ name: 'a' }));
  registry.register(new Counter({ name: 'b' }));
  const gatherer = prefixed('p_', registry);
  expect(seriesOf(await gatherer.gather())).toEqual([
    ['p_a{}', 0],
    ['p_b{}', 0],
  ]);
  expect(seriesOf(await gatherer.gather({ names: ['p_b', 'a'] }))).toEqual([['p_b{}', 0]]);
});
