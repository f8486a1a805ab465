import { setTimeout as sleep } from 'node:timers/promises';
import { type RunningApp, startHttpApp } from './http-app.ts';
import { startPricing } from './pricing-app.ts';

/** The topic that the app `shop` has subscribed to. */
export const TOPIC = 'orders';

/** Every path that an app answers: labels of calls, and of invocations through the sidecar. */
export const appPaths: readonly string[] = ['/stock', '/reserve', '/pay', `/${TOPIC}`];

/** The apps to play with, by id; `shop` is the one that this sidecar stands beside. */
export interface DemoApps {
  readonly http: ReadonlyMap<string, RunningApp>;
  /** Speaks gRPC. */
  readonly pricing: RunningApp;
}

/** Starts them all. A real sidecar would find them in processes of their own, each behind its sidecar. */
export async function startDemoApps(stack: AsyncDisposableStack): Promise<DemoApps> {
  const kept = (app: RunningApp): RunningApp => stack.adopt(app, () => app.close());
  const http = new Map<string, RunningApp>();
  for (const [id, methods] of [
    ['shop', { [TOPIC]: takeOrder }],
    ['inventory', { stock, reserve }],
    ['payment', { pay: payment() }],
  ] as const) {
    http.set(id, kept(await startHttpApp(methods)));
  }
  return { http, pricing: kept(await startPricing()) };
}

function stock(): unknown {
  return { sku: 'oriel-1', stock: Math.floor(Math.random() * 100) };
}

async function reserve(): Promise<unknown> {
  await sleep(Math.random() * 20);
  return { reserved: true };
}

// As Dapr has it: an app answers what is to become of a message.
function takeOrder(body: string): unknown {
  const { items = 0 } = JSON.parse(body) as { items?: number };
  return { status: items < 0 ? 'DROP' : 'SUCCESS' };
}

// Down for 8 of 30 calls: long enough for a circuit to open and to find it down once more.
function payment(): () => unknown {
  let calls = 0;
  return () => {
    if (calls++ % 30 >= 22) throw new Error('the bank is closed');
    return { paid: true };
  };
}
