import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Counter, type Gatherer, Gauge, Registry } from '@oriel/metrics';
import { type LogLines, logLines, manualClock } from '@oriel/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { defineBackend } from '../src/backend.ts';
import { newExporter } from '../src/exporter.ts';
import type { ExporterConfig } from '../src/exporter-config.ts';
import { Options } from '../src/options.ts';
import { RunningConfig } from '../src/running-config.ts';
import { FakePart, viewsPart } from './fake-part.ts';
import { ProbeBackend } from './probe-backend.ts';
import { rejection } from './refusal.ts';
import { samplesOf } from './samples.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { until } from './until.ts';

interface Running {
  readonly part: FakePart;
  readonly logger: LogLines;
  readonly probe: ProbeBackend;
  readonly exporter: ReturnType<typeof newExporter>;
  readonly configFile: string;
  write(content: string): void;
  samples(): Promise<Record<string, number>>;
}

/** An exporter that runs over a file. */
async function running(content: string, config: ExporterConfig = {}): Promise<Running> {
  const configFile = join(temporaryFolder(), 'm.yaml');
  const write = (text: string) => writeFileSync(configFile, text);
  write(content);
  const [part, logger, registry] = [viewsPart(), logLines(), new Registry()];
  const probe = new ProbeBackend('probe');
  const base = { registry, logger, env: {}, backends: [probe.backend], exporters: ['probe'] };
  const exporter = newExporter('x', {
    ...base,
    configFile,
    configReload: 'off',
    configurables: [part],
    ...config,
  });
  onTestFinished(() => exporter.shutdown());
  await exporter.init();
  const samples = () => samplesOf(probe.contexts[0].registry);
  return { part, logger, probe, exporter, configFile, write, samples };
}

const first = 'views: [{ name: a }]\n';
const second = 'views: [{ name: b }]\n';
const bad = 'views:\n  - bounds: [2, 1]\n';

test('reload() has a good file take effect without a restart', async () => {
  const { exporter, write, part, logger, probe, configFile } = await running(first);
  write(second);
  expect(await exporter.reload()).toEqual({ result: 'success', needRestart: [] });
  expect(part.committed).toEqual([{ views: [{ name: 'a' }] }, { views: [{ name: 'b' }] }]);
  expect(probe.calls).toEqual(['create', 'start']);
  expect(logger.lines.at(-1)).toEqual({
    level: 'info',
    details: { file: configFile, needRestart: [] },
    message: 'configuration file reloaded',
  });
});

test('reload() refuses a bad file as init() would, in the log and in the outcome, and what ran runs on', async () => {
  const { exporter, write, part, logger, configFile } = await running(first);
  write(bad);
  const { result, error, needRestart } = await exporter.reload();
  const fresh = newExporter('x', { configFile, env: {}, configurables: [viewsPart()], exporters: ['none'] });
  expect([result, needRestart]).toEqual(['failure', []]);
  expect(`${error?.code} ${error?.message}`).toBe(await rejection(fresh.init()));
  expect(error?.message).toContain('line 2, column 13: field "views[0].bounds" is [2,1]; use rising numbers');
  expect(logger.messages('error')).toEqual([error?.message]);
  expect(part.committed).toEqual([{ views: [{ name: 'a' }] }]);
});

test.each([
  ['no YAML', 'views: [', /^Cannot read configuration file .*line 1, column/],
  ['an unknown field', `${second}vews: 1\n`, /field "vews" is unknown; did you mean "views"/],
  ['a bad option', `${second}metricsPort: x\n`, /field "metricsPort" is "x"; use an integer/],
  [
    'bad settings of a running backend',
    `${second}backends: { probe: { a: 1 } }\n`,
    /setting "a" of backend "probe" from file .*, line 2, column 25: /,
  ],
])('reload() of a file with %s changes nothing', async (_what, content, message) => {
  const { exporter, write, part, samples } = await running(`${first}tags: { zone: a }\n`);
  write(content);
  const { result, error } = await exporter.reload();
  expect([result, part.committed.length]).toEqual(['failure', 1]);
  expect(error?.message).toMatch(message);
  expect(await samples()).toHaveProperty('oriel_config_last_reload_successful{zone="a"}', 0);
});

test('reload() finds a relative file although the working directory has changed', async () => {
  const folder = temporaryFolder();
  const before = process.cwd();
  onTestFinished(() => process.chdir(before));
  process.chdir(folder);
  writeFileSync('relative.yaml', first);
  const { exporter } = await running(first, { configFile: 'relative.yaml' });
  process.chdir(before);
  expect(await exporter.reload()).toMatchObject({ result: 'success' });
  rmSync(join(folder, 'relative.yaml'));
  expect((await exporter.reload()).error?.message).toBe(
    'Cannot read configuration file "relative.yaml": ENOENT; name a file that can be read',
  );
});

test('reload() of a file that is gone is refused, and of one that came back is not', async () => {
  const { exporter, write, configFile } = await running(first, { configurables: [viewsPart()] });
  rmSync(configFile);
  expect(await exporter.reload()).toMatchObject({ result: 'failure', error: { code: 'CONFIG_UNREADABLE' } });
  write(second);
  expect(await exporter.reload()).toMatchObject({ result: 'success' });
});

test('fields that need a restart are named with their place as long as they differ from what runs', async () => {
  const content = 'metricsPort: 1\nbackends: { statsd: { mtu: 1 } }\nmetricsPath: /a\n';
  const { exporter, write, logger, configFile } = await running(content);
  const before = logger.messages('warn').length;
  write('metricsPort: 2\nbackends: { statsd: { mtu: 2 }, otlp: {} }\nenabled: false\n');
  const needRestart = ['enabled', 'metricsPort', 'metricsPath', 'backends.statsd', 'backends.otlp'];
  expect(await exporter.reload()).toEqual({ result: 'success', needRestart });
  const options = exporter.options();
  expect([options.metricsEnabled, options.metricsPort, options.metricsPath]).toEqual([true, 1, '/a']);
  expect(options.settings.of('statsd')).toEqual({ mtu: 1 });
  const file = `file "${configFile}"`;
  expect(logger.messages('warn').slice(before)).toEqual([
    `Cannot change field "enabled" at run time: it is false in ${file}, line 3, column 10; restart to use that`,
    `Cannot change field "metricsPort" at run time: it is 2 in ${file}, line 1, column 14; restart to use that`,
    `Cannot change field "metricsPath" at run time: it is gone from ${file}; restart to use that`,
    `Cannot change field "backends.statsd" at run time: it is {"mtu":2} in ${file}, line 2, column 21; restart to use that`,
    `Cannot change field "backends.otlp" at run time: it is {} in ${file}, line 2, column 39; restart to use that`,
  ]);
  expect(await exporter.reload()).toEqual({ result: 'success', needRestart });
  write(content);
  expect(await exporter.reload()).toEqual({ result: 'success', needRestart: [] });
});

test('a field that a flag or variable overrides needs no restart', async () => {
  const { exporter, write } = await running('metricsPort: 1\n', { env: { ORIEL_METRICS_PORT: '7' } });
  write('metricsPort: 2\n');
  expect((await exporter.reload()).needRestart).toEqual([]);
  expect(exporter.options().metricsPort).toBe(7);
});

test('describe() tells the new place of a field that stayed the same', async () => {
  const { exporter, write } = await running('metricsPort: 1\n');
  write('# new\nmetricsPort: 1\n');
  await exporter.reload();
  expect(exporter.options().describe()[1].where).toMatch(/line 2, column 14$/);
});

test('logLevel changes without a restart', async () => {
  const { exporter, write } = await running('logLevel: warn\n');
  write('logLevel: error\n');
  expect(await exporter.reload()).toEqual({ result: 'success', needRestart: [] });
  expect(exporter.options().logLevel).toBe('error');
});

test('the self-metrics tell the last reload, its time and how many there were', async () => {
  const clock = manualClock(1_000_000);
  const { exporter, write, samples } = await running(first, { clock });
  const told = async () => Object.values(await samples()).slice(0, 4);
  const names = Object.keys(await samples()).slice(0, 4);
  expect(names).toEqual([
    'oriel_config_last_reload_success_timestamp_seconds{}',
    'oriel_config_last_reload_successful{}',
    'oriel_config_reloads_total{result="success"}',
    'oriel_config_reloads_total{result="failure"}',
  ]);
  expect(await told()).toEqual([1000, 1, 0, 0]);
  await clock.advance(5000);
  write(bad);
  await exporter.reload();
  expect(await told()).toEqual([1000, 0, 0, 1]);
  await clock.advance(5000);
  write(second);
  await exporter.reload();
  expect(await told()).toEqual([1010, 1, 1, 1]);
});

test('a second exporter with a file on one registry works without the self-metrics, and says so', async () => {
  const registry = new Registry();
  const one = await running(first, { registry });
  const two = await running(first, { registry });
  expect(one.logger.messages('warn')).toEqual([]);
  expect(two.logger.messages('warn')).toEqual([
    expect.stringMatching(/^Cannot register the self-metrics of the configuration file: /),
  ]);
  expect(await two.exporter.reload()).toMatchObject({ result: 'success' });
});

test('overlapping reloads are coalesced: one goes and one waits, and who asked late sees what was written late', async () => {
  const { exporter, write, part, samples } = await running(first);
  const early = exporter.reload();
  const turns = Array.from({ length: 100 }, () => exporter.reload());
  write(second);
  const late = exporter.reload();
  expect(new Set(await Promise.all([early, ...turns, late])).size).toBe(2);
  expect(part.committed.at(-1)).toEqual({ views: [{ name: 'b' }] });
  expect(await samples()).toMatchObject({ 'oriel_config_reloads_total{result="success"}': 2 });
  await exporter.reload();
  expect(await samples()).toMatchObject({ 'oriel_config_reloads_total{result="success"}': 3 });
});

test('constant labels stand on every family backends get, their own included, and change at a reload', async () => {
  const own = new Registry();
  own.register(new Gauge({ name: 'process_like' }));
  const pages: Gatherer[] = [];
  const server = defineBackend({
    name: 'server',
    create: ({ registry, labelled }) => ({
      start() {
        registry.register(new Counter({ name: 'scrapes' }));
        pages.push(registry, labelled(own));
      },
      flush() {},
      stop() {},
    }),
  });
  const registry = new Registry();
  registry.register(new Counter({ name: 'jobs' }));
  const config = { registry, backends: [server], exporters: ['server'] };
  const { exporter, write } = await running('tags: { zone: a }\n', config);
  const seen = async () => {
    const samples = await Promise.all(pages.map(samplesOf));
    return samples.flatMap((page) => Object.keys(page)).filter((name) => !name.startsWith('oriel_config'));
  };
  const labelled = (labels: string, more = '') => [
    `jobs{${labels}}`,
    `oriel_exporter_backend_failures_total{act="flush",backend="server"${more}}`,
    `oriel_exporter_backend_failures_total{act="run",backend="server"${more}}`,
    `oriel_exporter_backend_failures_total{act="start",backend="server"${more}}`,
    `oriel_exporter_backend_failures_total{act="stop",backend="server"${more}}`,
    `oriel_exporter_backend_up{backend="server"${more}}`,
    `process_like{${labels}}`,
    `scrapes{${labels}}`,
  ];
  expect((await seen()).sort()).toEqual(labelled('zone="a"', ',zone="a"'));
  write('tags: { zone: b }\n');
  await exporter.reload();
  expect((await seen()).sort()).toEqual(labelled('zone="b"', ',zone="b"'));
  write('tags: {}\n');
  await exporter.reload();
  expect((await seen()).sort()).toEqual(labelled(''));
  expect(Object.keys(await samplesOf(exporter.registry))).toContain('jobs{}');
});

test('without configurables backends get the registry itself', async () => {
  const registry = new Registry();
  const { probe } = await running('metricsPort: 1\n', { registry, configurables: [] });
  expect(probe.contexts[0].registry).toBe(registry);
  expect(probe.contexts[0].labelled(registry)).toBe(registry);
});

test('a change of the file is read by itself', async () => {
  const { write, part } = await running(first, { configReload: 'watch' });
  write(second);
  await until(() => part.committed.length === 2);
});

test('a file that is written anew with what it said, good or bad, is not read again', async () => {
  const clock = manualClock();
  const { write, part, logger, samples } = await running(first, { configReload: 'watch', clock });
  const watched = async (isTold: () => boolean) => {
    while (!isTold()) await clock.advance(250);
  };
  const rewritten = async (content: string) => {
    write(content);
    for (let looks = 0; looks < 100; looks++) await clock.advance(250);
  };
  await rewritten(first);
  write(bad);
  await watched(() => logger.messages('error').length === 1);
  await rewritten(bad);
  write(second);
  await watched(() => part.committed.length === 2);
  expect(await samples()).toMatchObject({
    'oriel_config_reloads_total{result="success"}': 1,
    'oriel_config_reloads_total{result="failure"}': 1,
  });
});

const signals = () => process.listenerCount('SIGHUP');

test.each([
  ['both', 1, 2],
  ['watch', 0, 2],
  ['signal', 1, 0],
  ['off', 0, 0],
] as const)(
  'configReload %s adds %i listener and %i timers, all gone after shutdown()',
  async (configReload, listeners, timers) => {
    const clock = manualClock();
    const before = signals();
    const { exporter } = await running(first, { configReload, clock });
    expect([signals() - before, clock.pending]).toEqual([listeners, timers]);
    await exporter.shutdown();
    expect([signals() - before, clock.pending]).toEqual([0, 0]);
    expect(await samplesOf(exporter.registry)).toEqual({});
  },
);

test.each([
  ['there is no file', { configFile: '' }],
  ['metrics are disabled', { metricsEnabled: false }],
])('nothing listens or waits when %s, and reload() is idle', async (_what, config) => {
  const clock = manualClock();
  const before = signals();
  const { exporter } = await running(first, { configReload: 'both', clock, ...config });
  expect([signals() - before, clock.pending]).toEqual([0, 0]);
  expect(await exporter.reload()).toEqual({ result: 'idle', needRestart: [] });
});

test('a start that fails leaves no listener, timer or self-metric', async () => {
  const clock = manualClock();
  const before = signals();
  const failing = new ProbeBackend('probe', () => ({
    start() {
      throw new Error('no');
    },
  }));
  const registry = new Registry();
  const config = { clock, registry, configReload: 'both', backends: [failing.backend] } as const;
  await expect(running(first, { ...config, onStartError: 'throw' })).rejects.toThrow('no');
  expect([signals() - before, clock.pending, await samplesOf(registry)]).toEqual([0, 0, {}]);
});

test('reload() before init() and after shutdown() is idle', async () => {
  const idle = { result: 'idle', needRestart: [] };
  expect(await newExporter('x', { env: {} }).reload()).toEqual(idle);
  const { exporter, part } = await running(first);
  await exporter.shutdown();
  expect(await exporter.reload()).toEqual(idle);
  expect(part.prepared).toHaveLength(1);
});

test('shutdown() during a reload waits for it, and it changes nothing any more', async () => {
  const { exporter, write, part, logger } = await running(first);
  write(second);
  const reloads = [exporter.reload(), exporter.reload()];
  await exporter.shutdown();
  expect((await Promise.all(reloads)).map(({ result }) => result)).toEqual(['idle', 'idle']);
  expect(part.committed).toHaveLength(1);
  expect(logger.messages('error')).toEqual([]);
});

test('reload() during init() waits for it', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const slow = new ProbeBackend('probe', () => ({ start: () => promise }));
  const configFile = join(temporaryFolder(), 'm.yaml');
  writeFileSync(configFile, first);
  const config = { configFile, env: {}, logger: logLines(), registry: new Registry() };
  const exporter = newExporter('x', {
    ...config,
    backends: [slow.backend],
    exporters: ['probe'],
    configurables: [viewsPart()],
    configReload: 'off',
  });
  const starting = exporter.init();
  const reloading = exporter.reload();
  resolve();
  await starting;
  expect(await reloading).toMatchObject({ result: 'success' });
  await exporter.shutdown();
});

test('stop() that comes while a part is checking the file keeps it from being committed', async () => {
  const configFile = join(temporaryFolder(), 'm.yaml');
  writeFileSync(configFile, first);
  let stopped: Promise<void> | undefined;
  const part = new FakePart(['views'], () => {
    if (part.prepared.length > 1) stopped = config.stop();
    return {};
  });
  const state = { started: false, configurables: [part] };
  const options = new Options({ configFile, configReload: 'off' }, {}, state);
  await options.load();
  const own = { options, state, registry: new Registry(), logger: logLines(), clock: manualClock() };
  const config = new RunningConfig({ ...own, onTaken: () => {} });
  config.start(() => {});
  writeFileSync(configFile, second);
  expect(await config.reload()).toMatchObject({ result: 'idle' });
  await stopped;
  expect([part.prepared.length, part.committed.length]).toEqual([2, 1]);
});
