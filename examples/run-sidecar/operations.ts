import type { ComponentRecorders, ErrorCodeEvent, RuntimeMetrics } from '@oriel/views-runtime';
import { type Answer, failure } from './answer.ts';
import type { AppCall } from './apps/app.ts';
import { TOPIC } from './apps/demo-apps.ts';
import { type Components, PUBSUB, STORE } from './components/components.ts';
import type { StateEntry } from './components/state-store.ts';
import type { Invoker } from './invoker.ts';

type StateOperation = Parameters<ComponentRecorders['state']>[0]['operation'];

/**
 * What the sidecar does, whoever asks for it over HTTP or gRPC.
 *
 * Shape: stores, components and topics that are not known are error replies and no series.
 */
export class Operations {
  readonly invoker: Invoker;
  readonly #runtime: RuntimeMetrics;
  readonly #components: Components;

  constructor(runtime: RuntimeMetrics, invoker: Invoker, components: Components) {
    this.#runtime = runtime;
    this.invoker = invoker;
    this.#components = components;
  }

  invoke(app: string, call: Omit<AppCall, 'timeoutMs'>): Promise<Answer> {
    return this.invoker.invoke(app, call);
  }

  getState(store: string, key: string): Promise<Answer> {
    return this.#state(store, 'get', 'ERR_STATE_GET', async () => {
      const text = await this.#components.store.get(key);
      return text === undefined ? { status: 204 } : { status: 200, text };
    });
  }

  saveState(store: string, entries: readonly StateEntry[]): Promise<Answer> {
    return this.#state(store, 'set', 'ERR_STATE_SAVE', async () => {
      await this.#components.store.set(entries);
      return { status: 204 };
    });
  }

  deleteState(store: string, key: string): Promise<Answer> {
    return this.#state(store, 'delete', 'ERR_STATE_DELETE', async () => {
      await this.#components.store.delete(key);
      return { status: 204 };
    });
  }

  async publish(pubsub: string, topic: string, data: string): Promise<Answer> {
    if (pubsub !== PUBSUB) return failure(404, pubsubError('ERR_PUBSUB_NOT_FOUND'), 'No such pub/sub');
    if (topic !== TOPIC)
      return failure(403, pubsubError('ERR_PUBSUB_FORBIDDEN'), 'The topic is not allowed for this app');
    const start = performance.now();
    const record = (success: boolean): void => {
      const elapsedMs = performance.now() - start;
      this.#runtime.component.pubsubEgress({ component: PUBSUB, topic, success, elapsedMs });
    };
    try {
      await this.#components.broker.publish(topic, data);
      record(true);
      return { status: 204 };
    } catch (error) {
      record(false);
      return failure(500, pubsubError('ERR_PUBSUB_PUBLISH_MESSAGE'), messageOf(error));
    }
  }

  async #state(
    store: string,
    operation: StateOperation,
    code: string,
    act: () => Promise<Answer>,
  ): Promise<Answer> {
    if (store !== STORE)
      return failure(400, { code: 'ERR_STATE_STORE_NOT_FOUND', category: 'state' }, 'No such store');
    const start = performance.now();
    const record = (success: boolean): void => {
      const elapsedMs = performance.now() - start;
      this.#runtime.component.state({ component: STORE, operation, success, elapsedMs });
    };
    try {
      const answer = await act();
      record(true);
      return answer;
    } catch (error) {
      record(false);
      return failure(500, { code, category: 'state' }, messageOf(error));
    }
  }
}

function pubsubError(code: string): ErrorCodeEvent {
  return { code, category: 'pubsub' };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'it failed';
}
