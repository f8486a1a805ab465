import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** Runs a program of `test/programs` to its end and gives what it printed, read as JSON. */
export async function runProgram(name: string): Promise<unknown> {
  const file = fileURLToPath(new URL(`./programs/${name}.ts`, import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=oriel-source', file]);
  return JSON.parse(stdout);
}
