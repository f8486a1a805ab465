import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));
const anyPorts = ['--port=0', '--grpc-port=0', '--metrics-port=0', '--metrics-listen-address=127.0.0.1'];

/** The program, from its start on. */
export class Program implements AsyncDisposable {
  readonly child: ChildProcess;
  readonly ended: Promise<[code: number | null, signal: NodeJS.Signals | null]>;
  #output = '';

  constructor(...flags: readonly string[]) {
    this.child = spawn(process.execPath, ['--conditions=oriel-source', main, ...anyPorts, ...flags]);
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text;
        this.child.emit('output');
      });
    }
    this.ended = once(this.child, 'close') as typeof this.ended;
  }

  /** What it printed so far. */
  get output(): string {
    return this.#output;
  }

  /** Waits until it printed a text; throws if it ends before. */
  async printed(text: string): Promise<void> {
    while (!this.#output.includes(text)) {
      const open = await Promise.race([
        once(this.child, 'output').then(() => true),
        this.ended.then(() => this.#output.includes(text)),
      ]);
      if (!open) throw new Error(`the program ended before it printed "${text}": ${this.#output}`);
    }
  }

  /** The address that it printed under a name. */
  async url(name: string): Promise<string> {
    await this.printed('Ctrl-C');
    return new RegExp(`^${name} +(\\S+)`, 'm').exec(this.#output)?.[1] ?? '';
  }

  end(signal: NodeJS.Signals = 'SIGTERM'): Promise<unknown> {
    this.child.kill(signal);
    return this.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }
}
