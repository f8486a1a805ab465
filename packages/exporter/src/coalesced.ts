/**
 * Runs an act never twice at once. Calls during a run share one run after it, which sees what they saw.
 *
 * Cost: however many call, at most one run goes and one waits.
 */
export class Coalesced<T> {
  readonly #act: () => Promise<T>;
  #running: Promise<T> | undefined;
  #next: Promise<T> | undefined;

  /** The act must not reject. */
  constructor(act: () => Promise<T>) {
    this.#act = act;
  }

  run(): Promise<T> {
    if (this.#running === undefined) return this.#start();
    this.#next ??= this.#running.then(() => this.#start());
    return this.#next;
  }

  /** Resolves when nothing runs and nothing waits. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await (this.#next ?? this.#running);
  }

  #start(): Promise<T> {
    this.#next = undefined;
    const run = this.#act();
    this.#running = run;
    // What waits for this run starts before whoever awaits it: nobody finds it idle in between.
    void run.then(() => {
      if (this.#running === run && this.#next === undefined) this.#running = undefined;
    });
    return run;
  }
}
