import { Histogram, Registry } from '@oriel/metrics';
import { describe, expect, test } from 'vitest';
import { openMetrics, text } from './snapshots.ts';

const created = 1_700_000_000_500;

async function familiesOf(options: { buckets?: number[]; zeroThreshold?: number }, ...values: number[]) {
  const { buckets, zeroThreshold } = options;
  const h = new Histogram({
    name: 'h',
    labelNames: ['a'],
    buckets,
    exponential: { schema: 0, zeroThreshold },
    now: () => created,
  });
  for (const value of values) h.observe(value, { a: 'b' }, value === 3 ? { trace_id: 'x' } : undefined);
  const registry = new Registry();
  registry.register(h);
  return [...(await registry.gather()).families];
}

describe('encode() writes an exponential histogram', () => {
  test('as one bucket, with sum and count', async () => {
    const families = await familiesOf({}, 0.5, 3, 100);
    expect(text(families)).toBe(`# TYPE h histogram
h_bucket{a="b",le="+Inf"} 3
h_sum{a="b"} 103.5
h_count{a="b"} 3
`);
    expect(openMetrics(families, { created: true })).toBe(`# TYPE h histogram
h_bucket{a="b",le="+Inf"} 3 # {trace_id="x"} 3.0 1700000000.5
h_sum{a="b"} 103.5
h_count{a="b"} 3
h_created{a="b"} 1700000000.5
# EOF
`);
  });

  test('with the classic buckets it has beside', async () => {
    const families = await familiesOf({ buckets: [1, 10] }, 0.5, 3, 100, 1);
    const lines = `h_bucket{a="b",le="1"} 2
h_bucket{a="b",le="10"} 3
h_bucket{a="b",le="+Inf"} 4
h_sum{a="b"} 104.5
h_count{a="b"} 4
`;
    expect(text(families)).toBe(`# TYPE h histogram\n${lines}`);
  });

  test('without sum and count in OpenMetrics if it counted negative values', async () => {
    const families = await familiesOf({}, -1, 100);
    expect(openMetrics(families)).toBe(`# TYPE h histogram
h_bucket{a="b",le="+Inf"} 2
# EOF
`);
    expect(text(families)).toContain('h_sum{a="b"} 99\nh_count{a="b"} 2\n');
  });

  test('without sum and count in OpenMetrics if its sum is not a number', async () => {
    const families = await familiesOf({}, Number.NaN, 1);
    expect(openMetrics(families)).toBe('# TYPE h histogram\nh_bucket{a="b",le="+Inf"} 2\n# EOF\n');
    expect(text(families)).toContain('h_sum{a="b"} NaN\n');
  });
});
