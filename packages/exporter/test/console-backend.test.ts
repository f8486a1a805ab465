import { once } from 'node:events';
import { Counter, Registry } from '@oriel/metrics';
import { logLines, manualClock } from '@oriel/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newExporter } from '../src/exporter.ts';
import type { ExporterConfig } from '../src/exporter-config.ts';
import type { ConsoleSettings } from '../src/index.ts';
import { ChildProgram } from './child-program.ts';
import { rowsOfJson } from './json-rows.ts';
import { until } from './until.ts';

let program: ChildProgram;
beforeAll(async () => {
  program = await ChildProgram.create('metrics');
});
afterAll(() => program.remove());

/** An exporter that dumps into `texts`, with a counter that counts 3 jobs. */
function setUp(exporters: string[], settings: Partial<ConsoleSettings> = {}, config: ExporterConfig = {}) {
  const texts: string[] = [];
  const stream = {
    write: (text: string, done: () => void) => {
      texts.push(text);
      done();
    },
    ...{ on: () => {}, off: () => {} },
  };
  const registry = new Registry();
  const jobs = new Counter({ name: 'jobs_total', help: 'Jobs done.' });
  jobs.add(3);
  registry.register(jobs);
  const [clock, logger] = [manualClock(), logLines()];
  const backendSettings = { console: { stream, ...settings } };
  const exporter = newExporter('shop', {
    ...{ registry, clock, logger, exporters, backendSettings, env: {}, ...config },
  });
  return { texts, clock, logger, exporter };
}

test('console is found by its name, dumps tables at its interval, and once more at the end', async () => {
  const { texts, clock, exporter } = setUp(['console']);
  await exporter.init();
  await clock.advance(59_999);
  expect(texts).toEqual([]);
  await clock.advance(1);
  await until(() => texts.length === 3);
  expect(texts.join('')).toContain('\nshop_jobs_total  counter: Jobs done.\n  3\n');
  expect(texts.join('')).not.toContain('oriel_');
  const before = texts.length;
  await exporter.shutdown();
  expect(texts.length).toBe(2 * before);
  expect(clock.pending).toBe(0);
});

test('a URL chooses the settings of console, beside another of its own', async () => {
  const { texts, clock, logger, exporter } = setUp([
    'console://?format=json&intervalMs=5000',
    'console://?intervalMs=0',
  ]);
  await exporter.init();
  expect(logger.messages('error')).toEqual([]);
  await clock.advance(5000);
  await until(() => texts.length > 0);
  const rows = rowsOfJson(texts.join(''));
  expect(rows.find(({ name }) => name === 'shop_jobs_total')).toMatchObject({ kind: 'counter', value: 3 });
  expect(rows.some(({ name }) => name === 'oriel_exporter_backend_up')).toBe(true);
  await exporter.shutdown();
});

test.each([
  ['console://?format=xml', 'it is "xml"; use one of pretty, json'],
  ['console://?intervalMs=-1', 'it is "-1"; use an integer from 0 to 86400000'],
  ['console://?colour=never', 'it is "never"; the backend has no such setting; did you mean "colors"?'],
  ['console://?quantiles=0.5,2', 'it is "0.5,2"; use a list of numbers from 0 to 1'],
  ['console://stderr', 'its URL has a host or path; use console:// with settings behind a "?"'],
])('%s is a start that failed, with the cure', async (url, fault) => {
  const { logger, exporter } = setUp([url]);
  await exporter.init();
  expect(exporter.backends()).toMatchObject([{ state: 'failed', error: { code: 'OPTION_INVALID' } }]);
  expect(logger.messages('error')[0]).toContain(fault);
  await exporter.shutdown();
});

test.each([{ stream: 'stdin' }, { quantiles: [2] }, { maxSeries: 0 }, { signal: 'SIGUSR2' }])(
  'the settings %j reject init()',
  async (settings) => {
    const { exporter } = setUp(['console'], settings as Partial<ConsoleSettings>);
    await expect(exporter.init()).rejects.toThrow(
      /^Cannot use setting ".*" of backend "console" from code: it is/,
    );
  },
);

const waiting = `
import { newExporter } from '@oriel/exporter';
import { Counter, Registry } from '@oriel/metrics';
const registry = new Registry();
const jobs = new Counter({ name: 'jobs_total' });
registry.register(jobs);
jobs.add(7);
const exporter = newExporter('shop', { registry, exporters: [URL_OF_CONSOLE], logLevel: 'silent' });
await exporter.init();
console.log('ready');
process.stdin.on('data', () => {}).on('end', async () => {
  await exporter.shutdown();
  console.log('listeners', process.listenerCount('SIGUSR1'));
});`;

test.skipIf(process.platform === 'win32')('SIGUSR1 dumps to stderr, and is let go at the end', async () => {
  await program.write(
    'signal.mjs',
    waiting.replace('URL_OF_CONSOLE', "'console://?intervalMs=0&format=json'"),
  );
  const child = program.start('signal.mjs');
  let [printed, dumped] = ['', ''];
  child.stdout.on('data', (data) => {
    printed += data;
  });
  child.stderr.on('data', (data) => {
    dumped += data;
  });
  await once(child.stdout, 'data');
  expect(dumped).toBe('');
  child.kill('SIGUSR1');
  while (!dumped.includes('shop_jobs_total')) await once(child.stderr, 'data');
  const dumps = () => dumped.split('"name":"shop_jobs_total"').length - 1;
  expect(dumps()).toBe(1);
  child.stdin.end();
  expect(await once(child, 'close')).toEqual([0, null]);
  expect(printed).toBe('ready\nlisteners 0\n');
  expect(dumps()).toBe(2);
  expect(rowsOfJson(dumped).find(({ name }) => name === 'shop_jobs_total')?.value).toBe(7);
});

const gone = waiting
  .replace('URL_OF_CONSOLE', "'console://?stream=stdout&intervalMs=20'")
  .replace("console.log('ready')", "process.stderr.write('ready')")
  .replace(/console.log\('listeners.*/, "process.stderr.write(' ' + exporter.backends()[0].error?.message);");

test('a reader of stdout that has gone does not end the process', async () => {
  await program.write('gone.mjs', gone);
  const child = program.start('gone.mjs');
  let told = '';
  child.stderr.on('data', (data) => {
    told += data;
  });
  await once(child.stderr, 'data');
  child.stdout.destroy();
  child.stdin.end();
  expect(await once(child, 'close')).toEqual([0, null]);
  expect(told).toMatch(/^ready Cannot (run|stop) backend "console:\/\/": write EPIPE$/);
});
