import { spawnSync } from 'node:child_process';
import { Counter, Gauge, Histogram, Registry } from '@oriel/metrics';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { testWith } from '../../../test/support/tools.ts';
import { type LintFinding, lintMetrics } from '../src/lint.ts';
import type { LintRule } from '../src/lint-rules.ts';

// What promtool says, by the rule that says the same.
const saidByPromtool: readonly (readonly [RegExp, LintRule])[] = [
  [/^no help text/, 'help'],
  [/^use base unit/, 'base-unit'],
  [/abbreviated units/, 'abbreviated-unit'],
  [/"_total" suffix/, 'total'],
  [/"_(bucket|count|sum)" suffix/, 'reserved-suffix'],
  [/"(le|quantile)" label/, 'reserved-label'],
  [/should not include type/, 'type-in-name'],
  [/should not contain ':'/, 'colon'],
  [/camelCase/, 'camel-case'],
];

function promtool(page: string): string[] {
  const { stderr, status } = spawnSync('promtool', ['check', 'metrics'], { input: page, encoding: 'utf8' });
  if (status !== 0 && status !== 3) throw new Error(`promtool ended with ${status}: ${stderr}`);
  const lines = stderr.split('\n').filter(Boolean);
  return shown(
    lines.map((line) => {
      const [, family = '', text = ''] = /^(\S+) (.*)$/.exec(line) ?? [];
      const rule = saidByPromtool.find(([pattern]) => pattern.test(text))?.[1];
      if (rule === undefined) throw new Error(`promtool says what no rule says: ${line}`);
      return { family, rule };
    }),
  );
}

function shown(findings: readonly Pick<LintFinding, 'family' | 'rule'>[]): string[] {
  const ours = findings.filter(({ rule }) => rule !== 'target-label');
  return [...new Set(ours.map(({ family, rule }) => `${family}: ${rule}`))].sort();
}

const gauge = (name: string, labels = ''): string =>
  `# HELP ${name} X.\n# TYPE ${name} gauge\n${name}${labels} 1\n`;
const counter = (name: string): string => `# HELP ${name} X.\n# TYPE ${name} counter\n${name} 1\n`;

const table: readonly (readonly [page: string, rules: readonly LintRule[]])[] = [
  [gauge('queue_depth'), []],
  [counter('jobs_total'), []],
  [counter('wait_seconds_total'), []],
  [gauge('heat_celsius'), []],
  [gauge('power_watts'), []],
  ['# TYPE no_help gauge\nno_help 1\n', ['help']],
  [gauge('wait_milliseconds'), ['base-unit']],
  [gauge('age_hours'), ['base-unit']],
  [gauge('heat_fahrenheit'), ['base-unit']],
  [gauge('size_kilobytes_free'), ['base-unit']],
  [gauge('wait_ms'), ['abbreviated-unit']],
  [gauge('size_mb_free'), ['abbreviated-unit']],
  [counter('jobs'), ['total']],
  [gauge('jobs_total'), ['total']],
  [gauge('queue_bucket', '{le="1"}'), ['reserved-suffix', 'reserved-label']],
  [gauge('queue_count', '{quantile="1"}'), ['reserved-suffix', 'reserved-label']],
  [gauge('queue_sum'), ['reserved-suffix']],
  [gauge('depth_gauge'), ['type-in-name']],
  [counter('jobs_counter_total'), ['type-in-name']],
  [gauge('job:depth'), ['colon']],
  [gauge('queueDepth', '{queueName="x"}'), ['camel-case']],
  [gauge('depth', '{queueName="x"}'), ['camel-case']],
  ['# HELP odd_total X.\nodd_total 1\n', []],
];

test.each(table)('lintMetrics(%j) finds %j', (page, rules) => {
  expect(lintMetrics(page).map(({ rule }) => rule)).toEqual(rules);
});

testWith('promtool', 'lintMetrics() finds what promtool check metrics finds on the table', () => {
  for (const [page] of table) expect(shown(lintMetrics(page)), page).toEqual(promtool(page));
});

// One unit in a name: of several promtool takes any.
const units = [
  'seconds',
  'milliseconds',
  'kilobytes',
  'bytes',
  'days',
  'kelvins',
  'kelvin',
  'gibibytes',
  'centimeters',
];
const words = [
  'queue',
  'depth',
  'millis',
  'ms',
  's',
  'd',
  'total',
  'sum',
  'count',
  'bucket',
  'info',
  'ratio',
].concat(['gauge', 'counter', 'summary', 'histogram', 'Hi', 'aB', 'a:b']);

testWith('promtool', 'lintMetrics() finds what promtool finds on names put together at random', () => {
  const name = fc
    .tuple(
      fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 3 }),
      fc.constantFrom('', ...units),
      fc.nat(3),
    )
    .map(([parts, unit, at]) => (unit === '' ? parts : parts.toSpliced(at, 0, unit)).join('_'));
  const family = fc.tuple(
    name,
    fc.constantFrom('gauge', 'counter', 'untyped'),
    fc.boolean(),
    fc.constantFrom('', '{le="1"}', '{quantile="1"}', '{aB="1"}'),
  );
  const families = fc.sample(
    fc.uniqueArray(family, { selector: ([each]) => each, minLength: 400, maxLength: 400 }),
    { numRuns: 1, seed: 7 },
  )[0];
  const page = families
    .map(
      ([each, type, help, labels]) =>
        `${help ? `# HELP ${each} X.\n` : ''}# TYPE ${each} ${type}\n${each}${labels} 1\n`,
    )
    .join('');
  expect(shown(lintMetrics(page))).toEqual(promtool(page));
});

test('lintMetrics() judges a snapshot by its own names, with a cure in each message', async () => {
  const registry = new Registry();
  registry.register(new Counter({ name: 'jobs', help: 'Jobs.', labelNames: ['job'] }));
  registry.register(new Gauge({ name: 'wait_ms' }));
  registry.register(new Histogram({ name: 'wait_seconds', help: 'Waits.' }));
  const findings = lintMetrics(await registry.gather());
  expect(findings).toEqual([
    { family: 'wait_ms', rule: 'help', message: 'it has no help text; say in one sentence what it measures' },
    { family: 'wait_ms', rule: 'abbreviated-unit', message: '"ms" is short for a unit; write the unit out' },
  ]);
});

test('lintMetrics() reads an OpenMetrics page by the names of its samples', () => {
  const page = '# HELP jobs Jobs.\n# TYPE jobs counter\njobs_total{instance="x"} 1\n# EOF\n';
  expect(lintMetrics(page)).toEqual([
    {
      family: 'jobs_total',
      rule: 'target-label',
      message: 'label "instance" is set by the scraper, which renames this one',
    },
  ]);
});
