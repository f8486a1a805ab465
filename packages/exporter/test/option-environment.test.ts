import { expect, test } from 'vitest';
import { optionTable } from '../src/option-table.ts';
import { Options } from '../src/options.ts';
import { refusal, rejection } from './refusal.ts';

async function loaded(env: Record<string, string>): Promise<Options> {
  const options = new Options({}, env);
  await options.load();
  return options;
}

test('load() reads every option from its variable', async () => {
  const options = await loaded({
    ORIEL_METRICS_ENABLED: 'FALSE',
    ORIEL_METRICS_PORT: ' 80 ',
    ORIEL_METRICS_LISTEN_ADDRESS: '::1',
    ORIEL_METRICS_PATH: '/m',
    ORIEL_METRICS_NAMESPACE: 'n',
    ORIEL_METRICS_EXPORTERS: 'a, b://h:1',
    ORIEL_METRICS_EXEMPLARS: '1',
    ORIEL_METRICS_CONFIG_RELOAD: 'off',
    ORIEL_METRICS_START_TIMEOUT_MS: '1',
    ORIEL_METRICS_SHUTDOWN_TIMEOUT_MS: '2',
    ORIEL_LOG_LEVEL: 'error',
  });
  expect(options.describe().map((row) => row.value)).toEqual([
    false,
    80,
    '::1',
    '/m',
    'n',
    ['a', 'b://h:1'],
    true,
    '',
    'off',
    1,
    2,
    'error',
  ]);
});

test('load() reads OTEL_EXPORTER_PROMETHEUS_HOST and _PORT, and lets ORIEL_METRICS_* win', async () => {
  const otel = { OTEL_EXPORTER_PROMETHEUS_HOST: 'localhost', OTEL_EXPORTER_PROMETHEUS_PORT: '9464' };
  const both = await loaded({ ...otel, ORIEL_METRICS_PORT: '1' });
  expect([both.metricsListenAddress, both.metricsPort]).toEqual(['localhost', 1]);
  expect((await loaded(otel)).metricsPort).toBe(9464);
});

test('load() takes an empty variable for an unset one', async () => {
  const options = await loaded({
    ORIEL_METRICS_PORT: '',
    OTEL_EXPORTER_PROMETHEUS_PORT: '5',
    ORIEL_LOG_LEVEL: '',
  });
  expect([options.metricsPort, options.logLevel]).toEqual([5, 'info']);
});

test('load() forgets a variable that is gone when it is called again', async () => {
  const env: Record<string, string | undefined> = { ORIEL_METRICS_PORT: '1' };
  const options = new Options({}, env);
  await options.load();
  env.ORIEL_METRICS_PORT = undefined;
  await options.load();
  expect(options.metricsPort).toBe(9090);
});

test('load() refuses an unknown ORIEL_METRICS_ variable and names the nearest', async () => {
  expect(await rejection(loaded({ ORIEL_METRICS_PROT: '1' }))).toBe(
    'OPTION_UNKNOWN Cannot use variable "ORIEL_METRICS_PROT": no option has this name; did you mean "ORIEL_METRICS_PORT"?',
  );
  await loaded({ ORIEL_OTHER: '1', OTEL_METRICS_EXPORTER: 'x' });
});

test('load() passes over the variables Kubernetes makes of a service called oriel-metrics', async () => {
  const options = await loaded({
    ORIEL_METRICS_SERVICE_HOST: '10.0.0.1',
    ORIEL_METRICS_SERVICE_PORT: '9090',
    ORIEL_METRICS_SERVICE_PORT_HTTP: '9090',
    ORIEL_METRICS_PORT: 'tcp://10.0.0.1:9090',
    ORIEL_METRICS_PORT_9090_TCP: 'tcp://10.0.0.1:9090',
    ORIEL_METRICS_PORT_9090_TCP_ADDR: '10.0.0.1',
  });
  expect(options.metricsPort).toBe(9090);
});

const bad: Record<string, readonly string[]> = {
  metricsEnabled: ['yes', 'on', '2', '__proto__', 'constructor'],
  metricsPort: ['99999', '-1', '1.5', '0x50', '1e3', 'http', '9'.repeat(400)],
  metricsListenAddress: ['1.2.3', 'a:1'],
  metricsPath: ['metrics', '/a b'],
  namespace: ['a b'],
  exporters: ['a,a', ' , ', 'a,', 'A', 'none!'],
  exemplars: ['yes', 'on', '2'],
  configFile: ['a\0b'],
  configReload: ['on', 'true', 'Watch'],
  startTimeoutMs: ['-1', '10s', '600001'],
  shutdownTimeoutMs: ['-1', '10s', '600001'],
  logLevel: ['verbose', 'INFO'],
};

test.each(optionTable)(
  '$name refuses each bad text, naming variable or flag, text and cure',
  async (option) => {
    const [variable] = option.variables;
    for (const text of bad[option.name]) {
      const start = `OPTION_INVALID Cannot use option "${option.name}" from `;
      const said = await rejection(loaded({ [variable]: text }));
      expect(said.startsWith(`${start}variable ${variable}: it is "`)).toBe(true);
      expect(said.endsWith(`; use ${option.wanted}`)).toBe(true);
      if (option.flag === undefined) continue;
      const flagged = refusal(() => new Options({}, {}).parse([`--${option.flag}=${text}`]));
      expect(flagged.startsWith(`${start}flag --${option.flag}: it is "`)).toBe(true);
    }
  },
);

test('a bad port from a flag reads as the wording asks', () => {
  expect(refusal(() => new Options({}, {}).parse(['--metrics-port', '99999']))).toBe(
    'OPTION_INVALID Cannot use option "metricsPort" from flag --metrics-port: it is "99999"; use an integer from 0 to 65535',
  );
});
