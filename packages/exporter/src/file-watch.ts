import { type FSWatcher, watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock, ClockTimer } from './clock.ts';

export interface FileWatchOptions {
  readonly path: string;
  readonly clock: Clock;
  /** Told once a changed file has come to rest; also once at the start. */
  readonly onChange: () => void;
  /** Told when the system cannot watch and only the polling is left. */
  readonly onBlind: (cause: unknown) => void;
}

/** A file is at rest when it looked the same twice, this long apart. */
const REST_MS = 250;
const POLL_MS = 5_000;

/**
 * Watches a file through its folder, so that a file renamed over it and a swapped link are seen as well.
 *
 * What the system does not tell, as on network file systems or behind a link into another folder, is found by
 * looking every 5 s. Neither keeps the process alive.
 * Cost: one look at the file per 250 ms while its folder changes, one per 5 s else.
 */
export class FileWatch {
  readonly #options: FileWatchOptions;
  #watcher: FSWatcher | undefined;
  #restTimer: ClockTimer | undefined;
  #pollTimer: ClockTimer | undefined;
  /** How the file looked when it was last told of, and when it was last looked at. */
  #told: string | undefined;
  #seen: string | undefined;
  #stopped = false;

  constructor(options: FileWatchOptions) {
    this.#options = options;
  }

  start(): void {
    try {
      this.#watcher = watch(dirname(this.#options.path), { persistent: false }, () => this.#lookSoon());
      this.#watcher.on('error', (cause) => this.#goBlind(cause));
    } catch (cause) {
      this.#goBlind(cause);
    }
    // What happened to the file before it was watched.
    this.#lookSoon();
    this.#poll();
  }

  stop(): void {
    this.#stopped = true;
    this.#watcher?.close();
    const { clock } = this.#options;
    if (this.#restTimer !== undefined) clock.clearTimeout(this.#restTimer);
    if (this.#pollTimer !== undefined) clock.clearTimeout(this.#pollTimer);
  }

  #goBlind(cause: unknown): void {
    this.#watcher?.close();
    this.#watcher = undefined;
    this.#options.onBlind(cause);
  }

  #poll(): void {
    this.#pollTimer = this.#later(POLL_MS, () => {
      this.#lookSoon();
      this.#poll();
    });
  }

  // Not put off by further events: a folder that never rests must not hide the file.
  #lookSoon(): void {
    if (this.#stopped || this.#restTimer !== undefined) return;
    this.#restTimer = this.#later(REST_MS, () => void this.#look());
  }

  async #look(): Promise<void> {
    const now = await looks(this.#options.path);
    this.#restTimer = undefined;
    if (this.#stopped || now === this.#told) return;
    if (now === this.#seen) {
      this.#told = now;
      this.#options.onChange();
      return;
    }
    this.#seen = now;
    this.#lookSoon();
  }

  #later(milliseconds: number, act: () => void): ClockTimer {
    const timer = this.#options.clock.setTimeout(act, milliseconds);
    timer.unref?.();
    return timer;
  }
}

/** Differs whenever the file, or what a link leads to, does. */
async function looks(path: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
  } catch (cause) {
    return String((cause as NodeJS.ErrnoException).code);
  }
}
