import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Clock } from '@oriel/exporter';
import type { Answer } from './answer.ts';
import { DeliveryError } from './delivery-error.ts';

/** What TLS needs to know. */
export interface TlsMaterial {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly serverName?: string;
  readonly insecure: boolean;
}

export interface PostOptions {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Ends the attempt when it aborts. */
  readonly signal: AbortSignal;
}

/** The most that is read of an answer. */
const BODY_LIMIT = 1024;

/** Posts requests to one address, over one connection that is kept. */
export class HttpSender {
  readonly #url: URL;
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  #tls: TlsMaterial = { insecure: false };
  #agent: HttpAgent | undefined;

  constructor(url: URL, { clock, timeoutMs }: { readonly clock: Clock; readonly timeoutMs: number }) {
    this.#url = url;
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
  }

  /** Uses other TLS material from the next connection on. */
  secure(tls: TlsMaterial): void {
    if (JSON.stringify(tls) === JSON.stringify(this.#tls)) return;
    this.close();
    this.#tls = tls;
  }

  /** Closes the connection; another call to {@link post} opens a new one. */
  close(): void {
    this.#agent?.destroy();
    this.#agent = undefined;
  }

  /** Errors: {@link DeliveryError}, where there is no answer; what the receiver answers is no error here. */
  async post(options: PostOptions): Promise<Answer> {
    const abort = new AbortController();
    const timer = this.#clock.setTimeout(() => abort.abort(), this.#timeoutMs);
    const signal = AbortSignal.any([options.signal, abort.signal]);
    try {
      return await this.#attempt({ ...options, signal });
    } catch (cause) {
      if (!abort.signal.aborted) throw networkError(cause, options.signal);
      throw new DeliveryError(`the receiver did not answer within ${this.#timeoutMs} ms`, {
        outlook: 'passing',
        code: 'ETIMEDOUT',
      });
    } finally {
      this.#clock.clearTimeout(timer);
    }
  }

  async #attempt(options: PostOptions): Promise<Answer> {
    const request = this.#open(options);
    try {
      return await answerOf(request, options.body);
    } catch (cause) {
      // A receiver closes a connection that has been idle for long; on a new one it may well listen.
      if (!request.reusedSocket || options.signal.aborted) throw cause;
      return answerOf(this.#open(options), options.body);
    }
  }

  #open({ headers, body, signal }: PostOptions): ClientRequest {
    const request = this.#url.protocol === 'https:' ? httpsRequest : httpRequest;
    this.#agent ??= this.#newAgent();
    return request(this.#url, {
      method: 'POST',
      agent: this.#agent,
      signal,
      headers: { ...headers, 'content-length': String(body.length) },
    });
  }

  #newAgent(): HttpAgent {
    const kept = { keepAlive: true, maxSockets: 1 };
    if (this.#url.protocol !== 'https:') return new HttpAgent(kept);
    const { ca, cert, key, serverName: servername, insecure } = this.#tls;
    const given = { ca, cert, key, servername };
    const tls = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    return new HttpsAgent({ ...kept, ...tls, rejectUnauthorized: !insecure });
  }
}

function answerOf(request: ClientRequest, body: Uint8Array): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request.on('error', reject);
    request.on('response', (response) => {
      bodyOf(response).then(
        (text) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
        reject,
      );
    });
    request.end(body);
  });
}

// Read to its end, as a connection is kept only then; but kept up to the limit.
async function bodyOf(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    if (length < BODY_LIMIT) parts.push(part.subarray(0, BODY_LIMIT - length));
    length += part.length;
  }
  return Buffer.concat(parts).toString();
}

function networkError(cause: unknown, signal: AbortSignal): unknown {
  if (cause instanceof DeliveryError) return cause;
  const fault = cause instanceof Error ? cause : new Error(String(cause));
  const message = signal.aborted
    ? 'the delivery was broken off, as the backend stops'
    : `the receiver cannot be reached: ${messageOf(fault)}`;
  return new DeliveryError(message, { outlook: 'passing', cause });
}

// Several addresses of one name fail as one error whose own message is empty.
function messageOf(error: Error): string {
  if (error instanceof AggregateError && error.message === '')
    return error.errors.map((each) => (each instanceof Error ? each.message : String(each))).join(', ');
  return error.message;
}
