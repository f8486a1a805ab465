import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { encode } from '@oriel/exporter-prometheus';
import { Counter, Desc, Gauge, Registry } from '@oriel/metrics';
import { logLines, manualClock, readPage, rowsOfPage } from '@oriel/testkit';
import { expect, test } from 'vitest';
import { testWith } from '../../../test/support/tools.ts';
import { promtoolFault } from '../../../test/support/validators.ts';
import { replaceFile } from '../src/atomic-file.ts';
import { newExporter } from '../src/exporter.ts';
import type { FileSettings } from '../src/index.ts';
import { RotatingFile } from '../src/rotating-file.ts';
import { ChildProgram } from './child-program.ts';
import { rowsOfJson } from './json-rows.ts';
import { temporaryFolder } from './temporary-folder.ts';

function setUp(exporters: string[], settings: Partial<FileSettings> = {}) {
  const registry = new Registry();
  const jobs = new Counter({ name: 'jobs_total', help: 'Jobs done.', labelNames: ['kind'] });
  jobs.add(3, { kind: 'a"\\\n' });
  registry.register(jobs);
  const [clock, logger] = [manualClock(), logLines()];
  const backendSettings = { file: settings };
  const exporter = newExporter('shop', { registry, clock, logger, exporters, backendSettings, env: {} });
  return { registry, jobs, clock, logger, exporter };
}

test('file is found by its name and its URL; lines of JSON are appended at each flush and at the end', async () => {
  const path = join(temporaryFolder(), 'metrics of today.json');
  const { jobs, exporter } = setUp([`file://${encodeURI(path)}?intervalMs=0`]);
  await exporter.init();
  await exporter.forceFlush();
  jobs.inc({ kind: 'a"\\\n' });
  await exporter.shutdown();
  const rows = rowsOfJson(readFileSync(path, 'utf8')).filter(({ name }) => name === 'shop_jobs_total');
  expect(rows.map(({ labels, value }) => [labels, value])).toEqual([
    [{ kind: 'a"\\\n' }, 3],
    [{ kind: 'a"\\\n' }, 4],
  ]);
});

test.each([
  [
    'file',
    undefined,
    'Cannot use file "" for backend "file": no path is set; use file:///folder/name, or the setting "path"',
  ],
  [
    'file:///tmp/x.txt?format=prometheus',
    undefined,
    'Cannot use file "/tmp/x.txt" for backend "file": node_exporter reads no such name; use one that ends in .prom',
  ],
  [
    'file:///tmp/x.prom?format=json',
    undefined,
    'Cannot use file "/tmp/x.prom" for backend "file": node_exporter would read lines of JSON; use another name than one in .prom',
  ],
  [
    'file://var/x.prom',
    undefined,
    'Cannot use file "var/x.prom" for backend "file": the URL names a host; use three slashes, as in file:///folder/name',
  ],
  ['file:///tmp/x.json?encode=x', undefined, 'it is "x"; set it in code or in the file, not in a URL'],
  [
    'file',
    { path: '/nowhere/at/all.json' },
    'Cannot write file "/nowhere/at/all.json": its folder does not exist; make it',
  ],
])('%s with %j is a failure that tells the cure', async (target, settings, message) => {
  const { logger, exporter } = setUp([target], settings);
  await exporter.init();
  await exporter.forceFlush();
  expect(logger.messages('error')[0]).toContain(message);
  await exporter.shutdown();
});

test('a text file has mode 0644 whatever the umask, the whole page, and nothing beside it', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'app.prom');
  const umask = process.umask(0o077);
  const { registry, exporter } = setUp([`file://${path}`], { encode });
  try {
    const old = new Desc({ name: 'sampled', type: 'gauge' });
    registry.register({
      describe: () => [old],
      collect: (out) => out.gauge(old, 5, [], { timestamp: 1000 }),
    });
    await exporter.init();
    await exporter.forceFlush();
  } finally {
    process.umask(umask);
  }
  expect(readdirSync(folder)).toEqual(['app.prom']);
  expect(statSync(path).mode & 0o777).toBe(0o644);
  const page = readFileSync(path, 'utf8');
  const rows = rowsOfPage(page, 'text');
  expect(rows.find(({ name }) => name === 'shop_jobs_total')).toMatchObject({
    labels: { kind: 'a"\\\n' },
    value: 3,
  });
  // node_exporter passes over files with times.
  expect(
    readPage(page, 'text')
      .flatMap(({ samples }) => samples)
      .every((one) => one.timestamp === undefined),
  ).toBe(true);
  expect(rows.find(({ name }) => name === 'shop_sampled')?.value).toBe(5);
  await exporter.shutdown();
  expect(existsSync(path)).toBe(true);
});

test('removeAtStop leaves no text file behind', async () => {
  const path = join(temporaryFolder(), 'app.prom');
  const { exporter } = setUp([`file://${path}?removeAtStop=true`], { encode });
  await exporter.init();
  await exporter.forceFlush();
  expect(existsSync(path)).toBe(true);
  await exporter.shutdown();
  expect(existsSync(path)).toBe(false);
});

test('families whose names are equal in the text are told of once, and the others arrive', async () => {
  const path = join(temporaryFolder(), 'app.prom');
  const { registry, logger, exporter } = setUp([`file://${path}`], { encode });
  registry.register(new Gauge({ name: 'a.b' }));
  registry.register(new Gauge({ name: 'a_b' }));
  await exporter.init();
  await exporter.forceFlush();
  await exporter.shutdown();
  expect(
    logger.messages('warn').filter((message) => message.startsWith('Cannot expose family')),
  ).toHaveLength(1);
  expect(readFileSync(path, 'utf8')).toContain('shop_jobs_total');
});

test('a reader never sees half a page: the file is another one each time', async () => {
  const path = join(temporaryFolder(), 'app.prom');
  const never = new AbortController().signal;
  const text = (letter: string) => Array.from({ length: 50 }, () => Buffer.from(letter.repeat(1000)));
  await replaceFile(path, text('a'), never);
  let over = false;
  const writing = (async () => {
    for (let i = 0; i < 20; i++) await replaceFile(path, text(i % 2 === 0 ? 'b' : 'a'), never);
    over = true;
  })();
  while (!over) {
    expect(readFileSync(path, 'utf8')).toMatch(/^(a{50000}|b{50000})$/);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await writing;
});

test('a write that fails leaves the old file and no draft', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'app.prom');
  writeFileSync(path, 'old');
  function* torn(): Generator<Buffer> {
    yield Buffer.from('new');
    throw new Error('torn');
  }
  await expect(replaceFile(path, torn(), new AbortController().signal)).rejects.toThrow('torn');
  const aborted = AbortSignal.abort(new Error('late'));
  await expect(replaceFile(path, [Buffer.from('new')], aborted)).rejects.toThrow('late');
  expect([readdirSync(folder), readFileSync(path, 'utf8')]).toEqual([['app.prom'], 'old']);
});

test('a full file makes room for a new one, batches stay whole, and the oldest goes', async () => {
  const folder = temporaryFolder();
  const file = new RotatingFile({ path: join(folder, 'm.json'), maxBytes: 5, maxFiles: 3 });
  const never = new AbortController().signal;
  for (const batch of ['1111\n', '2\n', '3\n', '44444\n', '5555\n', '66\n'])
    await file.append([batch.slice(0, 1), batch.slice(1)], never);
  const files = readdirSync(folder).sort();
  expect(files).toEqual(['m.json', 'm.json.1', 'm.json.2']);
  expect(files.map((name) => readFileSync(join(folder, name), 'utf8'))).toEqual([
    '66\n',
    '5555\n',
    '2\n3\n44444\n',
  ]);
});

test('one file is kept where no more are wanted, and a file without limit grows', async () => {
  const folder = temporaryFolder();
  const never = new AbortController().signal;
  const only = new RotatingFile({ path: join(folder, 'one.json'), maxBytes: 1, maxFiles: 1 });
  const endless = new RotatingFile({ path: join(folder, 'all.json'), maxBytes: 0, maxFiles: 1 });
  for (const batch of ['1\n', '2\n', '3\n']) {
    await only.append([batch], never);
    await endless.append([batch], never);
  }
  expect(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')])).toEqual([
    ['all.json', '1\n2\n3\n'],
    ['one.json', '3\n'],
  ]);
});

test('a batch that breaks off leaves no half line behind', async () => {
  const path = join(temporaryFolder(), 'm.json');
  const file = new RotatingFile({ path, maxBytes: 0, maxFiles: 1 });
  const never = new AbortController().signal;
  await file.append(['1\n'], never);
  function* torn(): Generator<string> {
    yield '{"half":';
    throw new Error('torn');
  }
  await expect(file.append(torn(), never)).rejects.toThrow('torn');
  await file.append(['2\n'], never);
  expect(readFileSync(path, 'utf8')).toBe('1\n2\n');
});

test.skipIf(process.getuid?.() === 0)(
  'a folder that may not be written to is a failure of the run',
  async () => {
    const folder = join(temporaryFolder(), 'closed');
    mkdirSync(folder);
    chmodSync(folder, 0o555);
    const { exporter } = setUp([`file://${folder}/app.prom`], { encode });
    await exporter.init();
    await exporter.forceFlush();
    expect(exporter.backends()[0]).toMatchObject({
      state: 'failed',
      error: { message: expect.stringContaining('EACCES') },
    });
    await exporter.shutdown();
  },
);

const main = `
import { newExporter } from '@oriel/exporter';
import { Counter, Registry } from '@oriel/metrics';
const registry = new Registry();
registry.register(new Counter({ name: 'jobs_total', help: 'Jobs done.' }));
const exporter = newExporter('shop', { registry, exporters: ['file://' + process.cwd() + '/app.prom'], logLevel: 'silent', env: {} });
await exporter.init();
console.log(exporter.backends()[0].error?.message ?? 'well');
await exporter.shutdown();`;

test('the encoder is found in the package of the running program, and asked for by name where it is not', async () => {
  const [without, withIt] = [
    await ChildProgram.create('metrics'),
    await ChildProgram.create('metrics', 'exporter-prometheus'),
  ];
  await without.write('main.mjs', main);
  await withIt.write('main.mjs', main);
  expect((await without.run('main.mjs')).trim()).toBe(
    'Cannot write format "prometheus": package "@oriel/exporter-prometheus" is not installed; install it, or pass its "encode" in the settings of backend "file"',
  );
  expect((await withIt.run('main.mjs')).trim()).toBe('well');
  expect(readFileSync(join(withIt.folder, 'app.prom'), 'utf8')).toContain('shop_jobs_total 0\n');
  await without.remove();
  await withIt.remove();
});

testWith('promtool', 'the text file passes promtool check metrics', async () => {
  const path = join(temporaryFolder(), 'app.prom');
  const { exporter } = setUp([`file://${path}`], { encode });
  await exporter.init();
  await exporter.shutdown();
  expect(promtoolFault(readFileSync(path, 'utf8'))).toBeUndefined();
});
