import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));

/** The program as it was started, still running. */
export interface Exporter {
  /** Where the metrics are. */
  readonly url: string;
  /** What it wrote to standard error so far. */
  errors(): string;
  /** Sends a signal and gives the exit code. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** Starts the program on a free port, unless the arguments say another, and waits until it serves. */
export async function startExporter(...args: readonly string[]): Promise<Exporter> {
  const child = start(['--web.listen-address=127.0.0.1:0', ...args]);
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (text) => (errors += text));
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const url = await Promise.race([
    firstUrl(child),
    exited.then((code) => Promise.reject(new Error(`the exporter ended with ${code}: ${errors}`))),
  ]);
  const end = (signal: NodeJS.Signals) => {
    child.kill(signal);
    return exited;
  };
  return { url, errors: () => errors, end };
}

/** Runs the program to its end. */
export async function runExporter(
  ...args: readonly string[]
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = start(args);
  let [stdout, stderr] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (text) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text) => (stderr += text));
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}

/** The samples of a page by `name{labels}` as they stand on it. */
export async function scrape(url: string): Promise<Map<string, number>> {
  const page = await (await fetch(url)).text();
  const samples = page.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    samples.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]),
  );
}

function start(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, ['--conditions=oriel-source', main, ...args]);
}

async function firstUrl(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('the exporter has no standard output');
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /http:\S+/.exec(line)?.[0];
    if (url !== undefined) return url;
  }
  return new Promise(() => {});
}
