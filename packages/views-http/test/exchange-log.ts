import type { HttpExchange, HttpRecorder } from '../src/index.ts';

/** What an exchange said when it ended. */
export type Seen = Pick<
  HttpExchange,
  | 'side'
  | 'protocol'
  | 'method'
  | 'target'
  | 'path'
  | 'host'
  | 'route'
  | 'status'
  | 'statusCode'
  | 'latencyMs'
  | 'receivedBytes'
  | 'sentBytes'
  | 'requestBodyBytes'
  | 'responseBodyBytes'
  | 'upgraded'
>;

const fields = [
  'side',
  'protocol',
  'method',
  'target',
  'path',
  'host',
  'route',
  'status',
  'statusCode',
  'latencyMs',
  'receivedBytes',
  'sentBytes',
  'requestBodyBytes',
  'responseBodyBytes',
  'upgraded',
] as const;

/** Keeps what was recorded, and lets a test wait for it. */
export class ExchangeLog implements HttpRecorder {
  readonly all: Seen[] = [];
  readonly #waiting: (() => void)[] = [];

  server(exchange: HttpExchange): void {
    this.#add(exchange);
  }

  client(exchange: HttpExchange): void {
    this.#add(exchange);
  }

  get servers(): Seen[] {
    return this.all.filter(({ side }) => side === 'server');
  }

  get clients(): Seen[] {
    return this.all.filter(({ side }) => side === 'client');
  }

  /** Resolves when so many exchanges of a side have ended. */
  async until(side: 'server' | 'client', count: number): Promise<Seen[]> {
    const list = (): Seen[] => (side === 'server' ? this.servers : this.clients);
    while (list().length < count) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return list();
  }

  #add(exchange: HttpExchange): void {
    this.all.push(Object.fromEntries(fields.map((field) => [field, exchange[field]])) as unknown as Seen);
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
