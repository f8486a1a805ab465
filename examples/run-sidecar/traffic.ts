import { setTimeout as sleep } from 'node:timers/promises';

interface Call {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
}

/** Sends requests to the sidecar, a few a second, until it is stopped; so that its page moves. */
export function startTraffic(base: string, perSecond = 20): { stop(): Promise<void> } {
  const abort = new AbortController();
  const running = run(base, 1000 / perSecond, abort.signal);
  return {
    stop: () => {
      abort.abort();
      return running;
    },
  };
}

async function run(base: string, pauseMs: number, signal: AbortSignal): Promise<void> {
  for (let n = 0; !signal.aborted; n++) {
    const { method, path, body } = callFor(n);
    await fetch(base + path, { method, body, signal }).then(
      (response) => response.arrayBuffer(),
      () => undefined,
    );
    await sleep(pauseMs * (0.5 + Math.random()), undefined, { signal }).catch(() => undefined);
  }
}

function callFor(n: number): Call {
  const key = `/v1.0/state/orders/order-${n % 50}`;
  const calls: readonly Call[] = [
    { method: 'GET', path: '/v1.0/invoke/inventory/method/stock' },
    { method: 'POST', path: key, body: JSON.stringify({ items: n }) },
    { method: 'POST', path: '/v1.0/invoke/checkout/method/order', body: 'oriel-1' },
    { method: 'GET', path: key },
    { method: 'POST', path: '/v1.0/invoke/checkout/method/pay' },
    { method: 'GET', path: '/v1.0/invoke/inventory/method/reserve' },
    { method: 'DELETE', path: `/v1.0/state/orders/order-${(n * 7) % 50}` },
    { method: 'GET', path: `/v1.0/unknown/${n}` },
  ];
  return calls[n % calls.length];
}
