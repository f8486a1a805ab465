import {
  type Metadata,
  ServerInterceptingCall,
  type ServerInterceptingCallInterface,
  type ServerInterceptor,
  status as Status,
} from '@grpc/grpc-js';
import { context } from '@opentelemetry/api';
import { TagMap } from '@oriel/stats';
import { HandlerScope } from './handler-scope.ts';
import { Rpc } from './rpc.ts';
import { withServerStats } from './server-stats.ts';
import { meterServer, type ServerStatus } from './server-wire.ts';
import {
  checkPassage,
  checkSwitch,
  type GrpcInterceptorOptions,
  settingsOf,
  type TagPassage,
} from './settings.ts';

export interface GrpcServerInterceptorOptions extends GrpcInterceptorOptions {
  /** Which tags of a request's `grpc-tags-bin` the handler runs with. Default: false, for a caller may be anybody. */
  readonly receiveTags?: TagPassage;
  /** Whether the handler runs with the tag `grpc_server_method`, which is never sent on. Default: true. */
  readonly methodTag?: boolean;
  /** Whether clients are told how long the server took, in `grpc-server-stats-bin`. Default: false. */
  readonly sendServerLatency?: boolean;
}

/**
 * Measures the RPCs of a grpc-js server: `new Server({ interceptors: [grpcServerInterceptor()] })`.
 *
 * Shape: place it first, so that it sees what others answer by themselves. A method that no service has is answered by grpc-js
 * before any interceptor, and is not counted.
 * Errors: {@link MetricsError} `ARGUMENT_INVALID`, `MEASURE_CONFLICT`; an RPC is never failed.
 *
 * @example
 * const interceptor = grpcServerInterceptor({ methodLimit: 100 });
 * assert.equal(typeof interceptor, 'function');
 */
export function grpcServerInterceptor(options: GrpcServerInterceptorOptions = {}): ServerInterceptor {
  const settings = settingsOf('server', options);
  const receiveTags = checkPassage('server', 'receiveTags', options.receiveTags ?? false);
  const methodTag = checkSwitch('server', 'methodTag', options.methodTag ?? true);
  const sendsLatency = checkSwitch('server', 'sendServerLatency', options.sendServerLatency ?? false);
  const scope = new HandlerScope({ receiveTags, methodTag }, settings.faults);
  return (method, call) => {
    const rpc = new Rpc('server', method, settings.names, settings.recorder);
    return new MeasuredServerCall(call, rpc, scope, sendsLatency);
  };
}

type ServerListener = Parameters<ServerInterceptingCallInterface['start']>[0];

class MeasuredServerCall extends ServerInterceptingCall {
  readonly #next: ServerInterceptingCallInterface;
  readonly #rpc: Rpc;
  readonly #scope: HandlerScope;
  readonly #sendsLatency: boolean;
  readonly #isMetered: boolean;
  #isListening = false;

  constructor(next: ServerInterceptingCallInterface, rpc: Rpc, scope: HandlerScope, sendsLatency: boolean) {
    super(next);
    this.#next = next;
    this.#rpc = rpc;
    this.#scope = scope;
    this.#sendsLatency = sendsLatency;
    this.#isMetered = meterServer(next, rpc, (status) => this.#answer(status));
  }

  override start(listener: ServerListener): void {
    this.#isListening = true;
    this.#next.start(new MeasuredServerListener(listener, this.#rpc, this.#scope, this.#isMetered));
  }

  override sendMetadata(metadata: Metadata): void {
    this.#next.sendMetadata(metadata);
  }

  override sendMessage(message: unknown, callback: () => void): void {
    if (!this.#isMetered) this.#rpc.sent(Number.NaN);
    this.#next.sendMessage(message, callback);
  }

  override sendStatus(status: ServerStatus): void {
    if (this.#isMetered) {
      this.#next.sendStatus(status);
      return;
    }
    this.#next.sendStatus(this.#answer(status));
    // Nobody listens for the end where an interceptor after this one answers by itself.
    if (!this.#isListening) this.#rpc.end(status.code);
  }

  #answer(status: ServerStatus): ServerStatus {
    this.#rpc.answered(status.code);
    if (!this.#sendsLatency) return status;
    return { ...status, metadata: withServerStats(status.metadata, this.#rpc.elapsedMs()) };
  }
}

class MeasuredServerListener implements ServerListener {
  readonly #next: ServerListener;
  readonly #rpc: Rpc;
  readonly #scope: HandlerScope;
  readonly #isMetered: boolean;
  #tags: TagMap = TagMap.empty;

  constructor(next: ServerListener, rpc: Rpc, scope: HandlerScope, isMetered: boolean) {
    this.#next = next;
    this.#rpc = rpc;
    this.#scope = scope;
    this.#isMetered = isMetered;
  }

  onReceiveMetadata(metadata: Metadata): void {
    this.#tags = this.#scope.tagsOf(metadata, this.#rpc.method);
    this.#rpc.start(metadata, this.#tags);
    this.#run(this.#next.onReceiveMetadata, metadata);
  }

  onReceiveMessage(message: unknown): void {
    if (!this.#isMetered) this.#rpc.received(Number.NaN);
    this.#run(this.#next.onReceiveMessage, message);
  }

  onReceiveHalfClose(): void {
    this.#run(this.#next.onReceiveHalfClose);
  }

  /** What grpc-js says at every end, after the status went out or the stream broke. */
  onCancel(): void {
    this.#rpc.end(Status.CANCELLED);
    this.#run(this.#next.onCancel);
  }

  // Each event of its own, for sockets have news in contexts of theirs.
  #run<Given extends unknown[]>(event: (...given: Given) => void, ...given: Given): void {
    const scoped = this.#scope.contextWith(this.#tags);
    if (scoped === undefined) event.apply(this.#next, given);
    else context.with(scoped, event, this.#next, ...given);
  }
}
