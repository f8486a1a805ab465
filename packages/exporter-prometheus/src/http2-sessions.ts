import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import {
  constants,
  type Http2SecureServer,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import { answerText } from './plain-answer.ts';
import { http2Stream } from './request-transport.ts';

/** Limits that node has for HTTP/1 only. */
export interface SessionLimits {
  /** Time for the first request, in milliseconds. */
  readonly firstMs: number;
  /** Time for a client to send a whole request, in milliseconds. */
  readonly requestMs: number;
  /** How long a silent session is kept, in milliseconds. */
  readonly idleMs: number;
}

/** Ends HTTP/2 sessions that ask for nothing, and requests that do not end. */
export function limitSessions(
  server: Http2SecureServer,
  { firstMs, requestMs, idleMs }: SessionLimits,
): void {
  server.on('session', (session: ServerHttp2Session) => {
    const first = setTimeout(() => session.destroy(), firstMs).unref();
    let streams = 0;
    session.on('stream', (stream) => {
      clearTimeout(first);
      streams++;
      stream.once('close', () => streams--);
      if (!stream.endAfterHeaders) limitRequest(stream, requestMs);
    });
    session.once('close', () => clearTimeout(first));
    // An answer that takes longer is sent before the session ends.
    session.setTimeout(idleMs, () => (streams === 0 ? session.destroy() : session.close()));
    // Its client's matter.
    session.on('error', () => {});
  });
}

function limitRequest(stream: ServerHttp2Stream, requestMs: number): void {
  const timer = setTimeout(() => {
    const { NGHTTP2_INTERNAL_ERROR, NGHTTP2_NO_ERROR } = constants;
    // An answer that is not over must not look so.
    stream.close(stream.writableFinished ? NGHTTP2_NO_ERROR : NGHTTP2_INTERNAL_ERROR);
  }, requestMs).unref();
  const over = (): void => clearTimeout(timer);
  stream.once('end', over).once('close', over);
}

// By the definition of SETTINGS_MAX_HEADER_LIST_SIZE, which clients need not keep to.
const FIELD_BYTES = 32;

/** Refuses HTTP/2 requests whose headers are too large, as node does for HTTP/1. */
export function limitHeaders(handle: RequestListener, maxBytes: number): RequestListener {
  return (request: IncomingMessage, response: ServerResponse) => {
    if (http2Stream(request) === undefined || headerBytes(request) <= maxBytes) handle(request, response);
    else answerText(response, 431, `Request headers are too large; send up to ${maxBytes} bytes\n`);
  };
}

function headerBytes({ rawHeaders }: IncomingMessage): number {
  return rawHeaders.reduce((sum, text) => sum + text.length, (rawHeaders.length / 2) * FIELD_BYTES);
}
