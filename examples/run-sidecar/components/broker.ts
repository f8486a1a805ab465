/** Is told a message; the broker forgets it when the promise resolves. */
export type OnMessage = (data: string) => Promise<void>;

/** Carries messages from those who publish to those who subscribed. */
export interface Broker {
  /** As Dapr names its components: `pubsub.redis`. */
  readonly type: string;
  /** Rejects when the broker did not take the message. */
  publish(topic: string, data: string): Promise<void>;
  subscribe(topic: string, onMessage: OnMessage): Promise<void>;
  /** Ends the subscriptions, after the messages under way. */
  close(): Promise<void>;
}

/** Lives in the process: a message is handed over at once and never stored. */
export class MemoryBroker implements Broker {
  readonly type = 'pubsub.in-memory';
  readonly #subscribers = new Map<string, OnMessage>();
  readonly #underWay = new Set<Promise<void>>();

  async publish(topic: string, data: string): Promise<void> {
    const handled = this.#subscribers.get(topic)?.(data);
    if (handled === undefined) return;
    this.#underWay.add(handled);
    void handled.finally(() => this.#underWay.delete(handled));
  }

  async subscribe(topic: string, onMessage: OnMessage): Promise<void> {
    this.#subscribers.set(topic, onMessage);
  }

  async close(): Promise<void> {
    this.#subscribers.clear();
    await Promise.all(this.#underWay);
  }
}
