import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Registry } from '@oriel/metrics';
import { logLines } from '@oriel/testkit';
import { expect, test } from 'vitest';
import type { Configurable } from '../src/configurable.ts';
import { newExporter } from '../src/exporter.ts';
import type { ExporterConfig } from '../src/exporter-config.ts';
import { FakePart, viewsPart } from './fake-part.ts';
import { ProbeBackend } from './probe-backend.ts';
import { refusal, rejection } from './refusal.ts';
import { temporaryFolder } from './temporary-folder.ts';

async function exporterOf(content: string | undefined, config: ExporterConfig) {
  const logger = logLines();
  const probe = new ProbeBackend('probe');
  const base = { registry: new Registry(), logger, env: {}, backends: [probe.backend], exporters: ['probe'] };
  const configFile = content === undefined ? '' : join(temporaryFolder(), 'm.yaml');
  if (content !== undefined) await writeFile(configFile, content);
  const exporter = newExporter('x', { ...base, configFile, configReload: 'off', ...config });
  const told = async () => (await rejection(exporter.init())).replace(JSON.stringify(configFile), '"m.yaml"');
  return { exporter, logger, probe, configFile, told };
}

/** What a watcher, server, timer or signal holds open. */
const held = () =>
  process.getActiveResourcesInfo().filter((name) => /FSEvent|Server|Timeout|Signal/.test(name));

const start = 'OPTION_INVALID Cannot use option "configurables" from code: ';

test.each<[unknown, string]>([
  [[new FakePart(['views']), new FakePart(['tags', 'views'])], 'field "views" is claimed twice; '],
  [[new FakePart(['views', 'views'])], 'field "views" is claimed twice; '],
  ...['metricsPort', 'configFile', 'enabled', 'backends', 'kind', 'apiVersion'].map(
    (name) =>
      [[new FakePart([name])], `field "${name}" is the exporter's own; claim another name`] as [
        unknown,
        string,
      ],
  ),
  [{}, 'it is {}; use a list of parts'],
  [[undefined], 'it has undefined; pass what has fields and prepare()'],
  [[{ fields: [] }], 'it has {"fields":[]}; '],
  [[{ fields: [{ name: '' }], prepare() {} }], 'it has {"fields":[{"name":""}]}; '],
  [[{ fields: [null], prepare() {} }], 'it has {"fields":[null]}; '],
])('newExporter() refuses the configurables of case %#', (configurables, message) => {
  const config = { configurables: configurables as readonly Configurable[] };
  expect(refusal(() => newExporter('x', config))).toContain(start + message);
});

test('a part gets the fields it claims, checked once and committed once before any backend starts', async () => {
  const part = viewsPart();
  const other = new FakePart(['http']);
  const { exporter, probe } = await exporterOf('views: [{ name: a }]\nmetricsPort: 0\n', {
    configurables: [part, other],
    backends: [
      new ProbeBackend('probe', () => ({ start: () => expect(part.committed).toHaveLength(1) })).backend,
    ],
  });
  await exporter.init();
  expect(part.prepared).toEqual([{ views: [{ name: 'a' }] }]);
  expect([part.committed, other.prepared, other.committed]).toEqual([part.prepared, [{}], [{}]]);
  expect(exporter.backends()).toMatchObject([{ state: 'up' }]);
  expect(probe.calls).toEqual([]);
  await exporter.shutdown();
});

test('without a file every part plans and commits its defaults', async () => {
  const part = viewsPart();
  const { exporter } = await exporterOf(undefined, { configurables: [part] });
  await exporter.init();
  expect(part.committed).toEqual([{}]);
  await exporter.shutdown();
});

test('a part whose defaults are wrong rejects init() with nothing committed', async () => {
  const wrong = new FakePart(['w'], () => ({ issues: [{ path: ['w', 0], message: 'use more' }] }));
  const part = viewsPart();
  const { told } = await exporterOf(undefined, { configurables: [part, wrong] });
  expect(await told()).toBe('OPTION_INVALID Cannot use field "w.0" without a file: use more');
  expect(part.committed).toEqual([]);
});

test('an issue names file, line, column, field with its place in the list, value and cure', async () => {
  const content = 'views:\n  - name: a\n  - name: b\n    bounds: [1, 2]\n  - bounds: [3, 1]\n';
  const { told } = await exporterOf(content, { configurables: [viewsPart()] });
  expect(await told()).toBe(
    'OPTION_INVALID Cannot use configuration file "m.yaml": line 5, column 13: field "views[2].bounds" is [3,1]; use rising numbers',
  );
});

test('one bad field of any owner, and nothing is committed and no backend created; all are told in order', async () => {
  const part = viewsPart();
  const other = new FakePart(['http'], () => ({
    issues: [{ path: ['http', 'a b', '$1'], message: 'use less' }],
  }));
  const content =
    'http: { "a b": { $1: 7 } }\nmetricsPort: -1\nbackends: 5\nviews: [{ bounds: [2, 1] }]\nhtp: 1\n';
  const { told, probe } = await exporterOf(content, { configurables: [part, other] });
  expect((await told()).split('\n').map((line) => line.trim())).toEqual([
    'OPTION_INVALID Cannot use configuration file "m.yaml": line 1, column 22: field "http["a b"].$1" is 7; use less',
    'line 2, column 14: field "metricsPort" is -1; use an integer from 0 to 65535',
    'line 3, column 11: field "backends" is 5; use a mapping of settings by backend',
    'line 4, column 19: field "views[0].bounds" is [2,1]; use rising numbers',
    'line 5, column 1: field "htp" is unknown; did you mean "http"?',
  ]);
  expect([part.committed, other.committed, probe.calls]).toEqual([[], [], []]);
});

test('bad settings of a backend keep the parts from being committed', async () => {
  const part = viewsPart();
  const { told } = await exporterOf('backends: { probe: { a: 1 } }', { configurables: [part] });
  expect(await told()).toMatch(/^OPTION_UNKNOWN Cannot use setting "a" of backend "probe" from file /);
  expect([part.prepared.length, part.committed.length]).toEqual([1, 0]);
});

test('an issue within an alias, a number as key and a missing value is told at the nearest place', async () => {
  const path = [
    ['views', 0, '7', 'x'],
    ['views', 1, 'gone'],
    ['views', 2, 'bounds', 0],
    ['tags', 'a'],
  ];
  const issues = path.map((each) => ({ path: each, message: 'no' }));
  const part = new FakePart(['views', 'tags'], () => ({ issues }));
  const content = 'views:\n  - 7: { x: 1 }\n  - &b\n    bounds: [4]\n  - *b\n';
  const { told } = await exporterOf(content, { configurables: [part] });
  expect((await told()).replace(/^.*"m.yaml": /, '').split('\n')).toEqual([
    'field "tags" is missing; no',
    '  line 2, column 13: field "views[0]["7"].x" is 1; no'.replace('["7"]', '.7'),
    '  line 4, column 5: field "views[1].gone" is missing; no',
    '  line 4, column 14: field "views[2].bounds[0]" is 4; no',
  ]);
});

test('warnings are logged with their place, and the file is used', async () => {
  const part = viewsPart();
  const { exporter, logger, configFile } = await exporterOf('views:\n  - name: unknown\n', {
    configurables: [part],
  });
  await exporter.init();
  expect(logger.messages('warn')).toEqual([
    `Configuration file "${configFile}": line 2, column 11: field "views[0].name" is "unknown"; no measure has this name yet`,
  ]);
  expect(part.committed).toHaveLength(1);
  await exporter.shutdown();
});

test('a part that throws against its promise is an issue of its field, or logged, and never an other error', async () => {
  const thrower = new FakePart(['bad'], () => {
    throw new TypeError('x is undefined');
  });
  const { told } = await exporterOf('bad: 1\n', { configurables: [thrower] });
  expect(await told()).toBe(
    'OPTION_INVALID Cannot use configuration file "m.yaml": line 1, column 6: field "bad" is 1; the part that takes it failed with "x is undefined"',
  );
  const late = new FakePart(['late'], () => ({
    commit() {
      throw new Error('too late');
    },
  }));
  const part = viewsPart();
  const { exporter, logger } = await exporterOf('late: 1\n', { configurables: [late, part] });
  await exporter.init();
  expect(logger.messages('error')).toEqual([
    'Cannot apply fields "late": the part that takes them failed with "too late"',
  ]);
  expect(part.committed).toHaveLength(1);
  await exporter.shutdown();
});

test.each([{ __x: '1' }, { a: 5 }, { '': 'x' }])(
  'constant labels %j are an issue of the part',
  async (labels) => {
    const part = new FakePart(['tags'], () => ({ constLabels: labels as never }));
    const { told } = await exporterOf('tags: {}\n', { configurables: [part] });
    expect(await told()).toMatch(
      /field "tags" is \{\}; its constant labels cannot be used \(.+\); use others$/,
    );
  },
);

test('enabled is metricsEnabled, and both at once are refused', async () => {
  const part = viewsPart();
  const off = await exporterOf('enabled: false\n', { configurables: [part] });
  const before = held();
  await off.exporter.init();
  expect(held()).toEqual(before);
  expect([off.probe.calls, off.logger.lines, part.prepared.length, part.committed]).toEqual([[], [], 1, []]);
  expect(off.exporter.options().describe()[0]).toMatchObject({ value: false, source: 'file' });
  expect(off.exporter.options().describe()[0].where).toMatch(/line 1, column 10$/);
  await off.exporter.shutdown();
  const both = await exporterOf('metricsEnabled: true\nenabled: true\n', {});
  expect(await both.told()).toBe(
    'OPTION_INVALID Cannot use configuration file "m.yaml": line 2, column 10: field "enabled" is true; leave it out, as "metricsEnabled" says the same',
  );
});

test('a disabled file is checked as strictly as an enabled one', async () => {
  const { told } = await exporterOf('enabled: false\nviews: [{ bounds: [2, 1] }]\n', {
    configurables: [viewsPart()],
  });
  expect(await told()).toContain('field "views[0].bounds" is [2,1]');
});

test('fileFields() and help() list the fields of parts, and change nothing where there are none', async () => {
  const plain = newExporter('x', { env: {} }).options();
  const options = newExporter('x', { env: {}, configurables: [new FakePart(['http'])] }).options();
  expect(options.describe()).toEqual(plain.describe());
  expect(options.fileFields()).toEqual([
    ...plain.fileFields(),
    { name: 'http', description: 'What http does', wanted: 'a good http', default: 'none' },
  ]);
  expect(plain.fileFields().map(({ name }) => name)).not.toContain('configFile');
  expect(plain.help()).not.toContain('file:');
  expect(options.help()).toBe(
    `${plain.help()}\n\nFields of the configuration file:\n  http                              What http does (default none)`,
  );
});
