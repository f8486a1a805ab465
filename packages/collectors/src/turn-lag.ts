/**
 * How long the event loop took from its timers to its check phase, looked at once per second.
 *
 * The look happens beside the scrapes, so that a scrape's own work is not in the value.
 */
export class TurnLag {
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;
  #seconds: number | undefined;

  /** Of the last look; undefined before the first. */
  get seconds(): number | undefined {
    return this.#seconds;
  }

  start(): void {
    this.#look();
    this.#timer = setInterval(() => this.#look(), 1000).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    clearImmediate(this.#immediate);
    this.#seconds = undefined;
  }

  #look(): void {
    clearImmediate(this.#immediate);
    const start = performance.now();
    // Not unreferenced: the loop would sleep before it. It lives for one turn.
    this.#immediate = setImmediate(() => {
      this.#seconds = (performance.now() - start) / 1000;
    });
  }
}
