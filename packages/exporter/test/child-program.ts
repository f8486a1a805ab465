import { type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const here = dirname(import.meta.dirname);

/** A folder with a program of its own, which has this package and others installed. */
export class ChildProgram {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Others of the workspace's packages are installed by the names of their folders. */
  static async create(...others: readonly string[]): Promise<ChildProgram> {
    const program = new ChildProgram(await mkdtemp(join(tmpdir(), 'oriel-program-')));
    await mkdir(join(program.folder, 'node_modules/@oriel'), { recursive: true });
    for (const name of ['exporter', ...others])
      await symlink(join(dirname(here), name), join(program.folder, 'node_modules/@oriel', name));
    return program;
  }

  async write(path: string, content: string): Promise<void> {
    await mkdir(dirname(join(this.folder, path)), { recursive: true });
    await writeFile(join(this.folder, path), content);
  }

  /** Runs a file of the folder to its end and gives what it printed. */
  async run(path: string, cwd: string = this.folder, flags: readonly string[] = []): Promise<string> {
    const file = join(this.folder, path);
    const { stdout, stderr } = await run(process.execPath, [...flags, '--conditions=oriel-source', file], {
      cwd,
    });
    if (stderr !== '') throw new Error(stderr);
    return stdout;
  }

  /** Starts a file of the folder, to be talked with. */
  start(path: string): ChildProcessWithoutNullStreams {
    return spawn(process.execPath, ['--conditions=oriel-source', join(this.folder, path)]);
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true });
  }
}
