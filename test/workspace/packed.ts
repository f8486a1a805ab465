import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportedNames } from './snippet.ts';
import { type Member, publishedPackages, root } from './workspace.ts';

// Checks each published package as its users get it: packed, built, and loaded in both module systems.
// Needs a build before.

interface Outcome {
  readonly ok: boolean;
  readonly output: string;
}

function start(command: string, args: readonly string[], cwd: string): Promise<Outcome> {
  return new Promise((done) => {
    execFile(command, args, { cwd, timeout: 60_000 }, (error, stdout, stderr) => {
      const ended = error?.killed === true ? 'it did not end within 60 s\n' : '';
      done({ ok: error === null, output: `${ended}${stdout}${stderr}`.trim() });
    });
  });
}

function bin(name: string): string {
  return join(root, 'node_modules/.bin', name);
}

async function pack(dir: string, to: string): Promise<string> {
  const { ok, output } = await start('pnpm', ['pack', '--pack-destination', to], dir);
  const tarball = readdirSync(to).find((name) => name.endsWith('.tgz'));
  if (!ok || tarball === undefined) throw new Error(`Cannot pack "${dir}": ${output}`);
  return join(to, tarball);
}

// Both builds export the values of the index, and loading one leaves nothing behind that keeps Node alive.
async function loads({ dir, manifest }: Member): Promise<Outcome> {
  const index = join(dir, 'src', 'index.ts');
  const names = [...exportedNames(index, readFileSync(index, 'utf8'))];
  const wanted = names.flatMap(([name, kind]) => (kind === 'value' ? [name] : [])).sort();
  const code = `
    const assert = require('node:assert/strict');
    const names = (module) => Object.keys(module).filter((name) => name !== 'module.exports').sort();
    const wanted = ${JSON.stringify(wanted)};
    assert.deepEqual(names(require('${manifest.name}')), wanted, 'require()');
    import('${manifest.name}').then((module) => assert.deepEqual(names(module), wanted, 'import()'));`;
  return start(process.execPath, ['--input-type=commonjs', '--eval', code], root);
}

async function check(member: Member): Promise<boolean> {
  const to = mkdtempSync(join(tmpdir(), 'oriel-packed-'));
  try {
    const tarball = await pack(member.dir, to);
    const results = {
      publint: await start(bin('publint'), ['run', tarball, '--strict'], to),
      attw: await start(bin('attw'), [tarball, '--no-emoji', '--no-color'], to),
      loads: await loads(member),
    };
    for (const [name, { ok, output }] of Object.entries(results)) {
      console.log(`${ok ? '✓' : '✗'} ${member.manifest.name} ${name}${ok ? '' : `\n${output}`}`);
    }
    return Object.values(results).every(({ ok }) => ok);
  } finally {
    rmSync(to, { recursive: true });
  }
}

// The declarations hold on their own, seen from a file of either module system, and name only what they import.
async function declarations(): Promise<boolean> {
  const name = `.snippet-${process.pid}-consumer`;
  const files = [`${name}.mts`, `${name}.cts`, `${name}.json`].map((file) => join(root, file));
  const [esm = '', cjs = '', config = ''] = files;
  const uses = publishedPackages().map(
    ({ manifest }, at) => `export type P${at} = typeof import('${manifest.name}');\n`,
  );
  writeFileSync(esm, uses.join(''));
  writeFileSync(cjs, uses.join(''));
  const compilerOptions = { customConditions: [], skipLibCheck: false };
  writeFileSync(
    config,
    JSON.stringify({ extends: './tsconfig.base.json', compilerOptions, files: [esm, cjs] }),
  );
  const { output } = await start(bin('tsc'), ['-p', config, '--pretty', 'false'], root);
  for (const file of files) rmSync(file);
  // With skipLibCheck off the libraries of others report as well; only our own lines count.
  const own = output.split('\n').filter((line) => /^error|packages\/[^/]+\/|consumer/.test(line));
  console.log(`${own.length === 0 ? '✓' : '✗'} declarations of all packages\n${own.join('\n')}`.trim());
  return own.length === 0;
}

let failed = (await declarations()) ? 0 : 1;
for (const member of publishedPackages()) {
  const ok = await check(member).catch((error: unknown) => {
    console.log(`✗ ${member.manifest.name} ${String(error)}`);
    return false;
  });
  if (!ok) failed += 1;
}
process.exitCode = failed === 0 ? 0 : 1;
