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
  // Whether the engine inlines what would else box a number is settled anew in each process.
  { retry: 3 },
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
    for (let measured = 0; measured < 6; measured++) {
      console.log('measured');
      round();
    }
    console.log('done');
  `;
    const printed = await runProgram(
      program,
      '--trace-gc',
      '--max-semi-space-size=1',
      '--min-semi-space-size=1',
    );
    const rounds = printed.slice(0, printed.indexOf('done')).split('measured').slice(1);
    const collections = rounds.map((round) => round.match(/Scavenge|Mark-Compact/g)?.length ?? 0);
    // The engine may still be at work in the first ones.
    expect(Math.min(...collections), collections.join(', ')).toBe(0);
  },
);
