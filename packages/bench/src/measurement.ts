import type { Session, TimedSession, Unit } from './case.ts';
import { collectGarbage } from './garbage.ts';

// Long enough for the clock and short enough for many rounds; pages in scrapes enough that one collection of garbage
// more or less does not decide.
const BATCH_MS: Readonly<Record<Unit, number>> = { ns: 25, ms: 200, bytes: 25 };
const WARM_UP_MS: Readonly<Record<Unit, number>> = { ns: 150, ms: 600, bytes: 150 };
// A millisecond of empty turns and more: what is beyond was never done.
const MOST = 1e9;
// What is quicker than this runs once more after a collection, before it is timed: the first run after one pays for
// memory that was given back, and only quick ones would feel it.
export const SETTLE_BELOW_MS = 100;
const UNIT_PER_MS: Readonly<Record<Unit, number>> = { ns: 1e6, ms: 1, bytes: Number.NaN };

/** A peer's session on its way through the rounds. */
export class Measurement {
  readonly #session: Session;
  readonly #unit: Unit;
  #batch = 1;
  #batchMs = 0;
  #asked = 0;

  constructor(session: Session, unit: Unit) {
    this.#session = session;
    this.#unit = unit;
  }

  /** Runs until the engine has compiled what it will, and finds how often to run for one measurement. */
  async warmUp(): Promise<void> {
    if ('read' in this.#session) return;
    const batchMs = BATCH_MS[this.#unit];
    const until = performance.now() + WARM_UP_MS[this.#unit];
    let took = 0;
    do {
      took = await this.#time(this.#session, this.#batch);
      if (this.#batch > MOST) throw new Error(`it does ${MOST} runs in no time`);
      if (took < batchMs / 2) this.#batch *= took < batchMs / 20 ? 10 : 2;
    } while (took < batchMs / 2 || performance.now() < until);
    const wanted = Math.max(1, Math.round((this.#batch * batchMs) / took));
    this.#batchMs = (took / this.#batch) * wanted;
    this.#batch = wanted;
  }

  /** One measurement, in the unit of the case. */
  async take(): Promise<number> {
    collectGarbage();
    if ('read' in this.#session) return this.#session.read();
    if (this.#batchMs < SETTLE_BELOW_MS) await this.#time(this.#session, this.#batch);
    const ms = await this.#time(this.#session, this.#batch);
    return (ms * UNIT_PER_MS[this.#unit]) / this.#batch;
  }

  /** Rejects if the peer did less than it was asked for: then its times mean nothing. */
  async check(): Promise<void> {
    if ('read' in this.#session) return;
    const arrived = await this.#session.arrived?.();
    if (arrived === undefined || arrived === this.#asked) return;
    throw new Error(`${arrived} of ${this.#asked} recordings arrived`);
  }

  async close(): Promise<void> {
    await this.#session.close?.();
  }

  async #time(session: TimedSession, n: number): Promise<number> {
    this.#asked += n;
    if (session.before === undefined) return timed(session, n);
    let ms = 0;
    for (let i = 0; i < n; i++) {
      await session.before();
      ms += await timed(session, 1);
    }
    return ms;
  }
}

async function timed(session: TimedSession, n: number): Promise<number> {
  const start = performance.now();
  const running = session.run(n);
  // Awaiting nothing would cost a turn of the microtask queue.
  if (running !== undefined) await running;
  return performance.now() - start;
}
