import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OptionValue, optionTable } from '../src/option-table.ts';
import { Options } from '../src/options.ts';
import { refusal } from './refusal.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oriel-options-'));
});
afterAll(() => rm(folder, { recursive: true }));

// Four different good values each, in the order code, file, environment, flags.
const good: Record<string, readonly OptionValue[]> = {
  metricsPort: [1, 2, 3, 4],
  metricsListenAddress: ['127.0.0.1', '::1', 'localhost', '[::1]'],
  metricsPath: ['/a', '/b/c', '/', '/m-%20'],
  namespace: ['a', 'b:c', 'ü', 'my-app'],
  exporters: [['a'], ['b', 'c://h:1'], ['d+http://h'], ['e']],
  configReload: ['watch', 'signal', 'off', 'both'],
  startTimeoutMs: [0, 1, 2, 600_000],
  shutdownTimeoutMs: [0, 1, 2, 600_000],
  logLevel: ['trace', 'warn', 'fatal', 'silent'],
};
const sources = ['code', 'file', 'environment', 'flags'] as const;

test.each(Object.keys(good))(
  '%s takes the strongest of any subset of sources, whatever the order',
  async (name) => {
    const option = optionTable.find((row) => row.name === name)!;
    const usable = sources.filter((source) => source !== 'flags' || option.flag !== undefined);
    await fc.assert(
      fc.asyncProperty(fc.subarray(usable), fc.boolean(), async (set, flagsLast) => {
        const value = (source: (typeof sources)[number]) => good[name][sources.indexOf(source)];
        const has = (source: (typeof sources)[number]) => set.includes(source);
        const configFile = join(folder, `${name}.json`);
        await writeFile(configFile, JSON.stringify(has('file') ? { [name]: value('file') } : {}));
        const env = has('environment') ? { [option.variables[0]]: String(value('environment')) } : {};
        const options = new Options({ configFile, ...(has('code') && { [name]: value('code') }) }, env);
        const flags = () => has('flags') && options.parse([`--${option.flag}=${value('flags')}`]);
        if (!flagsLast) flags();
        await options.load();
        if (flagsLast) flags();
        const strongest = set.at(-1);
        const expected = strongest === undefined ? option.default : value(strongest);
        const seen = options.describe().find((row) => row.name === name)!;
        expect(options[option.name]).toEqual(expected);
        expect(seen.source).toBe(strongest ?? 'default');
      }),
      { numRuns: 30 },
    );
  },
);

test.each([
  ['metricsEnabled', 'ORIEL_METRICS_ENABLED', 'enable-metrics', true],
  ['exemplars', 'ORIEL_METRICS_EXEMPLARS', 'metrics-exemplars', false],
] as const)('%s can be switched by each source over the weaker ones', async (name, variable, flag, usual) => {
  expect(new Options({}, {})[name]).toBe(usual);
  const configFile = join(folder, `${name}.yaml`);
  await writeFile(configFile, `${name}: true\n`);
  const options = new Options({ [name]: false, configFile }, {});
  expect(options[name]).toBe(false);
  await options.load();
  expect(options[name]).toBe(true);
  const fromVariable = new Options({ configFile }, { [variable]: '0' });
  await fromVariable.load();
  expect(fromVariable[name]).toBe(false);
  fromVariable.parse([`--${flag}`]);
  expect(fromVariable[name]).toBe(true);
});

const bad: Record<string, readonly unknown[]> = {
  metricsEnabled: ['yes', '', 1, null],
  metricsPort: [-1, 65_536, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '9090', null, 2n],
  metricsListenAddress: [
    '1.2.3.999',
    '127.0.0.1:9090',
    '[127.0.0.1]',
    '::g',
    'a b',
    '-a',
    'http://h',
    'a..b',
    5,
    null,
  ],
  metricsPath: ['', 'metrics', '/a?b', '/a#b', '/a b', '/a/../b', '/.', '/a\n', '/\ud800', 5],
  namespace: ['a b', 'a\n', '\ud800', 'x'.repeat(201), 5, null],
  exporters: [[], ['A'], ['a', 'a'], ['a', ''], ['http:/x'], ['://h'], ['a://'], 'prometheus', [5], null],
  exemplars: ['yes', '', 1, null],
  configFile: [5, 'a\0b', null],
  configReload: ['on', '', true, null],
  startTimeoutMs: [-1, 600_001, 0.5, Number.NaN, '5'],
  shutdownTimeoutMs: [-1, 600_001, 0.5, Number.NaN, '5'],
  logLevel: ['loud', 'INFO', 30, '__proto__'],
};

test.each(optionTable)(
  '$name refuses each of its bad values from code, naming option, value and cure',
  (option) => {
    expect(bad[option.name].length).toBeGreaterThan(2);
    for (const value of bad[option.name]) {
      const said = refusal(() => new Options({ [option.name]: value }, {}));
      expect(said).toMatch(
        new RegExp(`^OPTION_INVALID Cannot use option "${option.name}" from code: it is .+; use `),
      );
      expect(said.endsWith(option.wanted)).toBe(true);
    }
  },
);

test.each(optionTable)('$name keeps its default when code passes undefined', (option) => {
  expect(new Options({ [option.name]: undefined }, {})[option.name]).toEqual(option.default);
});

test('set() shows numbers bare and texts in quotes', () => {
  expect(refusal(() => new Options({ metricsPort: 99_999 }, {}))).toBe(
    'OPTION_INVALID Cannot use option "metricsPort" from code: it is 99999; use an integer from 0 to 65535',
  );
  expect(refusal(() => new Options({ metricsPort: '99999' as never }, {}))).toContain('it is "99999"; use');
});

test('set() keeps nothing when one of several options is bad', () => {
  const options = new Options({}, {});
  refusal(() => options.set({ metricsPath: '/x', metricsPort: -1 }));
  expect(options.metricsPath).toBe('/metrics');
});

test('set() refuses an unknown option and names the nearest', () => {
  const options = new Options({}, {});
  expect(refusal(() => options.set({ metricPort: 1 } as never))).toBe(
    'OPTION_UNKNOWN Cannot use option "metricPort" from code: no option has this name; did you mean "metricsPort"?',
  );
  expect(refusal(() => options.set(JSON.parse('{"__proto__":1}')))).toMatch(
    /^OPTION_UNKNOWN .*; use one of "/,
  );
});

test('exporters cannot be changed through the array that was passed or returned', () => {
  const exporters = ['a'];
  const options = new Options({ exporters }, {});
  exporters.push('B A D');
  expect(options.exporters).toEqual(['a']);
  expect(Object.isFrozen(options.exporters)).toBe(true);
});

test('describe() tells value, source and place of every option, and hides passwords', async () => {
  const configFile = join(folder, 'describe.yaml');
  await writeFile(configFile, '# ours\nmetricsPath: /x\n');
  const env = { ORIEL_METRICS_EXPORTERS: 'statsd://user:secret@h:1' };
  const options = new Options({ configFile }, env);
  options.parse(['--metrics-port', '7']);
  await options.load();
  const rows = Object.fromEntries(options.describe().map((row) => [row.name, [row.value, row.where]]));
  expect(Object.keys(rows)).toEqual(optionTable.map((option) => option.name));
  expect(rows.metricsPort).toEqual([7, 'flag --metrics-port']);
  expect(rows.metricsPath).toEqual(['/x', `file "${configFile}", line 2, column 14`]);
  expect(rows.exporters).toEqual([['statsd://***@h:1'], 'variable ORIEL_METRICS_EXPORTERS']);
  expect(rows.namespace).toEqual(['', 'default']);
});

test('a refused URL shows its password in neither message nor details', () => {
  const make = () => new Options({ exporters: ['statsd://user:secret@h:1', ''] }, {});
  expect(refusal(make)).toContain('://***@h:1');
  try {
    make();
  } catch (error) {
    expect(inspect(error, { depth: 5 })).not.toContain('secret');
  }
});

test('setBackendSettings() refuses what is no object or no backend name', () => {
  const options = new Options({}, {});
  expect(refusal(() => options.setBackendSettings({ statsd: 5 } as never))).toMatch(
    /^OPTION_INVALID .*"statsd".* 5;/,
  );
  expect(refusal(() => options.setBackendSettings({ 'A B': {} }))).toMatch(/^OPTION_INVALID /);
});
