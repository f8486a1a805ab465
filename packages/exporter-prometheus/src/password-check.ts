import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { type MessagePort, Worker } from 'node:worker_threads';

type Bcrypt = Pick<typeof import('bcryptjs'), 'compareSync'>;
type Question = readonly [id: number, password: string, hash: string];

// Runs in the worker, where there is nothing but what it is given.
function answer(port: MessagePort, bcrypt: Bcrypt): void {
  port.on('message', ([id, password, hash]: Question) => {
    let isSame = false;
    try {
      isSame = bcrypt.compareSync(password, hash);
    } catch {}
    port.postMessage([id, isSame]);
  });
}

const program = `const { parentPort, workerData } = require('node:worker_threads');
import(workerData).then((module) => (${answer})(parentPort, module.default));`;

/** Waiting comparisons beyond this number are refused. */
const MOST_WAITING = 64;

/**
 * Compares passwords with bcrypt hashes, one at a time and off the main thread: a comparison takes up to seconds.
 *
 * The thread starts with the first comparison and does not keep the process alive.
 */
export class PasswordCheck {
  readonly #waiting = new Map<number, (same: boolean | undefined) => void>();
  #worker: Worker | undefined;
  #next = 0;

  /** Whether they belong together; undefined when too many wait or the thread has died. */
  compare(password: string, hash: string): Promise<boolean | undefined> {
    if (this.#waiting.size >= MOST_WAITING) return Promise.resolve(undefined);
    this.#worker ??= this.#start();
    const worker = this.#worker;
    const id = this.#next++;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      // As Go does it: the oldest marks mean what the newest one does.
      const known = hash.replace(/^\$2x?\$/, () => '$2b$');
      worker.postMessage([id, password, known] satisfies Question);
    });
  }

  async stop(): Promise<void> {
    await this.#worker?.terminate();
    this.#ended(this.#worker);
  }

  #start(): Worker {
    const module = pathToFileURL(createRequire(import.meta.url).resolve('bcryptjs')).href;
    const worker = new Worker(program, { eval: true, workerData: module, execArgv: [] });
    worker.unref();
    worker.on('message', ([id, same]: [number, boolean]) => {
      this.#waiting.get(id)?.(same);
      this.#waiting.delete(id);
    });
    worker.on('error', () => this.#ended(worker));
    worker.on('exit', () => this.#ended(worker));
    return worker;
  }

  #ended(worker: Worker | undefined): void {
    if (worker !== this.#worker) return;
    this.#worker = undefined;
    for (const resolve of this.#waiting.values()) resolve(undefined);
    this.#waiting.clear();
  }
}
