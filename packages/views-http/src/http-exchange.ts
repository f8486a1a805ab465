import type { TagMap } from '@oriel/stats';

/** Why a request ended without a whole response. */
export type HttpFailure = 'aborted' | 'error' | 'timeout';

/** What is known of a request when it begins. */
export interface HttpRequestInfo {
  readonly side: 'server' | 'client';
  /** `h2` where requests share a connection. */
  readonly protocol: 'http' | 'h2';
  /** As it was sent, so anything; empty if it could not be read. */
  readonly method: string;
  /** As it was sent: path and query, or a whole URL. */
  readonly target: string;
  /** The target without origin, query and fragment. */
  readonly path: string;
  /** Name and port asked for, as sent; empty if there is none. */
  readonly host: string;
  /** The server's port; 0 if it is not known. */
  readonly localPort: number;
  /** Tags that came with the request, or that it was made under. */
  readonly tags: TagMap;
}

/** A request with what became of it. */
export interface HttpExchange extends HttpRequestInfo {
  /** The handler's pattern; empty if nobody told it, and on a client. */
  readonly route: string;
  /** The status code of a whole response, else what came between. */
  readonly status: number | HttpFailure;
  /** The status code that was sent or received, also where the response broke off later. */
  readonly statusCode: number | undefined;
  /** Monotonic, with fractions. */
  readonly latencyMs: number;
  /** On the wire, heads included, in TLS after decryption. */
  readonly receivedBytes: number;
  readonly sentBytes: number;
  /** Of the body as it travelled, without head; 0 if there is none, undefined where that cannot be told apart. */
  readonly requestBodyBytes: number | undefined;
  readonly responseBodyBytes: number | undefined;
  /** Whether the connection now speaks another protocol, as after a WebSocket's handshake. */
  readonly upgraded: boolean;
}

/**
 * Records exchanges, each once, when it ends. Both are called in the middle of Node's own work: they must be quick.
 * What they throw is caught and counted.
 */
export interface HttpRecorder {
  server?(exchange: HttpExchange): void;
  client?(exchange: HttpExchange): void;
}

/** The path of a request's target: without scheme and host, query and fragment. */
export function pathOf(target: string): string {
  let end = target.indexOf('?');
  if (end < 0) end = target.length;
  const hash = target.indexOf('#');
  if (hash >= 0 && hash < end) end = hash;
  const scheme = schemeOf(target);
  if (scheme === 0) return end === target.length ? target : target.slice(0, end);
  const slash = target.indexOf('/', scheme);
  return slash < 0 || slash >= end ? '/' : target.slice(slash, end);
}

// Length of the scheme with its slashes; 0 if there is none. Of a path without its first slash it may be a part later on.
function schemeOf(target: string): number {
  if (target.charCodeAt(0) === 0x2f) return 0;
  const colon = target.indexOf('://');
  return colon > 0 && /^[a-z][a-z\d+.-]*$/i.test(target.slice(0, colon)) ? colon + 3 : 0;
}

/** A Content-Length as a number, if it is one. */
export function lengthOf(header: unknown): number | undefined {
  if (typeof header === 'number') return Number.isSafeInteger(header) && header >= 0 ? header : undefined;
  if (typeof header !== 'string' || !/^\d{1,15}$/.test(header)) return undefined;
  return Number(header);
}
