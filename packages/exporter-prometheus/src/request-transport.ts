import type { IncomingMessage } from 'node:http';
import { constants, type Http2ServerRequest, type ServerHttp2Stream } from 'node:http2';

/** The stream of a request that shares its connection with others; undefined for HTTP/1. */
export function http2Stream(request: IncomingMessage): ServerHttp2Stream | undefined {
  // Node's HTTP/2 requests only look like those of HTTP/1.
  return request.httpVersionMajor < 2
    ? undefined
    : ((request as unknown as Http2ServerRequest).stream as ServerHttp2Stream);
}

/** Breaks an answer off, so that the client sees a broken one, never a short one. Others on the connection go on. */
export function breakOff(request: IncomingMessage): void {
  const stream = http2Stream(request);
  if (stream !== undefined) stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  // An HTTP/1.0 body ends with its connection: only a reset tells a cut from an end.
  else if (request.httpVersionMinor !== 0 || !wasReset(request)) request.socket.destroy();
}

// Not every kind of socket can be reset.
function wasReset({ socket }: IncomingMessage): boolean {
  try {
    socket.resetAndDestroy();
    return true;
  } catch {
    return false;
  }
}
