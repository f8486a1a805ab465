/** A socket that an answer may be written to by hand. */
export interface WritableSocket {
  write(...args: unknown[]): unknown;
  end(...args: unknown[]): unknown;
}

const MOST = 16_384;

/**
 * Reads the head of an answer that a handler writes to the socket itself, as to an upgrade.
 *
 * Shape: `write` and `end` of this one socket are wrapped until the head of the final answer is through, or
 * {@link RawAnswer.stop} is called. Interim answers are read over; what is no HTTP has no status.
 */
export class RawAnswer {
  readonly #socket: WritableSocket;
  readonly #onHead: (status: number) => void;
  readonly #unwrap: (() => void)[] = [];
  #head = '';
  #done = false;

  constructor(socket: WritableSocket, onHead: (status: number) => void) {
    this.#socket = socket;
    this.#onHead = onHead;
    this.#wrap('write');
    this.#wrap('end');
  }

  stop(): void {
    this.#done = true;
    for (const unwrap of this.#unwrap.splice(0)) unwrap();
  }

  #wrap(name: 'write' | 'end'): void {
    const original = this.#socket[name];
    const hadOwn = Object.hasOwn(this.#socket, name);
    const wrapper = (...args: unknown[]): unknown => {
      const result = original.apply(this.#socket, args);
      if (!this.#done) this.#read(args[0], args[1]);
      return result;
    };
    this.#socket[name] = wrapper;
    this.#unwrap.push(() => {
      // Whoever wrapped it after us goes on calling us: then it stays, and does nothing.
      if (this.#socket[name] !== wrapper) return;
      if (hadOwn) this.#socket[name] = original;
      else Reflect.deleteProperty(this.#socket, name);
    });
  }

  #read(chunk: unknown, encoding: unknown): void {
    this.#head += textOf(chunk, encoding);
    const status = finalStatus(this.#head);
    if (status === undefined && this.#head.length < MOST) return;
    this.stop();
    this.#onHead(status ?? 0);
  }
}

// The status of the first answer whose head is whole and which is not interim; 0 if this is no answer.
function finalStatus(text: string): number | undefined {
  let start = 0;
  for (;;) {
    const end = text.indexOf('\r\n\r\n', start);
    if (end < 0) return undefined;
    const status = Number(/^HTTP\/1\.[01] (\d{3})(?!\d)/.exec(text.slice(start, end))?.[1] ?? 0);
    if (status === 101 || status >= 200 || status < 100) return status;
    start = end + 4;
  }
}

function textOf(chunk: unknown, encoding: unknown): string {
  if (typeof chunk === 'string') {
    return typeof encoding === 'string' && Buffer.isEncoding(encoding)
      ? Buffer.from(chunk, encoding).toString('latin1')
      : chunk;
  }
  return chunk instanceof Uint8Array
    ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length).toString('latin1')
    : '';
}
