import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { DeliveryError } from './delivery-error.ts';
import type { TlsMaterial } from './tls-material.ts';
import type { Posted, Transport } from './transport.ts';

export interface HttpTransportOptions {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly compression: 'none' | 'gzip';
  readonly tls: TlsMaterial;
  readonly now: () => number;
}

/** The most that is read of an answer. */
const ANSWER_LIMIT = 65_536;

// Source: OTLP specification, "Failures", "Retryable Response Codes".
const transientStatuses: ReadonlySet<number> = new Set([429, 502, 503, 504]);

const compressed = promisify(gzip);

/** OTLP over HTTP, on connections that are kept. It never tries twice: the queue before it does. */
export class HttpTransport implements Transport {
  readonly #options: HttpTransportOptions;
  readonly #agent: HttpAgent;

  constructor(options: HttpTransportOptions) {
    this.#options = options;
    const { ca, cert, key, serverName, insecure } = options.tls;
    const servername = serverName === '' ? undefined : serverName;
    const tls = Object.entries({ ca, cert, key, servername }).filter(([, value]) => value !== undefined);
    this.#agent =
      options.url.protocol === 'https:'
        ? new HttpsAgent({ keepAlive: true, rejectUnauthorized: !insecure, ...Object.fromEntries(tls) })
        : new HttpAgent({ keepAlive: true });
  }

  async post(body: Uint8Array, signal: AbortSignal): Promise<Posted> {
    const isGzip = this.#options.compression === 'gzip';
    const sent = isGzip ? await compressed(body) : body;
    const headers = {
      ...this.#options.headers,
      'content-length': String(sent.length),
      ...(isGzip && { 'content-encoding': 'gzip' }),
    };
    const request = this.#open(headers, signal);
    const response = await responseTo(request, sent);
    const answer = await bodyOf(response);
    // Answered before it was read to its end: the rest is not wanted, and its memory is somebody else's now.
    if (!request.writableFinished) request.destroy();
    const failure = failureOf(response, answer, this.#options.now());
    if (failure !== undefined) throw failure;
    return { answer, bytes: sent.length };
  }

  close(): void {
    this.#agent.destroy();
  }

  #open(headers: Readonly<Record<string, string>>, signal: AbortSignal): ClientRequest {
    const { url } = this.#options;
    const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
    return request(url, { method: 'POST', agent: this.#agent, headers, signal });
  }
}

function responseTo(request: ClientRequest, body: Uint8Array): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.on('response', resolve);
    request.on('error', (cause) => reject(networkError(cause)));
    request.end(body);
  });
}

// Read to its end, as a connection is kept only then; but kept up to the limit.
async function bodyOf(response: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const part of response as AsyncIterable<Buffer>) {
      if (length < ANSWER_LIMIT) parts.push(part.subarray(0, ANSWER_LIMIT - length));
      length += part.length;
    }
  } catch (cause) {
    // What it has taken is taken, though the rest of its answer is lost.
    if (!isTaken(response)) throw networkError(cause as Error);
  }
  return Buffer.concat(parts);
}

function isTaken({ statusCode = 0 }: IncomingMessage): boolean {
  return statusCode >= 200 && statusCode < 300;
}

function failureOf(response: IncomingMessage, answer: Buffer, now: number): DeliveryError | undefined {
  if (isTaken(response)) return undefined;
  const { statusCode: status = 0, statusMessage = '', headers } = response;
  const said = textOf(answer);
  return new DeliveryError(
    `Cannot send metrics: the receiver answered ${status} ${statusMessage}${said === '' ? '' : `, "${said}"`}`,
    {
      status,
      transient: transientStatuses.has(status),
      retryAfterMs: retryAfter(headers['retry-after'], now),
    },
  );
}

// What is no text, as the status message of protobuf, says nothing to a reader.
function textOf(answer: Buffer): string {
  const text = answer.subarray(0, 200).toString();
  return /^[\x20-\x7e\s]*$/.test(text) ? text.trim() : '';
}

function retryAfter(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function networkError(cause: Error & { readonly code?: unknown }): DeliveryError {
  const code = typeof cause.code === 'string' ? cause.code : 'ECONNRESET';
  return new DeliveryError(`Cannot reach the receiver of metrics: ${messageOf(cause)}`, {
    code,
    transient: true,
    cause,
  });
}

// Several addresses of one name fail as one error whose own message is empty.
function messageOf(error: Error): string {
  if (error instanceof AggregateError && error.message === '')
    return error.errors.map((each) => (each instanceof Error ? each.message : String(each))).join(', ');
  return error.message;
}
