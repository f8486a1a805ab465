import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerText } from './plain-answer.ts';

/**
 * Keeps out requests with a large body: nothing here reads one.
 *
 * A body that says its length is refused with 413. One that does not is drained up to the limit, and its
 * connection destroyed beyond it. True if the request has been answered.
 */
export function refusedBody(request: IncomingMessage, response: ServerResponse, limit: number): boolean {
  if (Number(request.headers['content-length'] ?? 0) > limit) {
    answerText(response, 413, `Request body is too large; send none, or up to ${limit} bytes\n`, {
      Connection: 'close',
    });
    response.once('close', () => request.socket.destroy());
    return true;
  }
  drain(request, limit);
  return false;
}

function drain(request: IncomingMessage, limit: number): void {
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.byteLength;
    if (bytes > limit) request.socket.destroy();
  });
  // The rest of a body that never comes is the connection's matter.
  request.on('error', () => {});
}
