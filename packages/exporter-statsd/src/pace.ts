import type { Clock } from '@oriel/exporter';

// Shorter waits are not kept by timers.
const SHORTEST_MS = 5;

/** Holds packets back so that no more than so many go out in a second: who reads too slowly loses datagrams. */
export class Pace {
  readonly #clock: Clock;
  readonly #perSecond: number;
  readonly #since: number;
  #sent = 0;

  /** 0 packets a second is no limit. */
  constructor(clock: Clock, perSecond: number) {
    this.#clock = clock;
    this.#perSecond = perSecond;
    this.#since = clock.now();
  }

  /** Counts packets, and waits until they are due. */
  async passed(packets: number): Promise<void> {
    this.#sent += packets;
    if (this.#perSecond === 0) return;
    const early = (this.#sent * 1000) / this.#perSecond - (this.#clock.now() - this.#since);
    if (early >= SHORTEST_MS) await new Promise<void>((done) => void this.#clock.setTimeout(done, early));
  }
}
