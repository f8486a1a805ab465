import { expect, test } from 'vitest';
import { runProgram } from './program.ts';

const aggregations = [
  ['count()', 'measureDouble'],
  ['sum()', 'measureDouble'],
  ['sum()', 'measureInt64'],
  ['lastValue()', 'measureDouble'],
  ['distribution(Array.from({ length: 34 }, (_, i) => i))', 'measureDouble'],
  ['exponential()', 'measureDouble'],
  ['exponential({}, [1, 10, 30])', 'measureDouble'],
];

test.each(aggregations)('a bound recorder of %s over %s allocates nothing', async (aggregation, define) => {
  // Half a million numbers of 12 bytes would fill the young generation several times.
  const program = `
    import { count, distribution, exponential, lastValue, ${define}, registerViews, sum, view } from ENTRY;
    const measure = ${define}({ name: 'm' });
    registerViews(view({ measure, tagKeys: ['k'], aggregation: ${aggregation} }));
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
    '--max-semi-space-size=1',
    '--min-semi-space-size=1',
  );
  const during = printed.slice(printed.indexOf('measured'), printed.indexOf('done'));
  expect(during.split('\n').filter((line) => /Scavenge|Mark-Compact/.test(line))).toEqual([]);
});
