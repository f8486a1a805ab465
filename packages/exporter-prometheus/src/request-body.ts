import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerText } from './plain-answer.ts';
import { breakOff, http2Stream } from './request-transport.ts';

/**
 * Keeps out requests with a large body: nothing here reads one.
 *
 * A body that says its length is refused with 413. One that does not is drained up to the limit, and its
 * connection or stream ended beyond it. True if the request has been answered.
 */
export function refusedBody(request: IncomingMessage, response: ServerResponse, limit: number): boolean {
  if (Number(request.headers['content-length'] ?? 0) > limit) {
    refuse(request, response, `Request body is too large; send none, or up to ${limit} bytes\n`);
    return true;
  }
  drain(request, limit);
  return false;
}

function refuse(request: IncomingMessage, response: ServerResponse, text: string): void {
  // What is left of the body is not waited for; of HTTP/2 it ends with its stream.
  const isOnlyStream = http2Stream(request) !== undefined;
  answerText(response, 413, text, isOnlyStream ? {} : { Connection: 'close' });
  if (!isOnlyStream) response.once('close', () => request.socket.destroy());
}

function drain(request: IncomingMessage, limit: number): void {
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.byteLength;
    if (bytes > limit) breakOff(request);
  });
  // The rest of a body that never comes is the connection's matter.
  request.on('error', () => {});
}
