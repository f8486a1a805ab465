import { afterAll, beforeAll, expect, test } from 'vitest';
import { backendFinder } from '../src/backend-finder.ts';
import { readTarget } from '../src/backend-target.ts';
import { ChildProgram } from './child-program.ts';
import { ProbeBackend } from './probe-backend.ts';
import { rejection } from './refusal.ts';

const plugIn = (name: string, tag: string) =>
  `({ kind: 'backend', name: '${name}', create: () => ({ start() { console.log('${tag}') }, flush() {}, stop() {} }) })`;
const manifest = (fields: object) => JSON.stringify({ version: '1.0.0', ...fields });

// Tries each backend in a process of its own kind: what is started prints, what is refused tells why.
const main = `
import { newExporter } from '@oriel/exporter';
for (const name of process.env.TRY.split(' ')) {
  const exporter = newExporter('x', { exporters: [name], logLevel: 'silent', env: {} });
  await exporter.init().catch((error) => console.log(error.code, error.message));
  await exporter.shutdown();
}`;

let program: ChildProgram;
beforeAll(async () => {
  program = await ChildProgram.create();
  const both = { '.': { custom: './no.js', import: { default: './esm.mjs' }, require: './cjs.cjs' } };
  const packages: Record<string, Record<string, string>> = {
    '@oriel/exporter-official': {
      'package.json': manifest({ exports: both }),
      'esm.mjs': `export const backend = ${plugIn('official', 'official as ES module')}`,
      'cjs.cjs': `exports.backend = ${plugIn('official', 'official as CommonJS')}`,
    },
    'oriel-exporter-third': {
      'package.json': manifest({ exports: './index.mjs' }),
      'index.mjs': `export default ${plugIn('third', 'third by default export')}`,
    },
    'oriel-exporter-old': {
      'package.json': manifest({ main: 'lib.cjs' }),
      'lib.cjs': `module.exports = { backend: ${plugIn('old', 'old by main')} }`,
    },
    'oriel-exporter-source': {
      'package.json': manifest({ exports: { 'oriel-source': './source.mjs', default: './no.js' } }),
      'source.mjs': `export const backend = ${plugIn('source', 'source by the condition of the program')}`,
    },
    'oriel-exporter-broken': {
      'package.json': manifest({ exports: './index.mjs' }),
      'index.mjs': 'throw new Error("torn")',
    },
    'oriel-exporter-empty': {
      'package.json': manifest({ exports: './index.mjs' }),
      'index.mjs': 'export const x = 1',
    },
    'oriel-exporter-other': {
      'package.json': manifest({ exports: './index.mjs' }),
      'index.mjs': `export const backend = ${plugIn('another', '')}`,
    },
  };
  for (const [name, files] of Object.entries(packages)) {
    for (const [file, content] of Object.entries(files))
      await program.write(`node_modules/${name}/${file}`, content);
  }
});
afterAll(() => program.remove());

async function attempt(names: string): Promise<string[]> {
  await program.write('main.mjs', main.replace('process.env.TRY', JSON.stringify(names)));
  // The root as working directory: only the program's own place can be what finds them.
  return (await program.run('main.mjs', '/')).trim().split('\n');
}

test('a backend is found in the packages of the running program, as its imports would be', async () => {
  expect(await attempt('official third old source third://h:1')).toEqual([
    'official as ES module',
    'third by default export',
    'old by main',
    'source by the condition of the program',
    'third by default export',
  ]);
});

test('a package that is broken, empty or of another name is refused with its name', async () => {
  expect(await attempt('broken empty other')).toEqual([
    'BACKEND_FAILED Cannot load package "oriel-exporter-broken": torn',
    expect.stringContaining(
      'Cannot load backend package "oriel-exporter-empty": it exports no backend; export what',
    ),
    expect.stringContaining(
      'Cannot load backend package "oriel-exporter-other": it exports backend "another"; export',
    ),
  ]);
});

test('a backend that nobody has is refused with the names known and the nearest', async () => {
  const find = backendFinder([new ProbeBackend('statsd').backend]);
  expect(await rejection(find(readTarget('statd://h:1')!))).toBe(
    'BACKEND_UNKNOWN Cannot use backend "statd://h:1": none is called "statd"; did you mean "statsd"? known are "statsd", "prometheus", "otlp", "pushgateway", "remote-write", "console", "file"; else install "@oriel/exporter-statd" or "oriel-exporter-statd", or pass it in "backends"',
  );
});

test('a backend of ours whose package is not installed is refused with what to install', async () => {
  expect(await attempt('remote-write')).toEqual([
    'BACKEND_UNKNOWN Cannot use backend "remote-write": its package is not installed; install "@oriel/exporter-remote-write", or pass it in "backends"',
  ]);
});

test('console and file are built in, and one that is passed wins over them', async () => {
  expect((await backendFinder([])(readTarget('console')!)).name).toBe('console');
  expect((await backendFinder([])(readTarget('file:///x')!)).name).toBe('file');
  const { backend } = new ProbeBackend('console');
  expect(await backendFinder([backend])(readTarget('console://')!)).toBe(backend);
});

test('a backend that is passed wins over a package', async () => {
  const { backend } = new ProbeBackend('prometheus');
  expect(await backendFinder([backend])(readTarget('prometheus')!)).toBe(backend);
});
