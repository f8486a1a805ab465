import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';
import { type Behaviour, type Destination, type Fault, THROTTLE_SECONDS } from './destination.ts';
import { LoopbackPort } from './loopback-port.ts';

/** A request as it came, its body as it was sent: compressed, if it was. */
export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface HttpAnswer {
  /** Default: 200. */
  readonly status?: number;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Uint8Array;
}

export interface HttpDestinationOptions {
  /** Answers while it behaves well. A status of 400 and above refuses: the request is not among those taken. */
  readonly answer?: (request: ReceivedRequest) => HttpAnswer | Promise<HttpAnswer>;
}

/** An HTTP server that can be told to behave badly, in every way a {@link Fault} knows. */
export interface HttpDestination extends Destination {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  readonly port: number;
  readonly attempts: number;
  /** The requests it has taken since the last call, oldest first. */
  take(): ReceivedRequest[];
}

/**
 * Starts an HTTP server on a free port of the loopback address.
 *
 * @example
 * const destination = await httpDestination();
 * await fetch(`${destination.url}/push`, { method: 'POST', body: 'jobs 3' });
 * assert.equal(destination.take()[0].body.toString(), 'jobs 3');
 * await destination.behave('fail');
 * assert.equal((await fetch(destination.url)).status, 503);
 * await destination.close();
 */
export async function httpDestination(options: HttpDestinationOptions = {}): Promise<HttpDestination> {
  const destination = new HttpServerDestination(options);
  await destination.behave('well');
  return destination;
}

class HttpServerDestination implements HttpDestination {
  readonly #answer: NonNullable<HttpDestinationOptions['answer']>;
  readonly #sockets = new Set<Socket>();
  readonly #port: LoopbackPort;
  #behaviour: Behaviour = 'well';
  #taken: ReceivedRequest[] = [];
  #attempts = 0;

  constructor({ answer = () => ({}) }: HttpDestinationOptions) {
    this.#answer = answer;
    this.#port = new LoopbackPort(
      () =>
        createServer((request, response) => void this.#serve(request, response)).on('connection', this.#keep),
      () => this.#cut(),
    );
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get port(): number {
    return this.#port.port;
  }

  get attempts(): number {
    return this.#attempts;
  }

  take(): ReceivedRequest[] {
    return this.#taken.splice(0);
  }

  async behave(behaviour: Behaviour): Promise<void> {
    // What was left without an answer gets none any more.
    if (this.#behaviour === 'hang') this.#cut();
    this.#behaviour = behaviour;
    if (behaviour === 'absent') await this.#port.close();
    else await this.#port.open();
  }

  close(): Promise<void> {
    return this.#port.close();
  }

  readonly #keep = (socket: Socket): void => {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
  };

  #cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const behaviour = this.#behaviour;
    this.#attempts++;
    try {
      const received = await receive(request);
      if (behaviour === 'hang') return;
      if (behaviour === 'cut') request.socket.destroy();
      else if (behaviour === 'well') await this.#take(received, response);
      else send(response, badAnswers[behaviour as keyof typeof badAnswers]);
    } catch {
      // The sender went away.
      request.socket.destroy();
    }
  }

  async #take(received: ReceivedRequest, response: ServerResponse): Promise<void> {
    const answer = await this.#answer(received);
    if ((answer.status ?? 200) < 400) this.#taken.push(received);
    send(response, answer);
  }
}

const badAnswers: Readonly<Record<Exclude<Fault, 'absent' | 'cut' | 'hang'>, HttpAnswer>> = {
  refuse: { status: 400, body: 'told to refuse' },
  throttle: { status: 429, headers: { 'retry-after': String(THROTTLE_SECONDS) }, body: 'told to throttle' },
  fail: { status: 503, body: 'told to fail' },
};

async function receive(request: IncomingMessage): Promise<ReceivedRequest> {
  const { method = '', url: path = '', headers } = request;
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return { method, path, headers, body: Buffer.concat(parts) };
}

function send(response: ServerResponse, { status = 200, headers = {}, body = '' }: HttpAnswer): void {
  response.writeHead(status, headers).end(body);
}
