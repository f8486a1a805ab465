import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** A started example program and what it printed about itself. */
export interface Running {
  readonly api: string;
  readonly metrics: string;
  /** All that it printed so far, its log included. */
  output(): string;
  signal(name: NodeJS.Signals): void;
  stop(): Promise<number | null>;
}

const program = new URL('../../examples/run-sidecar/main.ts', import.meta.url).pathname;
const anyPorts = ['--port=0', '--grpc-port=0', '--metrics-port=0', '--metrics-listen-address=127.0.0.1'];

/** Starts the sidecar example on free ports; resolves once it says where to look. */
export async function startSidecar(...flags: string[]): Promise<Running> {
  const args = ['--conditions=oriel-source', program, ...anyPorts, ...flags];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const output = outputOf(child);
  await printed(child, output, 'Ctrl-C');
  const url = (name: string): string => new RegExp(`^${name} +(http://[^/]+)`, 'm').exec(output())?.[1] ?? '';
  return {
    api: url('sidecar'),
    metrics: `${url('metrics')}/metrics`,
    output,
    signal: (name) => void child.kill(name),
    stop: async () => {
      child.kill('SIGTERM');
      const [code] = await exited;
      return code;
    },
  };
}

function outputOf(child: ChildProcess): () => string {
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  return () => output;
}

async function printed(child: ChildProcess, output: () => string, mark: string): Promise<void> {
  while (!output().includes(mark)) {
    if (child.exitCode !== null) throw new Error(`the program ended early: ${output()}`);
    await Promise.race([child.stdout && once(child.stdout, 'data'), once(child, 'exit')]);
  }
}
