import type { BackendContext } from './backend.ts';

/** The most different faults that are remembered, and so told. */
const MOST_TOLD = 1000;

/**
 * Tells the log of each fault of a backend once, however often it comes; the rest is left to counters.
 *
 * @example
 * const lines: string[] = [];
 * const warn = (_: object, message: string) => void lines.push(message);
 * const logger = { debug: warn, info: warn, warn, error: warn };
 * const warnings = new WarnOnce({ id: 'lines', logger });
 * for (let i = 0; i < 3; i++) warnings.tell(new Error('the disk is full'));
 * assert.deepEqual(lines, ['the disk is full']);
 */
export class WarnOnce {
  readonly #context: Pick<BackendContext, 'id' | 'logger'>;
  readonly #told = new Set<string>();

  constructor(context: Pick<BackendContext, 'id' | 'logger'>) {
    this.#context = context;
  }

  /** Faults of one cause are one. Default: what has the same words. */
  tell(fault: Error | string, cause?: string): void {
    const message = typeof fault === 'string' ? fault : fault.message;
    const key = cause ?? message;
    if (this.#told.has(key) || this.#told.size >= MOST_TOLD) return;
    this.#told.add(key);
    const { id: backend, logger } = this.#context;
    logger.warn(typeof fault === 'string' ? { backend } : { backend, err: fault }, message);
  }
}
