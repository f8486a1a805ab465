import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** What a program of its own prints; it must end by itself. `ENTRY` in it stands for the package. */
export async function runProgram(program: string, ...flags: readonly string[]): Promise<string> {
  const entry = JSON.stringify(new URL('../src/index.ts', import.meta.url).href);
  const code = program.replaceAll('ENTRY', entry);
  const args = ['--conditions=oriel-source', ...flags, '--input-type=module', '--eval', code];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: import.meta.dirname });
  return stdout.trim();
}
