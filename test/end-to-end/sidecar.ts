import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** A started example program and what it printed about itself. */
export interface Running {
  readonly child: ChildProcess;
  readonly api: string;
  readonly metrics: string;
  stop(): Promise<number | null>;
}

const program = new URL('../../examples/run-sidecar/main.ts', import.meta.url).pathname;

/** Starts the sidecar example on free ports; resolves once it says where to look. */
export async function startSidecar(...flags: string[]): Promise<Running> {
  const args = [
    '--conditions=oriel-source',
    program,
    '--port=0',
    '--metrics-port=0',
    '--metrics-listen-address=127.0.0.1',
  ];
  const child = spawn(process.execPath, [...args, ...flags], { stdio: ['ignore', 'pipe', 'inherit'] });
  const output = await outputUntil(child, 'Ctrl-C');
  const url = (name: string): string => new RegExp(`^${name} +(http://[^/]+)`, 'm').exec(output)?.[1] ?? '';
  return {
    child,
    api: url('sidecar'),
    metrics: `${url('metrics')}/metrics`,
    stop: async () => {
      if (child.exitCode !== null) return child.exitCode;
      child.kill('SIGTERM');
      const [code] = (await once(child, 'exit')) as [number | null];
      return code;
    },
  };
}

async function outputUntil(child: ChildProcess, mark: string): Promise<string> {
  let output = '';
  child.stdout?.setEncoding('utf8');
  for await (const chunk of child.stdout ?? []) {
    output += chunk;
    if (output.includes(mark)) return output;
  }
  throw new Error(`the program ended early: ${output}`);
}
