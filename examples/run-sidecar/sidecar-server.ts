import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Answer, failure } from './answer.ts';
import { requestLatency, responseBytes } from './metrics.ts';
import type { Router } from './router.ts';

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
const BODY_LIMIT = 1024 * 1024;

/** Starts the sidecar's own server; rejects if it cannot listen. */
export async function startServer(router: Router, port: number): Promise<{ server: Server; port: number }> {
  const server = createServer((request, response) => void serve(router, request, response));
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

async function serve(router: Router, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const start = performance.now();
  const method = request.method ?? '';
  const { route, answer } = router.find(method, (request.url ?? '/').split('?', 1)[0]);
  // In either case once: the answer was sent, or the client went away.
  response.once('close', () => {
    const status = response.writableFinished ? response.statusCode : 'aborted';
    const tags = { method: methods.has(method) ? method : 'other', route, status };
    requestLatency.record(performance.now() - start, tags);
    responseBytes.record(Number(response.getHeader('content-length') ?? 0), tags);
  });
  try {
    send(response, await answer(await bodyOf(request)));
  } catch (error) {
    send(
      response,
      failure(413, 'ERR_BODY', error instanceof Error ? error.message : 'The body cannot be read'),
    );
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > BODY_LIMIT) throw new Error('The body is over 1 MiB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, { status, body }: Answer): void {
  if (response.destroyed) return;
  const text = body === undefined ? '' : JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}
