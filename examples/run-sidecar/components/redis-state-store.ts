import type { Redis } from 'ioredis';
import type { StateEntry, StateStore } from './state-store.ts';

/** Keeps each value as a string under the app's prefix. */
export class RedisStateStore implements StateStore {
  readonly type = 'state.redis';
  readonly #client: Redis;
  readonly #prefix: string;

  constructor(client: Redis, appId: string) {
    this.#client = client;
    this.#prefix = `${appId}||`;
  }

  async get(key: string): Promise<string | undefined> {
    return (await this.#client.get(this.#prefix + key)) ?? undefined;
  }

  async set(entries: readonly StateEntry[]): Promise<void> {
    await this.#client.mset(new Map(entries.map(({ key, value }) => [this.#prefix + key, value])));
  }

  async delete(key: string): Promise<void> {
    await this.#client.del(this.#prefix + key);
  }
}
