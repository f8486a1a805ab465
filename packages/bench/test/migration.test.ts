import { execFile } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { freePort } from '../src/free-port.ts';

// Here, as all that the programs import is installed here: what they come from, and what they go to.
const bench = join(import.meta.dirname, '..');
const pages = ['MIGRATION-OPENCENSUS.md', 'MIGRATION-PROM-CLIENT.md'];

interface Program {
  readonly line: number;
  readonly code: string;
  readonly prints: string;
}

/** The programs of a page, each with what stands under it as its output. */
function programsIn(page: string): Program[] {
  const pattern = /^```ts\n(.*?)^```\n\n```text\n(.*?)^```$/gms;
  return [...page.matchAll(pattern)].map(({ index, 1: code, 2: prints }) => {
    return { line: page.slice(0, index).split('\n').length + 1, code, prints };
  });
}

describe.each(pages)('%s', (name) => {
  const page = readFileSync(join(bench, '../otel', name), 'utf8');
  const programs = programsIn(page);

  test('has every program with its output under it, at least one before and one after', () => {
    expect(programs.length).toBe(page.split('```ts').length - 1);
    expect(programs.length).toBeGreaterThan(1);
  });

  test.each(programs)(
    'the program on line $line prints what stands under it',
    async ({ line, code, prints }) => {
      const file = join(bench, `.snippet-${process.pid}-${name}-${line}.ts`);
      // Others may have the port of the page.
      writeFileSync(file, code.replaceAll(/\b946\d\b/g, String(await freePort())));
      try {
        const flags = ['--conditions=oriel-source', '--no-warnings', file];
        const { stdout } = await promisify(execFile)(process.execPath, flags, { cwd: bench });
        expect(stdout).toBe(prints);
      } finally {
        rmSync(file);
      }
    },
  );
});
