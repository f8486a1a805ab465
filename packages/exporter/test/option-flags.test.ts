import { parseArgs } from 'node:util';
import { expect, test } from 'vitest';
import type { FlagSet } from '../src/option-flags.ts';
import { Options } from '../src/options.ts';
import { refusal } from './refusal.ts';

const none = () => new Options({}, {});

test('attachFlags() offers each flag with its present value and description', () => {
  const options = new Options({ metricsPort: 7 }, {});
  const offered: unknown[] = [];
  const add = (name: string, value: unknown) => offered.push([name, value]);
  options.attachFlags({ stringVar: add, boolVar: add });
  expect(offered).toEqual([
    ['enable-metrics', true],
    ['metrics-port', '7'],
    ['metrics-listen-address', ''],
    ['metrics-path', '/metrics'],
    ['metrics-namespace', ''],
    ['metrics-exporters', 'prometheus'],
    ['metrics-exemplars', false],
    ['metrics-config', ''],
    ['metrics-config-reload', 'both'],
  ]);
});

test('attachFlags() takes what the parser sets, and refuses it there and then when it is bad', () => {
  const options = none();
  const setters = new Map<string, (value: never) => void>();
  const flags: FlagSet = {
    stringVar: (name, _value, _description, set) => setters.set(name, set),
    boolVar: (name, _value, _description, set) => setters.set(name, set),
  };
  options.attachFlags(flags);
  setters.get('metrics-port')?.('0' as never);
  setters.get('enable-metrics')?.(false as never);
  expect([options.metricsPort, options.metricsEnabled]).toEqual([0, false]);
  expect(refusal(() => setters.get('metrics-port')?.('x' as never))).toMatch(
    /flag --metrics-port: it is "x"/,
  );
});

test('flagConfig() and applyFlags() join a program’s own flags in util.parseArgs', () => {
  const options = none();
  const config = options.flagConfig(['--verbose', '--metrics-port', '8', '--enable-metrics=false']);
  const { values } = parseArgs({ ...config, options: { ...config.options, verbose: { type: 'boolean' } } });
  options.applyFlags(values);
  expect(values.verbose).toBe(true);
  expect([options.metricsPort, options.metricsEnabled]).toEqual([8, false]);
});

test('applyFlags() takes several exporters from a flag the program made repeatable', () => {
  const options = none();
  const config = options.flagConfig(['--metrics-exporters', 'a', '--metrics-exporters', 'b']);
  const exporters = { type: 'string', multiple: true } as const;
  const { values } = parseArgs({ ...config, options: { ...config.options, 'metrics-exporters': exporters } });
  options.applyFlags(values);
  expect(options.exporters).toEqual(['a', 'b']);
});

test.each([
  [['--enable-metrics'], true],
  [['--no-enable-metrics'], false],
  [['--enable-metrics=false'], false],
  [['--enable-metrics=0'], false],
  [['--enable-metrics=TRUE'], true],
  [['--no-enable-metrics', '--enable-metrics'], true],
  [['--enable-metrics', '--enable-metrics=false'], false],
])('parse(%j) makes metricsEnabled %j', (argv, enabled) => {
  const options = new Options({ metricsEnabled: !enabled }, {});
  options.parse(argv);
  expect(options.metricsEnabled).toBe(enabled);
});

test('parse() reads every flag, with = and without, the last of equal ones winning', () => {
  const options = none();
  options.parse([
    '--metrics-port=1',
    '--metrics-port',
    '2',
    '--metrics-listen-address',
    '::',
    '--metrics-path=/p',
    '--metrics-exporters',
    'prometheus, statsd://127.0.0.1:8125',
    '--metrics-exemplars',
    '--metrics-config=f.yaml',
    '--metrics-namespace',
    'n',
  ]);
  expect(
    options
      .describe()
      .slice(1, 8)
      .map((row) => row.value),
  ).toEqual([2, '::', '/p', 'n', ['prometheus', 'statsd://127.0.0.1:8125'], true, 'f.yaml']);
});

test.each([
  [
    ['--metric-port=1'],
    'OPTION_UNKNOWN Cannot use flag "--metric-port": there is no such flag; did you mean "--metrics-port"?',
  ],
  [
    ['--no-enable-metric'],
    'OPTION_UNKNOWN Cannot use flag "--no-enable-metric": there is no such flag; did you mean "--no-enable-metrics"?',
  ],
  [
    ['--no-metrics-port'],
    'OPTION_UNKNOWN Cannot use flag "--no-metrics-port": there is no such flag; did you mean "--metrics-port"?',
  ],
  [['-p'], 'OPTION_UNKNOWN Cannot use flag "-p": there is no such flag; use one of "--enable-metrics"'],
  [['--__proto__=1'], 'OPTION_UNKNOWN Cannot use flag "--__proto__": '],
  [['serve'], 'OPTION_UNKNOWN Cannot use argument "serve": it belongs to no flag'],
  [['--', 'serve'], 'OPTION_UNKNOWN Cannot use argument "serve"'],
  [
    ['--metrics-port'],
    'OPTION_INVALID Cannot use option "metricsPort" from flag --metrics-port: it has no value; use an integer',
  ],
  [
    ['--metrics-port', '--metrics-path=/x'],
    'OPTION_INVALID Cannot use option "metricsPort" from flag --metrics-port: it has no value',
  ],
  [
    ['--metrics-port='],
    'OPTION_INVALID Cannot use option "metricsPort" from flag --metrics-port: it is ""; use',
  ],
  [
    ['--enable-metrics=maybe'],
    'OPTION_INVALID Cannot use option "metricsEnabled" from flag --enable-metrics: it is "maybe"',
  ],
  [
    ['--no-enable-metrics=false'],
    'OPTION_INVALID Cannot use option "metricsEnabled" from flag --no-enable-metrics: it is "false"',
  ],
])('parse(%j) is refused', (argv, message) => {
  const options = none();
  expect(refusal(() => options.parse(argv))).toContain(message);
  expect(options.describe().every((row) => row.source === 'default')).toBe(true);
});

test('parse() keeps nothing when a later flag is bad', () => {
  const options = none();
  refusal(() => options.parse(['--metrics-port=5', '--metrics-path=x']));
  expect(options.metricsPort).toBe(9090);
});

test('help() names every flag with its default and variables', () => {
  const lines = none().help().split('\n');
  expect(lines).toHaveLength(9);
  expect(lines[1]).toBe(
    '  --metrics-port INTEGER            Port of the metrics server; 0 takes any free one (default 9090) [ORIEL_METRICS_PORT, OTEL_EXPORTER_PROMETHEUS_PORT]',
  );
});
