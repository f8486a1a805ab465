import { Redis } from 'ioredis';

const TIMEOUT_MS = 3000;

/**
 * Connects to a Redis, or rejects with what is wrong; once connected, a connection that is lost comes back by itself.
 *
 * Shape: while it is away commands fail at once, instead of waiting in a queue.
 */
export async function connectRedis(target: string, signal: AbortSignal): Promise<Redis> {
  let connected = false;
  const client = new Redis(target, {
    lazyConnect: true,
    connectTimeout: TIMEOUT_MS,
    disconnectTimeout: 100,
    commandTimeout: TIMEOUT_MS,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    retryStrategy: (times) => (connected ? Math.min(times * 50, 1000) : null),
  });
  let fault = 'it does not answer';
  client.on('error', (error: Error) => {
    fault = error.message;
  });
  const giveUp = (): void => client.disconnect();
  signal.addEventListener('abort', giveUp);
  try {
    await client.connect();
    connected = true;
    return client;
  } catch {
    client.disconnect();
    throw new Error(
      `Cannot use Redis at "${withoutPassword(target)}": ${fault}; start it, or leave --redis out`,
    );
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

/** A target as it may be shown. */
export function withoutPassword(target: string): string {
  return target.replace(/\/\/[^/]*@/, '//');
}
