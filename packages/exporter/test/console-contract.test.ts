import { EventEmitter } from 'node:events';
import { type Behaviour, type Destination, describeExporter } from '@oriel/testkit';
import { consoleBackend } from '../src/console-backend.ts';
import { rowsOfJson } from './json-rows.ts';

/** A terminal that can be told to be gone, and fails as a pipe does whose reader has gone. */
class Terminal extends EventEmitter implements Destination {
  #text = '';
  #behaviour: Behaviour = 'well';

  write(text: string, done: (error?: Error) => void): void {
    const gone = Object.assign(new Error('write EPIPE'), { code: 'EPIPE', syscall: 'write' });
    if (this.#behaviour === 'well') this.#text += text;
    process.nextTick(() => {
      done(this.#behaviour === 'well' ? undefined : gone);
      if (this.#behaviour !== 'well') process.nextTick(() => this.emit('error', gone));
    });
  }

  take(): string {
    const text = this.#text;
    this.#text = '';
    return text;
  }

  behave(behaviour: Behaviour): void {
    this.#behaviour = behaviour;
  }

  close(): void {
    this.#text = '';
  }
}

describeExporter({
  name: 'console',
  backend: consoleBackend,
  destination: () => new Terminal(),
  config: (terminal) => ({ backendSettings: { console: { format: 'json', stream: terminal } } }),
  read: (terminal) => rowsOfJson(terminal.take()),
  capabilities: { direction: 'push', faults: ['absent'], queueLimit: 1 },
});
