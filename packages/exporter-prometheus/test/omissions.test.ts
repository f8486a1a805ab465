import { describe, expect, test } from 'vitest';
import { exemplarOf, family, openMetrics, part, text } from './snapshots.ts';

describe('encode() leaves out in OpenMetrics', () => {
  const histogram = (type: 'histogram' | 'gauge_histogram', point: number, sum: number): string =>
    openMetrics([family({ name: 'h', type }, part({ points: [point], rows: [[[], [1, 2, sum]]] }))]);
  const buckets = (type: string, le: string): string =>
    `# TYPE h ${type}\nh_bucket{le="${le}"} 1\nh_bucket{le="+Inf"} 3\n`;

  test.each([
    [-1, 5],
    [1, -5],
    [1, Number.NaN],
    [-1, Number.NaN],
  ])('sum and count of a histogram with first bound %d and sum %d', (point, sum) => {
    expect(histogram('histogram', point, sum)).toBe(`${buckets('histogram', `${point}.0`)}# EOF\n`);
  });

  test.each([
    [1, -5],
    [1, Number.NaN],
    [-1, Number.NaN],
  ])('sum and count of a gauge histogram with first bound %d and sum %d', (point, sum) => {
    expect(histogram('gauge_histogram', point, sum)).toBe(
      `${buckets('gaugehistogram', `${point}.0`)}# EOF\n`,
    );
  });

  test('what is negative or NaN in a summary, which text keeps', () => {
    const rows = part({
      points: [0.1, 0.9],
      rows: [
        [[], [-1, 2, -3, 4]],
        [[], [1, 2, Number.NaN, 4]],
      ],
    });
    const summary = family({ name: 's', type: 'summary' }, rows);
    expect(openMetrics([summary])).toBe(`# TYPE s summary
s{quantile="0.9"} 2.0
s_count 4
s{quantile="0.1"} 1.0
s{quantile="0.9"} 2.0
s_count 4
# EOF
`);
    expect(text([summary])).toContain('s{quantile="0.1"} -1\ns{quantile="0.9"} 2\ns_sum -3\ns_count 4\n');
  });

  test('exemplars of all but counters and buckets, and in text those too', () => {
    const rows = { rows: [[[], [1]]] as const, exemplars: exemplarOf({ a: 'b' }) };
    for (const type of ['gauge', 'unknown'] as const) {
      expect(openMetrics([family({ name: 'a', type }, part(rows))])).toBe(`# TYPE a ${type}\na 1.0\n# EOF\n`);
    }
    expect(text([family({ name: 'a', type: 'counter' }, part(rows))])).toBe(
      '# TYPE a_total counter\na_total 1\n',
    );
    const states = part({ ...rows, states: ['on'] });
    expect(openMetrics([family({ name: 'a', type: 'state_set' }, states)])).toBe(
      '# TYPE a stateset\na{a="on"} 1\n# EOF\n',
    );
    const summary = part({ ...rows, rows: [[[], [1, 2]]] });
    expect(openMetrics([family({ name: 'a', type: 'summary' }, summary)])).toBe(
      '# TYPE a summary\na_sum 1.0\na_count 2\n# EOF\n',
    );
  });

  test.each([
    ['😀'.repeat(127), ` # {a="${'😀'.repeat(127)}"} 2.0`],
    ['😀'.repeat(128), ''],
    ['x'.repeat(128), ''],
  ])('exemplars of more than 128 code points, emoji being one each', (value, written) => {
    const rows = part({ rows: [[[], [1]]], exemplars: exemplarOf({ a: value }) });
    expect(openMetrics([family({ name: 'a', type: 'counter' }, rows)])).toBe(
      `# TYPE a counter\na_total 1.0${written}\n# EOF\n`,
    );
  });
});
