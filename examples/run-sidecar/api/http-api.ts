import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RuntimeMetrics } from '@oriel/views-runtime';
import { type Answer, failure } from '../answer.ts';
import type { Operations } from '../operations.ts';
import { answer } from './routes.ts';

const BODY_LIMIT = 1024 * 1024;

/** A server that listens. */
export interface Api {
  readonly port: number;
  /** Takes no more requests; those under way have a second. */
  close(): Promise<void>;
}

/** Serves the operations over HTTP on the loopback address; rejects if it cannot listen. */
export async function startHttpApi(
  operations: Operations,
  runtime: RuntimeMetrics,
  wanted: number,
): Promise<Api> {
  const server = createServer((request, response) => void serve(operations, runtime, request, response));
  server.listen(wanted, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, close: () => close(server) };
}

async function serve(
  operations: Operations,
  runtime: RuntimeMetrics,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [path = '/'] = (request.url ?? '/').split('?', 1);
  const body = await bodyOf(request).catch(() => undefined);
  const result =
    body === undefined ? tooLarge : await answer(operations, { verb: request.method ?? '', path, body });
  if (result.error !== undefined) runtime.errorCode(result.error);
  send(response, result);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > BODY_LIMIT) throw new Error('The body is over 1 MiB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function send(response: ServerResponse, { status, text = '' }: Answer): void {
  if (response.destroyed) return;
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  await Promise.race([closed, sleep(1000, undefined, { ref: false })]);
  server.closeAllConnections();
}

const tooLarge: Answer = failure(
  413,
  { code: 'ERR_MALFORMED_REQUEST', category: 'common' },
  'The body is over 1 MiB',
);
