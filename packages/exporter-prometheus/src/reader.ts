import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Writable } from 'node:stream';
import { onceOver } from './once-over.ts';
import { breakOff } from './request-transport.ts';

// Made once: an error of its own for each answer that ends would take longer than the rest of a short one.
const OVER = new DOMException('The answer has ended or its client has gone', 'AbortError');

/** The reading end of a scrape: whether it is still there, and whether it takes what waits for it. */
export class Reader {
  readonly #request: IncomingMessage;
  readonly #left = new AbortController();
  readonly #writeTimeoutMs: number;

  constructor(request: IncomingMessage, response: ServerResponse, writeTimeoutMs: number) {
    this.#request = request;
    this.#writeTimeoutMs = writeTimeoutMs;
    onceOver(request, response, () => this.#left.abort(OVER));
  }

  /** Aborted when the answer has ended or the client has gone. */
  get signal(): AbortSignal {
    return this.#left.signal;
  }

  get hasLeft(): boolean {
    return this.#left.signal.aborted;
  }

  /** Waits until the stream has been taken; a reader that takes too long is cut off. */
  takes(stream: Writable, event: 'drain' | 'finish'): Promise<void> {
    if (this.hasLeft) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        stream.off(event, done);
        this.signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(() => this.cutOff(), this.#writeTimeoutMs);
      stream.on(event, done);
      this.signal.addEventListener('abort', done);
    });
  }

  /** Breaks the answer off: the client sees a broken one, never a short one. */
  cutOff(): void {
    breakOff(this.#request);
    this.#left.abort(OVER);
  }
}
