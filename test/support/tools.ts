import { spawnSync } from 'node:child_process';
import { test } from 'vitest';
import { skippedName } from './missing-tools.ts';

/** A program that integration tests need and that may not be installed. */
export type Tool =
  | 'collectd'
  | 'openssl'
  | 'prometheus'
  | 'promtool'
  | 'protoc'
  | 'pushgateway'
  | 'python-openmetrics'
  | 'redis'
  | 'victoria-metrics';

// Debian's Python, not another in the PATH: it is the one that the system's packages serve.
const probes: Readonly<Record<Tool, readonly [string, ...string[]]>> = {
  collectd: ['collectd', '-h'],
  openssl: ['openssl', 'version'],
  prometheus: ['prometheus', '--version'],
  promtool: ['promtool', '--version'],
  protoc: ['protoc', '--version'],
  pushgateway: ['prometheus-pushgateway', '--version'],
  'python-openmetrics': ['/usr/bin/python3', '-c', 'import prometheus_client.openmetrics.parser'],
  redis: ['redis-server', '--version'],
  'victoria-metrics': ['victoria-metrics', '--version'],
};
const known = new Map<Tool, boolean>();

/**
 * Whether a tool can be started here.
 *
 * `ORIEL_WITHOUT=promtool,prometheus` in the environment makes tools missing, to see what is skipped.
 */
export function hasTool(tool: Tool): boolean {
  const before = known.get(tool);
  if (before !== undefined) return before;
  const [command, ...args] = probes[tool];
  const hidden = (process.env.ORIEL_WITHOUT ?? '').split(',').includes(tool);
  const found = !hidden && spawnSync(command, args, { stdio: 'ignore' }).status === 0;
  known.set(tool, found);
  return found;
}

/**
 * Defines a test that needs tools; where one is missing the test is skipped, and its name says so.
 *
 * @example
 * testWith('promtool', 'the page passes promtool check metrics', async () => { … });
 * testWith(['prometheus', 'promtool'], 'a server scrapes the page', async () => { … }, 60_000);
 */
export function testWith(
  tools: Tool | readonly Tool[],
  name: string,
  fn: () => void | Promise<void>,
  timeout?: number,
): void {
  const missing = [tools].flat().filter((tool) => !hasTool(tool));
  if (missing.length > 0) test.skip(skippedName(name, missing.join(', ')), fn);
  else test(name, fn, timeout);
}
