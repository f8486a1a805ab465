import { readFile } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest, type RequestOptions as TlsOptions } from 'node:https';
import { Readable } from 'node:stream';
import { MetricsError } from '@oriel/metrics';
import { type Body, sizeOf } from './body.ts';
import { GatewayError, retryAfterMs } from './gateway-error.ts';
import type { PushgatewaySettings } from './settings.ts';
import type { Target } from './target.ts';

/** One request to the group. */
export interface GatewayRequest {
  readonly method: 'PUT' | 'POST' | 'DELETE';
  readonly body?: Body;
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch, to read dates by. */
  readonly now: number;
}

// The most that is read of an answer.
const ANSWER_LIMIT = 1024;

/**
 * Sends one request, on a connection of its own: pushes are rare, and one that was kept may be dead by then.
 *
 * Errors: {@link GatewayError} for an answer that is no 2xx; {@link MetricsError} `OPTION_INVALID` for a file that
 * cannot be read; what the network says.
 */
export async function askGateway(target: Target, asked: GatewayRequest): Promise<void> {
  const { method, body, signal, now } = asked;
  const headers = { ...(await authorization(target)), ...target.settings.headers, ...body?.headers };
  const options = { method, headers, signal, agent: false, ...(await tlsOf(target)) };
  const response = await answered(target, options, body);
  const text = await textOf(response);
  const { statusCode: status = 0 } = response;
  if (status >= 200 && status < 300) return;
  const { location, 'retry-after': wait } = response.headers;
  throw new GatewayError(
    status,
    location === undefined ? text : `go to ${location}`,
    retryAfterMs(wait, now),
  );
}

function answered(
  { origin, path }: Target,
  options: RequestOptions,
  body: Pick<Body, 'chunks'> = { chunks: [] },
): Promise<IncomingMessage> {
  const open = origin.protocol === 'https:' ? httpsRequest : httpRequest;
  const length = { 'content-length': String(sizeOf(body)) };
  return new Promise((resolve, reject) => {
    // The path as it is: a URL would take dots out of it.
    const request = open(origin, { ...options, path, headers: { ...options.headers, ...length } });
    request.on('error', reject);
    request.on('response', resolve);
    Readable.from(body.chunks).pipe(request);
  });
}

async function textOf(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    if (length < ANSWER_LIMIT) parts.push(part.subarray(0, ANSWER_LIMIT - length));
    length += part.length;
  }
  return Buffer.concat(parts).toString();
}

async function authorization({ settings, user }: Target): Promise<{ authorization?: string }> {
  const username = user?.username ?? settings.username;
  const password = user?.password ?? (await passwordOf(settings));
  if (username === '' && password === '') return {};
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
}

async function passwordOf({ password, passwordFile }: PushgatewaySettings): Promise<string> {
  // Editors end a file with a line feed, which is no part of the secret.
  return passwordFile === '' ? password : (await contentOf(passwordFile, 'passwordFile')).trim();
}

async function tlsOf({ origin, settings }: Target): Promise<TlsOptions> {
  if (origin.protocol !== 'https:') return {};
  const { tlsCa, tlsCert, tlsKey, tlsServerName, tlsInsecure } = settings;
  return {
    rejectUnauthorized: !tlsInsecure,
    ...(tlsServerName !== '' && { servername: tlsServerName }),
    ...(tlsCa !== '' && { ca: await contentOf(tlsCa, 'tlsCa') }),
    ...(tlsCert !== '' && { cert: await contentOf(tlsCert, 'tlsCert') }),
    ...(tlsKey !== '' && { key: await contentOf(tlsKey, 'tlsKey') }),
  };
}

async function contentOf(path: string, setting: keyof PushgatewaySettings): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new MetricsError('OPTION_INVALID', {
      message: `Cannot read file "${path}" of setting "${setting}" of backend "pushgateway": ${(cause as Error).message}; check the path and its permissions`,
      details: { setting, path },
      cause,
    });
  }
}
