import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from '@oriel/metrics';
import { logLines } from '@oriel/testkit';
import { expect, test } from 'vitest';
import { type Backend, defineBackend, type SettingsIssue } from '../src/backend.ts';
import { newExporter } from '../src/exporter.ts';
import type { ExporterConfig } from '../src/exporter-config.ts';
import { ProbeBackend } from './probe-backend.ts';
import { refusal, rejection } from './refusal.ts';

interface PushSettings {
  readonly intervalMs: number;
  readonly tag?: string;
}

function readPushSettings(input: unknown) {
  const { intervalMs = 1000, tag, ...others } = input as Record<string, unknown>;
  const issues: SettingsIssue[] = Object.keys(others).map((name) => ({
    path: [],
    message: `leave out ${name}`,
  }));
  if (!Number.isInteger(intervalMs) || Number(intervalMs) < 1)
    issues.push({ path: ['intervalMs'], message: 'use an integer from 1' });
  if (issues.length > 0) return { success: false as const, error: { issues } };
  return { success: true as const, data: { intervalMs, tag } as PushSettings };
}

const seen: PushSettings[] = [];
const push: Backend<PushSettings> = defineBackend({
  name: 'push',
  options: { safeParse: readPushSettings },
  create: (_context, settings) => {
    seen.push(settings);
    return { start() {}, flush() {}, stop() {} };
  },
});

function exporterWith(config: ExporterConfig, logger = logLines()) {
  const base = { registry: new Registry(), logger, env: {}, exporters: ['push'] };
  return newExporter('x', { ...base, backends: [push, new ProbeBackend('plain').backend], ...config });
}

test('a backend gets its settings, with its defaults, from code', async () => {
  await using exporter = exporterWith({ backendSettings: { push: { tag: 'a' } } });
  await exporter.init();
  expect(seen.at(-1)).toEqual({ intervalMs: 1000, tag: 'a' });
});

test('bad settings reject init() with backend, setting, value and place', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'oriel-settings-'));
  const configFile = join(folder, 'm.yaml');
  await writeFile(configFile, 'backends:\n  push:\n    intervalMs: 0\n');
  const start = 'OPTION_INVALID Cannot use setting "intervalMs" of backend "push" from';
  expect(
    await rejection(exporterWith({ configFile, backendSettings: { push: { tag: 'a' } } }).init()),
  ).toContain(`${start} file "${configFile}", line 3, column 17: it is 0; use an integer from 1`);
  expect(await rejection(exporterWith({ backendSettings: { push: { intervalMs: 'x' } } }).init())).toContain(
    `${start} code: it is "x"; use an integer from 1`,
  );
  await rm(folder, { recursive: true });
});

test('settings of a backend that takes none reject init()', async () => {
  const exporter = exporterWith({ exporters: ['plain'], backendSettings: { plain: { a: 1 } } });
  expect(await rejection(exporter.init())).toBe(
    'OPTION_UNKNOWN Cannot use setting "a" of backend "plain" from code: this backend takes no settings; leave them out',
  );
});

test('settings of a backend that does not run are warned of', async () => {
  const logger = logLines();
  await using exporter = exporterWith({ backendSettings: { pusch: { a: 1 } } }, logger);
  await exporter.init();
  expect(logger.messages('warn')).toEqual([
    'Cannot use settings of backend "pusch": it is not among the exporters; did you mean "push"?',
  ]);
});

test.each(['', 'A', '1a', 'a b', 'a/../b', 'a.b', 5, undefined])(
  'defineBackend() refuses the name %j',
  (name) => {
    const definition = { name: name as string, create: () => ({ start() {}, flush() {}, stop() {} }) };
    expect(refusal(() => defineBackend(definition))).toMatch(
      /^NAME_INVALID Cannot define backend .*; use lower-case letters/,
    );
  },
);

test('one backend among several that is wrong, and none is created', async () => {
  const probe = new ProbeBackend('plain');
  const exporter = exporterWith({
    backends: [push, probe.backend],
    exporters: ['plain', 'push'],
    backendSettings: { push: { x: 1 } },
  });
  expect(await rejection(exporter.init())).toMatch(
    /^OPTION_INVALID Cannot use settings of backend "push" from code/,
  );
  expect(probe.calls).toEqual([]);
});

test.each(['password', 'bearerToken', 'headers', 'key', 'basicAuth'])(
  'a bad setting "%s" is named, its value is not shown',
  async (name) => {
    const strict = defineBackend({
      name: 'strict',
      options: {
        safeParse: () => ({
          success: false as const,
          error: { issues: [{ path: [name, 'inner'], message: 'use another' }] },
        }),
      },
      create: () => ({ start() {}, flush() {}, stop() {} }),
    });
    const settings = { [name]: { inner: 'hunter2' } };
    const exporter = newExporter('x', {
      ...{ registry: new Registry(), env: {}, logger: logLines() },
      exporters: ['strict'],
      backends: [strict],
      backendSettings: { strict: settings },
    });
    const text = await rejection(exporter.init());
    expect(text).toContain(`setting "${name}.inner" of backend "strict" from code: use another`);
    expect(text).not.toContain('hunter2');
  },
);
