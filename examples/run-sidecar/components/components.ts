import type { RuntimeMetrics } from '@oriel/views-runtime';
import { type Broker, MemoryBroker } from './broker.ts';
import { RedisBroker } from './redis-broker.ts';
import { connectRedis } from './redis-connection.ts';
import { RedisStateStore } from './redis-state-store.ts';
import { MemoryStateStore, type StateStore } from './state-store.ts';

/** Name of the one state store. */
export const STORE = 'orders';
/** Name of the one pub/sub component. */
export const PUBSUB = 'messages';

export interface Components {
  readonly store: StateStore;
  readonly broker: Broker;
}

export interface ComponentOptions {
  readonly runtime: RuntimeMetrics;
  readonly appId: string;
  /** A URL or the path of a socket; undefined for what lives in the process. */
  readonly redis: string | undefined;
  readonly signal: AbortSignal;
}

/** Makes the components ready; what it opens is closed by the stack. Rejects when Redis is not there. */
export async function openComponents(
  { runtime, appId, redis, signal }: ComponentOptions,
  stack: AsyncDisposableStack,
): Promise<Components> {
  const components = await made(appId, redis, signal, stack).catch((error: unknown) => {
    const failed = { component: 'state.redis', componentName: STORE, reason: 'init' } as const;
    runtime.service.componentInitFailed(failed);
    throw error;
  });
  for (const { type } of [components.store, components.broker]) {
    runtime.service.componentLoaded();
    runtime.service.componentInitialized({ component: type });
  }
  return components;
}

async function made(
  appId: string,
  redis: string | undefined,
  signal: AbortSignal,
  stack: AsyncDisposableStack,
): Promise<Components> {
  if (redis === undefined) {
    const broker = stack.adopt(new MemoryBroker(), (own) => own.close());
    return { store: new MemoryStateStore(), broker };
  }
  const client = stack.adopt(await connectRedis(redis, signal), (own) => own.disconnect());
  const broker = stack.adopt(new RedisBroker(client, appId), (own) => own.close());
  return { store: new RedisStateStore(client, appId), broker };
}
