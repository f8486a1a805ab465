import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { HEALTH_PATH } from './http-channel.ts';

/** Answers a call; what it returns is sent as JSON, what it throws is a 500. */
export type Method = (body: string) => unknown;

/** An app that runs. */
export interface RunningApp {
  readonly port: number;
  close(): Promise<void>;
}

/** Starts an app of these methods on a free port. */
export async function startHttpApp(methods: Readonly<Record<string, Method>>): Promise<RunningApp> {
  const server = createServer((request, response) => void serve(methods, request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async (): Promise<void> => {
    server.close();
    server.closeAllConnections();
  };
  return { port: (server.address() as AddressInfo).port, close };
}

async function serve(
  methods: Readonly<Record<string, Method>>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { status, value } = await answerOf(methods, request);
  const body = value === undefined ? '' : JSON.stringify(value);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}

async function answerOf(
  methods: Readonly<Record<string, Method>>,
  request: IncomingMessage,
): Promise<{ status: number; value?: unknown }> {
  const path = request.url ?? '/';
  if (path === HEALTH_PATH) return { status: 200, value: { healthy: true } };
  const name = path.slice(1);
  if (!Object.hasOwn(methods, name)) return { status: 404, value: { message: 'no such method' } };
  try {
    return { status: 200, value: await methods[name](await text(request)) };
  } catch (error) {
    return { status: 500, value: { message: error instanceof Error ? error.message : 'it failed' } };
  }
}
