import { spawnSync } from 'node:child_process';
import { type Desc, labelsOf, Registry, type Snapshot } from '@oriel/metrics';
import { expect, test } from 'vitest';
import { testWith } from '../../../test/support/tools.ts';
import { processCollector, runtimeCollector } from '../src/index.ts';
import { gather } from './samples.ts';

const descs = [...processCollector().describe(), ...runtimeCollector().describe()];

test('no name, type, unit or help breaks a rule of the naming guideline', () => {
  expect(descs.flatMap(findings)).toEqual([]);
});

test('no name stands twice, and all fit into one registry', () => {
  const registry = new Registry();
  registry.register(processCollector());
  registry.register(runtimeCollector());
  expect(new Set(descs.map((desc) => desc.name)).size).toBe(descs.length);
});

// What boards for the official Node client ask for, less the gauges whose names end like a counter's and
// what can only be read through undocumented interfaces.
test.each([
  ['process_cpu_user_seconds_total', 'counter', []],
  ['process_cpu_system_seconds_total', 'counter', []],
  ['process_cpu_seconds_total', 'counter', []],
  ['process_start_time_seconds', 'gauge', []],
  ['process_resident_memory_bytes', 'gauge', []],
  ['process_virtual_memory_bytes', 'gauge', []],
  ['process_heap_bytes', 'gauge', []],
  ['process_open_fds', 'gauge', []],
  ['process_max_fds', 'gauge', []],
  ['nodejs_eventloop_lag_seconds', 'gauge', []],
  ...['min', 'max', 'mean', 'stddev', 'p50', 'p90', 'p99'].map(
    (name) => [`nodejs_eventloop_lag_${name}_seconds`, 'gauge', []] as const,
  ),
  ['nodejs_active_resources', 'gauge', ['type']],
  ['nodejs_heap_size_total_bytes', 'gauge', []],
  ['nodejs_heap_size_used_bytes', 'gauge', []],
  ['nodejs_external_memory_bytes', 'gauge', []],
  ['nodejs_heap_space_size_total_bytes', 'gauge', ['space']],
  ['nodejs_heap_space_size_used_bytes', 'gauge', ['space']],
  ['nodejs_heap_space_size_available_bytes', 'gauge', ['space']],
  ['nodejs_version_info', 'gauge', ['version', 'major', 'minor', 'patch']],
  ['nodejs_gc_duration_seconds', 'histogram', ['kind']],
] as const)('%s is a %s with the labels the official client gives it', (name, type, labelNames) => {
  const desc = descs.find((each) => each.name === name);
  expect({ type: desc?.type, labelNames: desc?.labelNames }).toEqual({ type, labelNames });
});

testWith('promtool', 'promtool check metrics finds nothing to say about the page', async () => {
  const runtime = runtimeCollector();
  runtime.start();
  const page = pageOf(await gather(processCollector(), runtime));
  runtime.stop();
  const { status, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: page, encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

const endings: Readonly<Record<string, string>> = { s: '_seconds', By: '_bytes' };
const abbreviated = /_(s|ms|us|ns|sec|secs|min|mins|b|kb|mb|gb|bytes_count|pct|percent)(_|$)/;
const typeWord = /(^|_)(counter|gauge|histogram|summary)(_|$)/;

function findings(desc: Desc): string[] {
  const { name, type, help, unit } = desc;
  const stem = type === 'counter' ? name.replace(/_total$/, '') : name;
  const rules: readonly (readonly [boolean, string])[] = [
    [/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(name), 'is not in snake case'],
    [(type === 'counter') === name.endsWith('_total'), 'ends in _total and is no counter, or the reverse'],
    [!/_(bucket|count|sum|created)$/.test(name), 'ends like a part of a histogram'],
    [!typeWord.test(name), 'has its type in its name'],
    [!abbreviated.test(stem.replace('lag_min_', 'lag_')), 'has an abbreviated or derived unit'],
    [unit === '' || stem.endsWith(endings[unit]), 'does not end in its unit'],
    [unit !== '' || !/_(seconds|bytes)$/.test(stem), 'ends in a unit it does not name'],
    [help !== '' && help.endsWith('.'), 'has no sentence for help'],
    [desc.labelNames.every((label) => /^[a-z_]+$/.test(label)), 'has a label that is not in snake case'],
    [
      !desc.labelNames.some((label) => ['le', 'quantile', 'job', 'instance'].includes(label)),
      'takes a label',
    ],
  ];
  return rules.filter(([holds]) => !holds).map(([, finding]) => `${name} ${finding}`);
}

/** The text format, as little of it as these families need. */
function pageOf({ families }: Snapshot): string {
  const lines = families.flatMap(({ name, help, type, parts }) => [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${type}`,
    ...parts.flatMap((part) =>
      Array.from({ length: part.rows }, (_, row) => {
        const labels = labelsOf(part, row).map((label) => `${label.name}="${label.value}"`);
        const cells = [...part.values.slice(row * part.stride, (row + 1) * part.stride)];
        if (type !== 'histogram') return [`${name}{${labels}} ${cells[0]}`];
        let count = 0;
        const buckets = cells.slice(0, -1).map((cell, i) => {
          count += cell;
          return `${name}_bucket{${[...labels, `le="${part.points[i] ?? '+Inf'}"`]}} ${count}`;
        });
        return [...buckets, `${name}_sum{${labels}} ${cells.at(-1)}`, `${name}_count{${labels}} ${count}`];
      }).flat(),
    ),
  ]);
  return `${lines.join('\n')}\n`;
}
