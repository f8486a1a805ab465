import { expect, test } from 'vitest';
import type { Collector } from '../src/collector.ts';
import { Counter } from '../src/counter.ts';
import { Desc, type DescOptions, type MetricType } from '../src/desc.ts';
import { Gauge } from '../src/gauge.ts';
import { Registry } from '../src/registry.ts';
import { withLabels, withPrefix } from '../src/wrap.ts';
import { refusalOf, seriesOf } from './rows-of.ts';

const gauge = (name: string, more: Partial<DescOptions> = {}) => new Gauge({ name, ...more });

function describing(...descs: readonly Desc[]): Collector {
  return { describe: () => descs, collect: () => {} };
}

const desc = (name: string, type: MetricType = 'gauge', more: Partial<DescOptions> = {}) =>
  new Desc({ name, type, ...more });

test('a descriptor that cannot be made stops the registration (rule 1)', () => {
  const registry = new Registry();
  const bad: Collector = { describe: () => [desc('a'), desc('')], collect: () => {} };
  expect(refusalOf(() => registry.register(bad)).code).toBe('NAME_INVALID');
  registry.register(gauge('a'));
});

test.each([undefined, null, 5, {}, { describe: () => [] }, { describe: () => [{}], collect: () => {} }])(
  'what is no collector is refused as an argument: %#',
  (bad) => {
    expect(refusalOf(() => new Registry().register(bad as never)).code).toBe('ARGUMENT_INVALID');
  },
);

test.each([
  [{ help: 'one' }, { help: 'two' }],
  [{ unit: 's' }, { unit: 'ms' }],
  [{ labelNames: ['a'] }, { labelNames: ['b'] }],
  [{ constLabels: { a: '1' } }, { labelNames: ['a'] }],
])('one name with %o and %o is inconsistent, also after the first has gone (rule 3)', (one, two) => {
  const registry = new Registry();
  const first = gauge('a', one);
  registry.register(first);
  expect(refusalOf(() => registry.register(gauge('a', two))).code).toBe('INCONSISTENT_DESCRIPTOR');
  registry.unregister(first);
  const again = refusalOf(() => registry.register(gauge('a', two)));
  expect(again.code).toBe('INCONSISTENT_DESCRIPTOR');
  registry.register(first);
});

test('one name with two types is inconsistent', () => {
  const registry = new Registry();
  registry.register(gauge('a'));
  expect(refusalOf(() => registry.register(new Counter({ name: 'a' }))).code).toBe('INCONSISTENT_DESCRIPTOR');
});

test('label order makes no difference', () => {
  const registry = new Registry();
  registry.register(gauge('a', { labelNames: ['x', 'y'], constLabels: { k: '1' } }));
  registry.register(gauge('a', { labelNames: ['y', 'x'], constLabels: { k: '2' } }));
});

test('inconsistency inside one collector is refused (rule 4), the same descriptor twice is not', () => {
  const registry = new Registry();
  const clash = describing(desc('a', 'gauge', { help: '1' }), desc('a', 'gauge', { help: '2' }));
  expect(refusalOf(() => registry.register(clash)).code).toBe('INCONSISTENT_DESCRIPTOR');
  registry.register(describing(desc('a'), desc('a')));
});

test('inconsistency is told before equality (rule 3 before 6)', () => {
  const registry = new Registry();
  registry.register(gauge('a', { help: 'one' }));
  expect(refusalOf(() => registry.register(gauge('a', { help: 'two' }))).code).toBe(
    'INCONSISTENT_DESCRIPTOR',
  );
});

test('unchecked collectors are accepted, also twice, and cannot be unregistered (rule 5)', () => {
  const registry = new Registry();
  const unchecked = describing();
  registry.register(unchecked);
  registry.register(unchecked);
  expect(registry.unregister(unchecked)).toBe(false);
});

test('an equal collector is already registered and is handed over (rule 6)', () => {
  const registry = new Registry();
  const first = gauge('a');
  registry.register(first);
  const second = gauge('a');
  const { code, details } = refusalOf(() => registry.register(second));
  expect([code, details.existing, details.rejected]).toEqual(['ALREADY_REGISTERED', first, second]);
  first.set(5);
  expect(registry.getOrRegister(gauge('a'))).toBe(first);
  expect(first.labels().value).toBe(5);
});

test('the order in which a collector describes makes no difference', () => {
  const registry = new Registry();
  registry.register(describing(desc('a'), desc('b')));
  const code = refusalOf(() => registry.register(describing(desc('b'), desc('a'), desc('b')))).code;
  expect(code).toBe('ALREADY_REGISTERED');
});

test('wrappers are peeled off the existing collector, however many', () => {
  const registry = new Registry();
  const wrapped = withPrefix('p_', withLabels({ k: '1' }, registry));
  const first = gauge('a');
  wrapped.register(first);
  expect(refusalOf(() => wrapped.register(gauge('a'))).details.existing).toBe(first);
});

test('a collector with a member called wrapped is itself', () => {
  const registry = new Registry();
  const odd = Object.assign(describing(desc('a')), { wrapped: true });
  registry.register(odd);
  expect(refusalOf(() => registry.register(gauge('a'))).details.existing).toBe(odd);
});

test('partial overlap is a duplicate (rule 7), and nothing of it is kept', () => {
  const registry = new Registry();
  registry.register(gauge('a'));
  const overlap = describing(desc('b', 'gauge', { help: 'other' }), desc('a'));
  expect(refusalOf(() => registry.register(overlap)).code).toBe('DUPLICATE_DESCRIPTOR');
  registry.register(gauge('b'));
});

test('any refused registration leaves no name, shape or sample behind (rule 8)', () => {
  const registry = new Registry();
  registry.register(gauge('taken_sum'));
  const refused = describing(
    desc('a', 'gauge', { help: 'x' }),
    desc('b', 'counter'),
    desc('taken', 'summary'),
  );
  expect(refusalOf(() => registry.register(refused)).code).toBe('SUFFIX_COLLISION');
  registry.register(gauge('a'));
  registry.register(gauge('b_total'));
});

test('names that differ by a separator only are different', () => {
  const registry = new Registry();
  registry.register(gauge('a', { constLabels: { x: '1","2' } }));
  registry.register(gauge('a', { constLabels: { x: '1' } }));
  registry.register(describing(desc('a\nb'), desc('c')));
  registry.register(describing(desc('a'.repeat(2)), desc('b\nc')));
});

test('unregister() works with an equal copy, once, and frees the samples', () => {
  const registry = new Registry();
  registry.register(new Counter({ name: 'a' }));
  expect(registry.unregister(new Counter({ name: 'a' }))).toBe(true);
  expect(registry.unregister(new Counter({ name: 'a' }))).toBe(false);
  registry.register(gauge('a_total'));
});

test('unregister() with release frees the name for another shape, but not while others hold it', () => {
  const registry = new Registry();
  const [one, two] = [gauge('a', { constLabels: { k: '1' } }), gauge('a', { constLabels: { k: '2' } })];
  registry.register(one);
  registry.register(two);
  registry.unregister(one, { release: true });
  expect(refusalOf(() => registry.register(new Counter({ name: 'a' }))).code).toBe('INCONSISTENT_DESCRIPTOR');
  registry.unregister(two, { release: true });
  registry.register(new Counter({ name: 'a' }));
});

test('unregister() of something that cannot describe itself is false', () => {
  const bad: Collector = {
    describe: () => {
      throw new Error('boom');
    },
    collect: () => {},
  };
  expect(new Registry().unregister(bad)).toBe(false);
});

test('an unregistered collector is not collected any more', async () => {
  const registry = new Registry();
  const a = gauge('a');
  registry.register(a);
  registry.unregister(a);
  expect(seriesOf(await registry.gather())).toEqual([]);
});

test.each<[MetricType, string, MetricType, string]>([
  ['counter', 'a', 'gauge', 'a_created'],
  ['counter', 'a', 'gauge', 'a_total'],
  ['counter', 'a', 'counter', 'a_total'],
  ['counter', 'a_total', 'gauge', 'a'],
  ['counter', 'a_total', 'gauge', 'a_created'],
  ['summary', 's', 'gauge', 's_count'],
  ['summary', 's', 'gauge', 's_sum'],
  ['summary', 's', 'gauge', 's_created'],
  ['histogram', 'h', 'gauge', 'h_bucket'],
  ['histogram', 'h', 'gauge', 'h_count'],
  ['histogram', 'h', 'counter', 'h_sum'],
  ['histogram', 'h', 'gauge', 'h_created'],
  ['gauge_histogram', 'g', 'gauge', 'g_bucket'],
  ['gauge_histogram', 'g', 'gauge', 'g_gcount'],
  ['gauge_histogram', 'g', 'gauge', 'g_gsum'],
  ['info', 'i', 'gauge', 'i_info'],
  ['info', 'i_info', 'counter', 'i_total'],
])('%s %s and %s %s collide in both orders and inside one collector', (typeA, a, typeB, b) => {
  const pair = () => [describing(desc(a, typeA)), describing(desc(b, typeB))];
  for (const [first, second] of [pair(), pair().reverse()]) {
    const registry = new Registry();
    registry.register(first);
    expect(refusalOf(() => registry.register(second)).code).toBe('SUFFIX_COLLISION');
  }
  for (const descs of [
    [desc(a, typeA), desc(b, typeB)],
    [desc(b, typeB), desc(a, typeA)],
  ]) {
    expect(refusalOf(() => new Registry().register(describing(...descs))).code).toBe('SUFFIX_COLLISION');
  }
});

test('a registry does not take itself', () => {
  const registry = new Registry();
  expect(refusalOf(() => registry.register(registry)).code).toBe('ARGUMENT_INVALID');
});
