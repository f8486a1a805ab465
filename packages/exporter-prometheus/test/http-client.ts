import { type Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
}

export interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Keeps connections. Default: one connection for one request. */
  readonly agent?: Agent;
  readonly signal?: AbortSignal;
  /** The request target, if it is not that of the URL. */
  readonly path?: string;
}

/** Sends one request and reads the whole answer; rejects when the answer is cut off. */
export function ask(url: string, { body, agent, path, ...options }: Ask = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const target = path === undefined ? {} : { path };
    const request = httpRequest(url, { ...options, ...target, agent: agent ?? false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const whole = Buffer.concat(chunks);
        const { statusCode: status = 0, headers } = response;
        resolve({ status, headers, body: whole, text: whole.toString() });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** Opens a connection and sends a text as it is. */
export function rawConnection(port: number, sent: string): Socket {
  const socket = connect(port, '127.0.0.1');
  socket.write(sent);
  return socket;
}

/** Sends a text as it is and gives all that comes back until the server closes. */
export function rawExchange(port: number, sent: string): Promise<string> {
  return text(rawConnection(port, sent));
}
