import { connect as connectHttp2, type IncomingHttpHeaders } from 'node:http2';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { text } from 'node:stream/consumers';
import type { Certificates, Pair } from '../../../test/support/certificates.ts';

export interface SecureAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** Asks over TLS and HTTP/1.1 on a connection of its own; rejects when the server does not let it in. */
export function askSecurely(
  port: number,
  certificates: Certificates,
  { client, ...options }: RequestOptions & { readonly client?: Pair } = {},
): Promise<SecureAnswer> {
  const { cert, key } = client ?? {};
  return new Promise((resolve, reject) => {
    const request = httpsRequest(
      { host: '127.0.0.1', port, path: '/metrics', ca: certificates.ca, agent: false, cert, key, ...options },
      (response) => {
        const { statusCode: status = 0, headers } = response;
        text(response).then((body) => resolve({ status, headers, text: body }), reject);
      },
    );
    request.on('error', reject);
    request.end();
  });
}

/** Asks over HTTP/2 any number of times at once, in one session. */
export async function askHttp2(
  port: number,
  certificates: Certificates,
  requests: readonly Readonly<Record<string, string>>[],
): Promise<SecureAnswer[]> {
  const session = connectHttp2(`https://127.0.0.1:${port}`, { ca: certificates.ca });
  try {
    return await Promise.all(
      requests.map(async (headers) => {
        const stream = session.request({ ':path': '/metrics', ...headers });
        const got = new Promise<IncomingHttpHeaders>((resolve, reject) => {
          stream.once('response', resolve);
          stream.once('error', reject);
        });
        stream.end();
        const answered = await got;
        return { status: Number(answered[':status']), headers: answered, text: await text(stream) };
      }),
    );
  } finally {
    session.close();
  }
}
