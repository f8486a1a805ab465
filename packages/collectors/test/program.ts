import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** Runs a program of the folder `programs` with the Node of the tests and gives the JSON it prints. */
export async function runProgram(name: string, flags: readonly string[] = []): Promise<unknown> {
  const file = fileURLToPath(new URL(`./programs/${name}.ts`, import.meta.url));
  const args = ['--conditions=oriel-source', ...flags, file];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 25_000 });
  return JSON.parse(stdout);
}
