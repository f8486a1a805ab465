import { totalmem } from 'node:os';

const KEEP_MS = 60_000;

/** The memory limit of the process's control group, asked for at most once per minute: it is dear to read. */
export class MemoryLimit {
  #bytes: number | undefined;
  #readAt = Number.NEGATIVE_INFINITY;

  /** Undefined where no limit is set: the system then answers 0, or more than there is. */
  bytes(): number | undefined {
    const now = performance.now();
    if (now - this.#readAt < KEEP_MS) return this.#bytes;
    this.#readAt = now;
    const limit = process.constrainedMemory();
    this.#bytes = limit > 0 && limit < totalmem() ? limit : undefined;
    return this.#bytes;
  }
}
