/** Keeps texts by key. Each function rejects when the store fails. */
export interface StateStore {
  /** As Dapr names its components: `state.redis`. */
  readonly type: string;
  get(key: string): Promise<string | undefined>;
  set(entries: readonly StateEntry[]): Promise<void>;
  delete(key: string): Promise<void>;
}

export interface StateEntry {
  readonly key: string;
  readonly value: string;
}

/** Lives as long as the process. A stranger who makes up keys may not fill the memory, so there is a limit. */
export class MemoryStateStore implements StateStore {
  readonly type = 'state.in-memory';
  readonly #values = new Map<string, string>();
  readonly #limit: number;

  constructor(limit = 100_000) {
    this.#limit = limit;
  }

  async get(key: string): Promise<string | undefined> {
    return this.#values.get(key);
  }

  async set(entries: readonly StateEntry[]): Promise<void> {
    for (const { key, value } of entries) {
      if (this.#values.size >= this.#limit && !this.#values.has(key)) throw new Error('the store is full');
      this.#values.set(key, value);
    }
  }

  async delete(key: string): Promise<void> {
    this.#values.delete(key);
  }
}
