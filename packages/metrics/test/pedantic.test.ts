import { expect, test } from 'vitest';
import type { FamilySink } from '../src/collector.ts';
import { Counter } from '../src/counter.ts';
import { Desc, type DescOptions } from '../src/desc.ts';
import { Registry } from '../src/registry.ts';
import { withLabels } from '../src/wrap.ts';
import { codesOf, seriesOf } from './rows-of.ts';

const desc = (more: Partial<DescOptions> = {}) => new Desc({ name: 'a', type: 'gauge', help: 'A.', ...more });

async function gathered(described: readonly Desc[], collect: (out: FamilySink) => void, pedantic = true) {
  const registry = new Registry({ pedantic });
  registry.register({ describe: () => described, collect });
  return registry.gather();
}

test.each([
  ['a name that is not registered', desc({ name: 'b' }), []],
  ['another help', desc({ help: 'B.' }), []],
  ['other constant labels', desc({ constLabels: { k: '1' } }), []],
  ['another variable label', desc({ labelNames: ['x'] }), ['1']],
])('a pedantic registry drops %s, another one keeps it', async (_, other, values) => {
  const write = (out: FamilySink): void => out.gauge(other, 1, values);
  const strict = await gathered([desc()], write);
  expect([strict.families, codesOf(strict)]).toEqual([[], ['FAMILY_INCONSISTENT']]);
  const lenient = await gathered([desc()], write, false);
  expect([lenient.families.length, codesOf(lenient)]).toEqual([1, []]);
});

test('a pedantic registry takes what is described, in any label order and behind wrappers', async () => {
  const registry = new Registry({ pedantic: true });
  const a = new Counter({ name: 'a', labelNames: ['z', 'y'], constLabels: { m: '1' } });
  withLabels({ b: '2', n: '' }, registry).register(a);
  a.inc({ y: '1' });
  const snapshot = await registry.gather();
  expect(codesOf(snapshot)).toEqual([]);
  expect(seriesOf(snapshot)).toEqual([['a{b="2",m="1",y="1"}', 1]]);
});

test('unchecked collectors are exempt from pedantic checks', async () => {
  const snapshot = await gathered([], (out) => out.gauge(desc(), 1));
  expect([seriesOf(snapshot), codesOf(snapshot)]).toEqual([[['a{}', 1]], []]);
});
