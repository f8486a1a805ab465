import { isBodiless, type ReceivedHead, receivedBody, sentUndiciBody } from './body-size.ts';
import type { CountingSocket } from './byte-meter.ts';
import { type HttpExchange, lengthOf } from './http-exchange.ts';
import { OutgoingExchange } from './outgoing-exchange.ts';

/** A request as undici publishes it, whichever copy of undici. */
export interface UndiciRequest {
  readonly origin?: string | URL;
  readonly path: string;
  readonly method: string;
  readonly upgrade?: string | null;
  readonly host?: string | null;
  readonly contentLength?: number | null;
  readonly body?: unknown;
  /** Its way of saying that an upgrade was answered, before it had channels for that. */
  onUpgrade?(status: number, ...rest: unknown[]): unknown;
  addHeader?(name: string, value: string): unknown;
}

/** The head of a response as undici publishes it. */
export interface UndiciResponse {
  readonly statusCode: number;
  readonly statusText?: string;
  readonly headers: readonly unknown[] | Readonly<Record<string, unknown>>;
}

/** A request made with `fetch` or undici, from the call to the end of the response. */
export class UndiciExchange extends OutgoingExchange<UndiciRequest> implements HttpExchange {
  /** The connection it went out on last. */
  socket: (CountingSocket & { readonly localPort?: number }) | undefined;
  /** As it was sent last, but for its last lines; undici makes them itself. */
  head: string | undefined;
  response: UndiciResponse | undefined;
  upgraded = false;

  get protocol(): 'http' | 'h2' {
    return this.head === undefined || this.head.startsWith(`${this.method} `) ? 'http' : 'h2';
  }

  get host(): string {
    const { host, origin } = this.request;
    if (typeof host === 'string') return host;
    const text = String(origin ?? '');
    const start = text.indexOf('://');
    return start < 0 ? text : text.slice(start + 3);
  }

  get localPort(): number {
    return this.socket?.localPort ?? 0;
  }

  get statusCode(): number | undefined {
    return this.response?.statusCode;
  }

  get requestBodyBytes(): number | undefined {
    const length = lengthOf(this.request.contentLength) ?? lengthOf(sizeOf(this.request.body));
    if (this.protocol === 'h2') return length;
    return this.head === undefined ? 0 : sentUndiciBody(this.head, length, this.sentBytes);
  }

  get responseBodyBytes(): number | undefined {
    const { response } = this;
    if (response === undefined || this.upgraded || isBodiless(this.method, response.statusCode)) return 0;
    const { headers, statusText = '' } = response;
    if (this.protocol === 'h2' || !Array.isArray(headers))
      return lengthOf(headerOf(headers, 'content-length'));
    const pairs = headers as ReceivedHead['pairs'];
    const complete = typeof this.status === 'number';
    return receivedBody(
      { firstLine: statusText.length + 15, pairs, complete, openEnd: true },
      this.receivedBytes,
    );
  }
}

// Of none, a buffer or a blob; streams do not tell.
function sizeOf(body: unknown): unknown {
  const { byteLength, size } = (body ?? { size: 0 }) as {
    readonly byteLength?: unknown;
    readonly size?: unknown;
  };
  return byteLength ?? size;
}

// Pairs of buffers or strings, or an object, by version and protocol.
function headerOf(headers: UndiciResponse['headers'] | undefined, name: string): unknown {
  if (headers === undefined) return undefined;
  if (!Array.isArray(headers)) return (headers as Readonly<Record<string, unknown>>)[name];
  for (let i = 0; i + 1 < headers.length; i += 2) {
    if (String(headers[i]).toLowerCase() === name) return String(headers[i + 1]);
  }
  return undefined;
}
