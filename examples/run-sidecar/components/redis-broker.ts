import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { Broker, OnMessage } from './broker.ts';

/** A stream's entries as Redis answers them. */
type Entries = readonly (readonly [id: string, fields: readonly string[]])[];

const KEPT = 10_000;
const BLOCK_MS = 1000;
const AT_ONCE = 64;

/**
 * Redis streams, with the app as the consumer group: a message is acknowledged when it was handled, so what was read and not
 * handled when the program ended comes again at its next start.
 */
export class RedisBroker implements Broker {
  readonly type = 'pubsub.redis';
  readonly #client: Redis;
  readonly #group: string;
  readonly #readers: Redis[] = [];
  readonly #loops: Promise<void>[] = [];
  #closed = false;

  constructor(client: Redis, appId: string) {
    this.#client = client;
    this.#group = appId;
  }

  async publish(topic: string, data: string): Promise<void> {
    await this.#client.xadd(topic, 'MAXLEN', '~', KEPT, '*', 'data', data);
  }

  async subscribe(topic: string, onMessage: OnMessage): Promise<void> {
    await this.#makeGroup(topic);
    // A connection of its own: it waits for messages most of the time.
    const reader = this.#client.duplicate();
    reader.on('error', () => {});
    this.#readers.push(reader);
    await reader.connect();
    this.#loops.push(this.#read(reader, topic, onMessage));
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const reader of this.#readers) reader.disconnect();
    await Promise.all(this.#loops);
  }

  async #read(reader: Redis, topic: string, onMessage: OnMessage): Promise<void> {
    // First what was read before and not acknowledged, then what is new.
    for (let from = '0'; !this.#closed; ) {
      try {
        const entries = await this.#next(reader, topic, from);
        await Promise.all(entries.map(([id, [, data = '']]) => this.#handle(topic, id, data, onMessage)));
        if (entries.length === 0) from = '>';
      } catch {
        // Redis is away, or came back without its data.
        from = '0';
        if (!this.#closed) await sleep(200);
        await this.#makeGroup(topic).catch(() => undefined);
      }
    }
  }

  async #next(reader: Redis, topic: string, from: string): Promise<Entries> {
    const consumer = ['GROUP', this.#group, 'sidecar'] as const;
    const limits = ['COUNT', AT_ONCE, 'BLOCK', BLOCK_MS] as const;
    const streams = await reader.xreadgroup(...consumer, ...limits, 'STREAMS', topic, from);
    return (streams as [[name: string, entries: Entries]] | null)?.[0]?.[1] ?? [];
  }

  async #handle(topic: string, id: string, data: string, onMessage: OnMessage): Promise<void> {
    await onMessage(data);
    await this.#client.xack(topic, this.#group, id);
  }

  async #makeGroup(topic: string): Promise<void> {
    await this.#client.xgroup('CREATE', topic, this.#group, '0', 'MKSTREAM').catch((error: Error) => {
      if (!error.message.startsWith('BUSYGROUP')) throw error;
    });
  }
}
