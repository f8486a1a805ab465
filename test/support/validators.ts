import { spawnSync } from 'node:child_process';

/** What `promtool check metrics` finds wrong with the syntax of a text page; lint findings do not count. */
export function promtoolFault(page: string): string | undefined {
  const { status, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: page, encoding: 'utf8' });
  return status === 0 || status === 3 ? undefined : `${status}: ${stderr}`;
}

/** All that `promtool check metrics` has to say about a text page, its lint findings too; empty if nothing. */
export function promtoolFindings(page: string): string {
  const { stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: page, encoding: 'utf8' });
  return `${stdout}${stderr}`;
}

const strictParser = `
import json, sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse
text = sys.stdin.buffer.read().decode('utf-8')
families = [[f.name, f.type, [[s.name, s.labels, repr(s.value)] for s in f.samples]] for f in parse(text)]
sys.stdout.buffer.write(json.dumps(families).encode())
`;

export type ParsedFamily = readonly [
  name: string,
  type: string,
  samples: readonly (readonly [name: string, labels: Readonly<Record<string, string>>, value: string])[],
];

/** Reads an OpenMetrics page by Python's strict parser; throws what it throws. */
export function parseByPython(page: string): ParsedFamily[] {
  const { status, stdout, stderr } = spawnSync('/usr/bin/python3', ['-c', strictParser], {
    input: page,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(stderr.split('\n').slice(-3).join('\n'));
  return JSON.parse(stdout) as ParsedFamily[];
}
