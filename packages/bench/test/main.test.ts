import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function bench(...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const all = ['--conditions=oriel-source', '--expose-gc', main, ...args];
    const child = execFile(process.execPath, all, (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

test('bench runs real peers, shows progress beside the table, and writes nothing but the array', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const json = join(folder, 'out.json');
  const { code, stdout, stderr } = await bench(
    'scrape-text/counters-changed/1k',
    '--runs',
    '1',
    '--json',
    json,
  );
  expect(stdout).not.toContain('FAILED');
  expect(code).toBe(0);
  expect(stderr).toMatch(/^1\/1 scrape-text\/counters-changed\/1k … [\d.]+ s$/m);
  const written = JSON.parse(readFileSync(json, 'utf8')) as Record<string, unknown>[];
  expect(written.map(({ peer }) => peer)).toEqual([
    ...['oriel', 'prom-client', 'prometheus-io', 'otel', 'opencensus'],
  ]);
  for (const entry of written) {
    expect(entry).toEqual({
      case: 'scrape-text/counters-changed/1k',
      peer: entry.peer,
      ms: (entry.runs as number[])[0],
      runs: [expect.any(Number)],
    });
  }
});

test('bench refuses a filter that no case has, and an unknown option', async () => {
  expect(await bench('no-such-case')).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining('Cannot run benchmarks: no case has "no-such-case" in its name'),
  });
  expect(await bench('--fast')).toMatchObject({ code: 2, stderr: expect.stringContaining('see --help') });
});

test('bench --list prints names with what they mean, and runs none', async () => {
  const { stdout, stderr } = await bench('record/no-view', '--list');
  expect(stdout).toMatch(/^record\/no-view\/3-tags {2}a measure that no view watches/);
  expect(stderr).toBe('');
});
