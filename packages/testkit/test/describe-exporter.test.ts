import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { beforeAll, expect, test } from 'vitest';

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly title: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

let report: Report;
let printed = '';

// A run of its own: these suites must fail.
beforeAll(async () => {
  const fixtures = join(import.meta.dirname, 'fixtures');
  const folder = await mkdtemp(join(tmpdir(), 'oriel-testkit-'));
  const file = join(folder, 'report.json');
  const vitest = join(import.meta.dirname, '../node_modules/vitest/vitest.mjs');
  const flags = ['--config', join(fixtures, 'vitest.config.ts'), '--reporter=json', `--outputFile=${file}`];
  const child = spawn(process.execPath, [vitest, 'run', ...flags], {
    cwd: fixtures,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  [printed] = await Promise.all([text(child.stdout), once(child, 'close')]);
  report = JSON.parse(await readFile(file, 'utf8'));
  await rm(folder, { recursive: true });
}, 60_000);

const suite = (name: string) =>
  report.testResults.find((each) => basename(each.name) === `${name}.suite.ts`)!;

const failures = (name: string) => suite(name).assertionResults.filter(({ status }) => status === 'failed');

test('a skipped test that fails is shown as skipped, by its name and reason', () => {
  expect(failures('true-skip')).toEqual([]);
  const skipped = suite('true-skip').assertionResults.filter(({ title }) => title.includes('[skipped:'));
  expect(skipped.map(({ title, status }) => [title, status])).toEqual([
    ['a summary arrives with its type and its numbers [skipped: it has no summaries]', 'skipped'],
  ]);
  expect(printed).toMatch(
    /lab skips 1 of \d+ tests:\n {2}- a summary arrives with its type and its numbers: it has no/,
  );
});

test('a skipped test that passes is reported as a failure', () => {
  expect(failures('stale-skip').map(({ failureMessages }) => failureMessages[0])).toEqual([
    expect.stringContaining(
      'Cannot skip test "a gauge arrives with its type and its numbers": it passes; take the skip out',
    ),
  ]);
});

test('a skip that names no test of the contract is an error', () => {
  expect(suite('unknown-skip').message).toContain(
    'Cannot skip test "a gauge arives" of "lab": the contract has no such test; copy its name',
  );
});

test('a skip without a reason is an error', () => {
  expect(suite('no-reason').message).toContain('Cannot skip tests of "lab": a skip has no reason; give one');
});

test('a backend with a flaw fails the test about it, and no other', () => {
  expect(failures('flawed').map(({ title }) => title)).toEqual([
    'a summary arrives with its type and its numbers',
  ]);
});
