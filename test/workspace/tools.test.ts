import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { hasTool, testWith } from '../support/tools.ts';
import { root } from './workspace.ts';

testWith('promtool', 'a test with promtool runs where promtool is', () => {
  expect(hasTool('promtool')).toBe(true);
});

test('a test whose tool is missing is skipped by name, and named once more at the end', async () => {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const args = [vitest, 'run', 'test/workspace/tools.test.ts', '--testNamePattern', 'a test with promtool'];
  const env = { ...process.env, ORIEL_WITHOUT: 'promtool', ORIEL_TEST_REPORT: undefined };
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, env });
  expect(stdout).toContain(
    'Skipped for want of promtool:\n  - a test with promtool runs where promtool is\n',
  );
});
