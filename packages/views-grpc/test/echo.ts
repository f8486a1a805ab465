import {
  Client,
  type ClientOptions,
  credentials,
  type Interceptor,
  type MethodDefinition,
  Server,
  ServerCredentials,
  type ServerInterceptor,
  type ServerOptions,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { Registry } from '@oriel/metrics';
import { Stats } from '@oriel/stats';
import {
  type GrpcCall,
  type GrpcClientInterceptorOptions,
  type GrpcRecorder,
  type GrpcServerInterceptorOptions,
  grpcClientExtraViews,
  grpcClientInterceptor,
  grpcClientViews,
  grpcFaultViews,
  grpcServerExtraViews,
  grpcServerInterceptor,
  grpcServerViews,
  openCensusRecorder,
} from '../src/index.ts';

export const bytes = (value: Buffer): Buffer => value;

type EchoMethod = MethodDefinition<Buffer, Buffer>;

function method(name: string, requestStream: boolean, responseStream: boolean): EchoMethod {
  return {
    path: `/test.Echo/${name}`,
    requestStream,
    responseStream,
    requestSerialize: bytes,
    requestDeserialize: bytes,
    responseSerialize: bytes,
    responseDeserialize: bytes,
  };
}

export type EchoName = 'Unary' | 'Collect' | 'Spread' | 'Chat';

/** A service whose messages are the bytes that travel, one method of each kind. */
export const echo: Readonly<Record<EchoName, EchoMethod>> = {
  Unary: method('Unary', false, false),
  Collect: method('Collect', true, false),
  Spread: method('Spread', false, true),
  Chat: method('Chat', true, true),
};

/** Measures with all their views, and a recorder that can be waited for. */
export class Figures implements GrpcRecorder {
  readonly stats: Stats;
  readonly registry: Registry = new Registry();
  /** RPCs that ended, in order. */
  readonly endedCalls: GrpcCall[] = [];
  readonly startedCalls: GrpcCall[] = [];
  readonly #inner: GrpcRecorder;
  #waiting: (() => void)[] = [];

  constructor() {
    this.stats = new Stats({ registry: this.registry });
    const { stats } = this;
    stats.registerViews(...grpcServerViews(stats), ...grpcServerExtraViews(stats));
    stats.registerViews(...grpcClientViews(stats), ...grpcClientExtraViews(stats), ...grpcFaultViews(stats));
    this.#inner = openCensusRecorder({ stats });
  }

  started(call: GrpcCall): void {
    this.#inner.started?.(call);
    this.startedCalls.push(call);
    this.#wake();
  }

  sent(call: GrpcCall, size: number): void {
    this.#inner.sent?.(call, size);
  }

  received(call: GrpcCall, size: number): void {
    this.#inner.received?.(call, size);
    this.#wake();
  }

  ended(call: GrpcCall): void {
    this.#inner.ended(call);
    this.endedCalls.push(call);
    this.#wake();
  }

  /** Waits until something is true of what was recorded. */
  async until(isTrue: () => boolean): Promise<void> {
    while (!isTrue()) await new Promise<void>((wake) => this.#waiting.push(wake));
  }

  /** Waits for so many ended RPCs of a side, and gives them. */
  async ends(side: GrpcCall['side'], count: number): Promise<GrpcCall[]> {
    const of = () => this.endedCalls.filter((call) => call.side === side);
    await this.until(() => of().length >= count);
    return of();
  }

  /** The rows of a view as `[tags…, number]`: counts and sums, or `[count, sum]` of a distribution. */
  rows(name: string): (string | number)[][] {
    return this.stats
      .retrieveData(name)
      .map((row) => [
        ...Object.values(row.tags),
        ...(row.distribution === undefined
          ? [row.value as number]
          : [row.distribution.count, row.distribution.sum]),
      ])
      .sort((a, b) => (a.join() < b.join() ? -1 : 1));
  }

  /** RPCs by side, method and status, as `server Unary OK`. */
  completed(side: GrpcCall['side']): Record<string, number> {
    const rows = this.stats.retrieveData(`grpc.io/${side}/completed_rpcs`);
    return Object.fromEntries(
      rows.map(({ tags, value }) => [
        `${tags[`grpc_${side}_method`]} ${tags[`grpc_${side}_status`]}`,
        value as number,
      ]),
    );
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }
}

export interface EchoOptions {
  readonly figures?: Figures;
  readonly server?: GrpcServerInterceptorOptions;
  readonly client?: GrpcClientInterceptorOptions;
  readonly serverOptions?: ServerOptions;
  readonly clientOptions?: ClientOptions;
  /** Interceptors nearer to the wire than the measuring one. */
  readonly inner?: readonly ServerInterceptor[];
  /** Interceptors nearer to the handler. */
  readonly outer?: readonly ServerInterceptor[];
  readonly innerClient?: readonly Interceptor[];
  readonly outerClient?: readonly Interceptor[];
  readonly service?: ServiceDefinition;
}

/** A server on a free port and a client of it, both measured. */
export class Echo implements AsyncDisposable {
  readonly figures: Figures;
  readonly server: Server;
  readonly client: Client;
  readonly address: string;

  private constructor(figures: Figures, server: Server, client: Client, address: string) {
    this.figures = figures;
    this.server = server;
    this.client = client;
    this.address = address;
  }

  static async start(handlers: UntypedServiceImplementation, options: EchoOptions = {}): Promise<Echo> {
    const figures = options.figures ?? new Figures();
    const given = { stats: figures.stats, recorder: figures };
    const measured = grpcServerInterceptor({ ...given, ...options.server });
    const server = new Server({
      ...options.serverOptions,
      interceptors: [...(options.inner ?? []), measured, ...(options.outer ?? [])],
    });
    server.addService(options.service ?? echo, handlers);
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => {
        if (error === null) resolve(bound);
        else reject(error);
      });
    });
    const address = `127.0.0.1:${port}`;
    const client = new Client(address, credentials.createInsecure(), {
      ...options.clientOptions,
      interceptors: [
        ...(options.outerClient ?? []),
        grpcClientInterceptor({ ...given, ...options.client }),
        ...(options.innerClient ?? []),
      ],
    });
    return new Echo(figures, server, client, address);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.client.close();
    this.server.forceShutdown();
  }
}
