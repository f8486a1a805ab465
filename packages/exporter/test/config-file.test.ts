import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Options } from '../src/options.ts';
import { rejection } from './refusal.ts';

let folder: string;
let configFile: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oriel-file-'));
  configFile = join(folder, 'm.yaml');
});
afterAll(() => rm(folder, { recursive: true }));

async function loaded(content: string): Promise<Options> {
  await writeFile(configFile, content);
  const options = new Options({ configFile }, {});
  await options.load();
  return options;
}

async function refused(content: string): Promise<string> {
  const said = await rejection(loaded(content));
  return said.replace(JSON.stringify(configFile), '"m.yaml"');
}

test('load() reads YAML', async () => {
  const options = await loaded(
    'metricsPort: 1\nexporters:\n  - prometheus\n  - statsd://h:1\nbackends:\n  statsd: { mtu: 1432 }\n',
  );
  expect([options.metricsPort, options.exporters]).toEqual([1, ['prometheus', 'statsd://h:1']]);
  expect(options.settings.of('statsd')).toEqual({ mtu: 1432 });
});

test('load() reads JSON', async () => {
  expect((await loaded('{ "metricsEnabled": false, "namespace": "x" }')).metricsEnabled).toBe(false);
});

test.each(['', '# nothing\n', '{}', 'null'])('load() takes %j for an empty file', async (content) => {
  expect((await loaded(content)).metricsPort).toBe(9090);
});

test('load() finds the file by variable and by flag, the flag winning', async () => {
  await writeFile(configFile, 'metricsPort: 3');
  const options = new Options({}, { ORIEL_METRICS_CONFIG: join(folder, 'missing.yaml') });
  options.parse(['--metrics-config', configFile]);
  await options.load();
  expect(options.metricsPort).toBe(3);
});

test.each([
  [
    'metricsPath: /x\nmetricsPort:   99999\n',
    'OPTION_INVALID Cannot use configuration file "m.yaml": line 2, column 16: field "metricsPort" is 99999; use an integer from 0 to 65535',
  ],
  [
    'metricsPort: "9090"\n',
    'OPTION_INVALID Cannot use configuration file "m.yaml": line 1, column 14: field "metricsPort" is "9090"; use an integer',
  ],
  [
    'metricsPort:\n',
    'OPTION_INVALID Cannot use configuration file "m.yaml": line 1, column 13: field "metricsPort" is null; use an integer',
  ],
  [
    'exporters:\n  - ok\n  - Not Ok\n',
    'OPTION_INVALID Cannot use configuration file "m.yaml": line 2, column 3: field "exporters" is ["ok","Not Ok"]; use different',
  ],
  [
    'a: 1\n',
    'OPTION_UNKNOWN Cannot use configuration file "m.yaml": line 1, column 1: field "a" is unknown; use one of "metricsEnabled"',
  ],
  [
    '# x\n\nmetricsPorts: 1\n',
    'OPTION_UNKNOWN Cannot use configuration file "m.yaml": line 3, column 1: field "metricsPorts" is unknown; did you mean "metricsPort"?',
  ],
  [
    'configFile: x\n',
    'OPTION_UNKNOWN Cannot use configuration file "m.yaml": line 1, column 1: field "configFile" is unknown',
  ],
  [
    'backends:\n  statsd: 5\n',
    'OPTION_INVALID Cannot use configuration file "m.yaml": line 2, column 11: field "backends.statsd" is 5; use a mapping of settings by backend',
  ],
  [
    'backends:\n',
    'OPTION_INVALID Cannot use configuration file "m.yaml": line 1, column 10: field "backends" is null; use a mapping of settings by backend',
  ],
  [
    '%YAML 1.1\n---\nbackends: { statsd: !!set { mtu } }\n',
    'OPTION_INVALID Cannot use configuration file "m.yaml": line 3, column 27: field "backends.statsd" is {}; use a mapping of settings by backend',
  ],
  [
    '- 1\n',
    'OPTION_INVALID Cannot use configuration file "m.yaml": line 1, column 1: the file is [1]; use a mapping of options',
  ],
  [
    'hello',
    'OPTION_INVALID Cannot use configuration file "m.yaml": line 1, column 1: the file is "hello"; use a mapping',
  ],
  [
    '{"__proto__": 1}',
    'OPTION_UNKNOWN Cannot use configuration file "m.yaml": line 1, column 2: field "__proto__" is unknown',
  ],
  [
    'metricsPort: 1\nmetricsPath: [\n',
    'CONFIG_UNREADABLE Cannot read configuration file "m.yaml": line 3, column 1: ',
  ],
  [
    'metricsPort: 1\nmetricsPort: 2\n',
    'CONFIG_UNREADABLE Cannot read configuration file "m.yaml": line 2, column 1: ',
  ],
  ['a: 1\n---\nb: 2\n', 'CONFIG_UNREADABLE Cannot read configuration file "m.yaml": line 2, column 1: '],
])('load() refuses %j with its place', async (content, message) => {
  expect(await refused(content)).toContain(message);
});

test('load() tells every problem of a file at once, and uses nothing of it', async () => {
  const said = await refused('metricsPort: -1\nmetricsPath: x\nnamespace: good\nwrong: 1\n');
  expect(said.split('\n').map((line) => line.trim().slice(0, 40))).toEqual([
    expect.stringContaining('OPTION_'),
    expect.stringContaining('line '),
    expect.stringContaining('line '),
  ]);
  expect(said).toMatch(/line 1, column 14.*line 2, column 14.*line 4, column 1/s);
  const options = new Options({ configFile }, {});
  await rejection(options.load());
  expect(options.namespace).toBe('');
});

test('load() refuses a file of aliases that would fill the memory', async () => {
  const levels = Array.from(
    { length: 12 },
    (_, at) =>
      `l${at}: &l${at} [${Array(10)
        .fill(at ? `*l${at - 1}` : 'x')
        .join(', ')}]`,
  );
  expect(await refused(levels.join('\n'))).toMatch(/^CONFIG_UNREADABLE .*alias/i);
});

test('load() refuses a file that is missing or a folder', async () => {
  const load = (path: string) => new Options({ configFile: path }, {}).load();
  expect(await rejection(load(join(folder, 'missing')))).toMatch(
    /^CONFIG_UNREADABLE Cannot read configuration file ".*missing": ENOENT; /,
  );
  expect(await rejection(load(folder))).toMatch(/^CONFIG_UNREADABLE .*: EISDIR; /);
});

test('settings.of() lets the file win over code, setting by setting', async () => {
  await writeFile(configFile, 'backends: { statsd: { b: 3 } }');
  const options = new Options({ configFile }, {});
  options.setBackendSettings({ statsd: { a: 1, b: 2 } });
  await options.load();
  expect(options.settings.of('statsd')).toEqual({ a: 1, b: 3 });
  expect(options.settings.of('constructor')).toEqual({});
});
