import { setTimeout as sleep } from 'node:timers/promises';
import { Client, credentials } from '@grpc/grpc-js';
import { sidecarService } from './api/sidecar-service.ts';

interface HttpCall {
  readonly verb: string;
  readonly path: string;
  readonly body?: unknown;
}

interface GrpcCall {
  readonly rpc: keyof typeof sidecarService;
  readonly fields: object;
}

/** Sends requests to the sidecar's two APIs, a few a second, until it is stopped; so that its page moves. */
export function startTraffic(
  ports: { readonly http: number; readonly grpc: number },
  perSecond: number,
): { stop(): Promise<void> } {
  const ended = new AbortController();
  const client = new Client(`127.0.0.1:${ports.grpc}`, credentials.createInsecure());
  const running = run(`http://127.0.0.1:${ports.http}`, client, 1000 / perSecond, ended.signal);
  return {
    stop: async () => {
      ended.abort();
      await running;
      client.close();
    },
  };
}

async function run(base: string, client: Client, pauseMs: number, signal: AbortSignal): Promise<void> {
  const calls = (n: number): (HttpCall | GrpcCall)[] => [...httpCalls(n), ...grpcCalls(n)];
  for (let n = 0; !signal.aborted; n++) {
    for (const call of calls(n)) {
      if (signal.aborted) return;
      await ('rpc' in call ? overGrpc(client, call) : overHttp(base, call, signal));
      await sleep(pauseMs * (0.5 + Math.random()), undefined, { signal }).catch(() => undefined);
    }
  }
}

/** One round: what works, what is slow or fails now and then, and what nobody should ask for. */
function httpCalls(n: number): HttpCall[] {
  const key = `/v1.0/state/orders/order-${n % 50}`;
  return [
    { verb: 'GET', path: '/v1.0/invoke/inventory/method/stock' },
    { verb: 'PUT', path: key, body: { items: n } },
    { verb: 'GET', path: key },
    { verb: 'POST', path: '/v1.0/publish/messages/orders', body: { items: n % 10 === 9 ? -1 : n } },
    { verb: 'POST', path: '/v1.0/invoke/inventory/method/reserve', body: {} },
    { verb: 'POST', path: '/v1.0/invoke/payment/method/pay', body: { order: n } },
    { verb: 'POST', path: '/v1.0/state/orders', body: [{ key: `total-${n % 5}`, value: n }] },
    { verb: 'DELETE', path: `/v1.0/state/orders/order-${(n * 7) % 50}` },
    n % 3 === 0 ? { verb: 'GET', path: `/v1.0/made/up/${n}` } : { verb: 'GET', path: '/v1.0/metadata' },
    n % 4 === 0
      ? { verb: 'GET', path: '/v1.0/state/elsewhere/a' }
      : { verb: 'GET', path: '/v1.0/invoke/nobody/method/x' },
  ];
}

function grpcCalls(n: number): GrpcCall[] {
  const item = n % 9 === 0 ? 'unknown' : 'oriel-1';
  return [
    { rpc: 'invoke', fields: { app: 'pricing', method: 'quote', body: item } },
    { rpc: 'saveState', fields: { store: 'orders', key: `quote-${n % 10}`, body: '42' } },
    { rpc: 'getState', fields: { store: 'orders', key: `quote-${n % 10}` } },
    { rpc: 'publish', fields: { pubsub: 'messages', topic: 'orders', body: '{"items":1}' } },
  ];
}

async function overHttp(base: string, { verb, path, body }: HttpCall, signal: AbortSignal): Promise<void> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  await fetch(base + path, { method: verb, body: text, signal }).then(
    (response) => response.arrayBuffer(),
    () => undefined,
  );
}

function overGrpc(client: Client, { rpc, fields }: GrpcCall): Promise<void> {
  const { path, requestSerialize, responseDeserialize } = sidecarService[rpc];
  const options = { deadline: Date.now() + 5000 };
  return new Promise((resolve) => {
    client.makeUnaryRequest(
      path,
      requestSerialize,
      responseDeserialize,
      JSON.stringify(fields),
      options,
      () => resolve(),
    );
  });
}
