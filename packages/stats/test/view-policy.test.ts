import { expect, test } from 'vitest';
import { ConfigReport } from '../src/config-report.ts';
import { count, measureDouble, view } from '../src/index.ts';
import { samePlan } from '../src/view-plan.ts';
import { openPolicy, ViewPolicy } from '../src/view-policy.ts';

const measure = measureDouble({ name: 'policy/test' });
const base = view({ measure, tagKeys: ['a', 'b'], aggregation: count() });
const other = view({ name: 'other', measure, tagKeys: ['a'], aggregation: count() });
const measures = new Map([[measure.name, measure]]);
const rules = [{ name: '*', labels: [{ name: 'a', regex: { N: '[0-9]+' } }] }];

const planUnder = (policy: ViewPolicy, of = base) =>
  policy.planOf(of.name, of, measures, new ConfigReport())!;
const policyOf = (values: unknown): ViewPolicy => new ViewPolicy(values, 'dapr', new ConfigReport());

test('a view that nothing is decided about runs as the very view that code registered', () => {
  expect(planUnder(openPolicy())).toEqual({
    view: base,
    sources: ['a', 'b'],
    rewriters: [],
    expiryMs: Number.POSITIVE_INFINITY,
  });
  expect(planUnder(policyOf({ views: [{ name: 'x*', drop: true }] })).view).toBe(base);
});

test('views under the same rules share one rewriter, and so what it has computed', () => {
  const policy = policyOf({ rules });
  const [first] = planUnder(policy).rewriters;
  expect(first).toBeDefined();
  expect(planUnder(policy, other).rewriters[0]).toBe(first);
});

test('plans under two readings of the same fields are the same', () => {
  const values = () => ({
    rules: structuredClone(rules),
    tags: { rename: { b: 'c' } },
    views: [{ name: '*', expiry: '1h' }],
  });
  expect(samePlan(planUnder(policyOf(values())), planUnder(policyOf(values())))).toBe(true);
  expect(samePlan(planUnder(policyOf(values())), planUnder(policyOf({ ...values(), rules: [] })))).toBe(
    false,
  );
});
