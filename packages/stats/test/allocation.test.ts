import { expect, test } from 'vitest';
import { runProgram } from './program.ts';

const aggregations = [
  ['count()', 'measureDouble', 'exemplars: false'],
  ['sum()', 'measureDouble', 'exemplars: false'],
  ['sum()', 'measureInt64', 'exemplars: false'],
  ['lastValue()', 'measureDouble', 'exemplars: false'],
  ['distribution(Array.from({ length: 34 }, (_, i) => i))', 'measureDouble', 'exemplars: false'],
  ['exponential()', 'measureDouble', 'exemplars: false'],
  ['exponential({}, [1, 10, 30])', 'measureDouble', 'exemplars: false'],
  ['count()', 'measureDouble', 'exemplars: true'],
  ['distribution([1, 10, 30])', 'measureDouble', 'exemplars: true'],
  ['exponential()', 'measureDouble', 'exemplars: true'],
];

test.each(aggregations)(
  'a bound recorder of %s over %s allocates nothing (%s)',
  async (aggregation, define, options) => {
    // Half a million numbers of 12 bytes would fill the young generation several times.
    const program = `
    import { count, distribution, exponential, lastValue, Stats, sum, view } from ENTRY;
    const stats = new Stats({ ${options} });
    const measure = stats.${define}({ name: 'm' });
    stats.registerViews(view({ measure, tagKeys: ['k'], aggregation: ${aggregation} }));
    const bound = measure.bind({ k: 'v' });
    const round = () => { for (let i = 0; i < 500_000; i++) bound.record((i % 40) + 0.5); };
    for (let warm = 0; warm < 8; warm++) round();
    console.log('measured');
    round();
    console.log('done');
  `;
    const printed = await runProgram(
      program,
      '--trace-gc',
      // Compiled by the recordings themselves: on a busy machine a thread of its own may not be done by then.
      '--single-threaded',
      '--max-semi-space-size=1',
      '--min-semi-space-size=1',
    );
    const during = printed.slice(printed.indexOf('measured'), printed.indexOf('done'));
    expect(during.split('\n').filter((line) => /Scavenge|Mark-Compact/.test(line))).toEqual([]);
  },
);
