import type { ClockTimer } from './clock.ts';
import { withinTime } from './deadline.ts';
import {
  LONGEST_ALONE_MS,
  type LoopOptions,
  type PushLoopOptions,
  pushLoopDefaults,
} from './push-loop-options.ts';

/** What a loop has done. */
export interface PushLoopCounts {
  readonly sent: number;
  readonly failed: number;
  /** Lost because the queue was full, retrying was pointless or the loop ended. */
  readonly dropped: number;
  readonly queued: number;
}

/**
 * The heart of a push backend: collects at an interval and sends, one batch after the other.
 *
 * A turn that comes while another is under way is left out. What cannot be sent waits in a bounded queue,
 * oldest first, and is tried again after a wait that doubles. Its timers do not keep the process alive.
 */
export class PushLoop<Batch> {
  readonly #options: LoopOptions<Batch>;
  readonly #queue: Batch[] = [];
  readonly #counts = { sent: 0, failed: 0, dropped: 0 };
  #turn: ClockTimer | undefined;
  #retry: ClockTimer | undefined;
  #work: Promise<unknown> | undefined;
  #failuresInRow = 0;
  #leaveAloneMs = 0;
  #started = false;
  #ended = false;
  #stop: Promise<void> | undefined;

  constructor(options: PushLoopOptions<Batch>) {
    this.#options = { ...pushLoopDefaults, ...options };
  }

  counts(): PushLoopCounts {
    return { ...this.#counts, queued: this.#queue.length };
  }

  /** Begins; the first collection is one interval away. A second call does nothing. */
  start(): void {
    if (this.#started || this.#ended) return;
    this.#started = true;
    const { health, queueLimit: limit } = this.#options;
    health?.open(() => ({ length: this.#queue.length, limit }));
    this.#planTurn();
  }

  /** Collects and sends now, whatever the wait; rejects with what failed. Does nothing after `stop`. */
  async flush(): Promise<void> {
    if (!this.#ended) await this.#flushNow();
  }

  /**
   * Ends the timers, then flushes; what cannot be sent in `lastTries` is dropped, and why is what it rejects with.
   * A second call is the first.
   */
  stop(): Promise<void> {
    this.#stop ??= this.#finish();
    return this.#stop;
  }

  async #finish(): Promise<void> {
    this.#ended = true;
    if (this.#turn !== undefined) this.#options.clock.clearTimeout(this.#turn);
    this.#cancelRetry();
    if (!this.#started) return;
    try {
      await this.#flushLast();
    } finally {
      while (this.#queue.length > 0) this.#dropFirst('stopped');
      this.#options.health?.close();
    }
  }

  async #flushNow(): Promise<void> {
    while (this.#work !== undefined) await this.#work;
    const failure = await this.#run(() => this.#collectAndSend(true));
    if (failure !== undefined) throw failure.cause;
  }

  async #flushLast(): Promise<void> {
    const { clock, lastTries } = this.#options;
    let failure = await this.#flushNow().then(
      () => undefined,
      (cause: unknown) => ({ cause }),
    );
    for (let tries = 1; failure !== undefined; tries++) {
      const wait = this.#backoffMs();
      const hopeless = this.#queue.length === 0 || this.#leaveAloneMs > wait;
      if (hopeless || tries >= lastTries) throw failure.cause;
      await new Promise<void>((resolve) => void clock.setTimeout(resolve, wait));
      failure = await this.#run(() => this.#sendQueue());
    }
  }

  #planTurn(): void {
    const { intervalMs, jitter, random } = this.#options;
    if (intervalMs === 0) return;
    this.#turn = this.#after(intervalMs * (1 - jitter * random()), () => {
      this.#planTurn();
      if (this.#work === undefined) void this.#run(() => this.#collectAndSend(false));
    });
  }

  #planRetry(): void {
    const wait = Math.max(this.#leaveAloneMs, this.#backoffMs());
    this.#retry = this.#after(wait, () => {
      this.#retry = undefined;
      if (this.#work === undefined) void this.#run(() => this.#sendQueue());
    });
  }

  #backoffMs(): number {
    const { backoffMs, maxBackoffMs, jitter, random } = this.#options;
    const backoff = Math.min(maxBackoffMs, backoffMs * 2 ** (this.#failuresInRow - 1));
    return backoff * (1 - jitter * random());
  }

  #cancelRetry(): void {
    if (this.#retry !== undefined) this.#options.clock.clearTimeout(this.#retry);
    this.#retry = undefined;
  }

  #after(milliseconds: number, act: () => void): ClockTimer {
    const timer = this.#options.clock.setTimeout(act, milliseconds);
    timer.unref?.();
    return timer;
  }

  /** One piece of work at a time; gives its failure in a box, never rejects. */
  #run(work: () => Promise<void>): Promise<{ cause: unknown } | undefined> {
    const run = work().then(
      () => undefined,
      (cause: unknown) => ({ cause }),
    );
    this.#work = run;
    return run.finally(() => {
      this.#work = undefined;
    });
  }

  async #collectAndSend(now: boolean): Promise<void> {
    const { collect, queueLimit } = this.#options;
    this.#queue.push(await this.#attempt('collect', collect));
    while (this.#queue.length > queueLimit) this.#dropFirst('queue_full');
    // While a retry is due the batch waits with the others.
    if (now || this.#retry === undefined) await this.#sendQueue();
  }

  async #sendQueue(): Promise<void> {
    const { isTransient, retryAfterMs, onSuccess, health } = this.#options;
    this.#cancelRetry();
    while (this.#queue.length > 0) {
      try {
        await this.#attempt('send', () => this.#deliver(this.#queue[0]));
      } catch (cause) {
        this.#leaveAloneMs = Math.min(retryAfterMs(cause) ?? 0, LONGEST_ALONE_MS);
        if (!isTransient(cause)) this.#dropFirst('refused');
        this.#failuresInRow++;
        if (!this.#ended && this.#queue.length > 0) this.#planRetry();
        throw cause;
      }
      this.#queue.shift();
      this.#counts.sent++;
      health?.succeeded();
      this.#failuresInRow = 0;
      onSuccess();
    }
  }

  #deliver(batch: Batch): Promise<void> {
    const { send, sendTimeoutMs, clock } = this.#options;
    const abort = new AbortController();
    const late = (): Error => {
      const error = new DOMException(`the delivery took longer than ${sendTimeoutMs} ms`, 'TimeoutError');
      abort.abort(error);
      return error;
    };
    return withinTime(() => send(batch, abort.signal), sendTimeoutMs, clock, late);
  }

  async #attempt<T>(act: 'collect' | 'send', work: () => T | Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (cause) {
      this.#counts.failed++;
      this.#options.health?.failed(cause, act);
      this.#options.onFailure(cause);
      throw cause;
    }
  }

  #dropFirst(cause: string): void {
    this.#queue.shift();
    this.#counts.dropped++;
    this.#options.health?.dropped(cause);
  }
}
