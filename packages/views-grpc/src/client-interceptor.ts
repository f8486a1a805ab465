import {
  InterceptingCall,
  type InterceptingListener,
  type Interceptor,
  type Metadata,
  type StatusObject,
  status,
} from '@grpc/grpc-js';
import { activeTags, type TagMap } from '@oriel/stats';
import { type ClientLink, meterClient } from './client-wire.ts';
import { Rpc } from './rpc.ts';
import { serverStatsIn } from './server-stats.ts';
import {
  checkPassage,
  type GrpcInterceptorOptions,
  type InterceptorSettings,
  settingsOf,
  type TagPassage,
} from './settings.ts';
import { withTagHeader } from './tag-header.ts';

export interface GrpcClientInterceptorOptions extends GrpcInterceptorOptions {
  /** Which of the caller's tags go with the request, in `grpc-tags-bin`. Default: false. */
  readonly sendTags?: TagPassage;
}

/**
 * Measures the RPCs of a grpc-js client: `new Client(address, credentials, { interceptors: [grpcClientInterceptor()] })`.
 *
 * Shape: an RPC counts once, whatever the channel retries; an interceptor before it in the list that calls again makes one more
 * each time. Place it last to measure what goes to the channel.
 * Errors: {@link MetricsError} `ARGUMENT_INVALID`, `MEASURE_CONFLICT`; an RPC is never failed.
 *
 * @example
 * const interceptor = grpcClientInterceptor({ sendTags: true });
 * assert.equal(typeof interceptor, 'function');
 */
export function grpcClientInterceptor(options: GrpcClientInterceptorOptions = {}): Interceptor {
  const settings = settingsOf('client', options);
  const sendTags = checkPassage('client', 'sendTags', options.sendTags ?? false);
  return (call, nextCall) => {
    const rpc = new Rpc('client', call.method_definition, settings.names, settings.recorder);
    // Asked here: who calls `start` may have waited, and be in another context.
    return new MeasuredCall(nextCall(call), rpc, activeTags(), sendTags, settings);
  };
}

type ClientListener = Partial<InterceptingListener> | undefined;

class MeasuredCall extends InterceptingCall {
  readonly #next: ClientLink;
  readonly #rpc: Rpc;
  readonly #tags: TagMap;
  readonly #sendTags: TagPassage;
  readonly #settings: InterceptorSettings;
  readonly #isMetered: boolean;

  constructor(next: ClientLink, rpc: Rpc, tags: TagMap, sendTags: TagPassage, settings: InterceptorSettings) {
    super(next);
    this.#next = next;
    this.#rpc = rpc;
    this.#tags = tags;
    this.#sendTags = sendTags;
    this.#settings = settings;
    this.#isMetered = meterClient(next, rpc);
  }

  override start(metadata: Metadata, listener?: ClientListener): void {
    const outgoing =
      this.#sendTags === false
        ? metadata
        : withTagHeader(metadata, this.#tags, this.#sendTags, this.#settings.faults);
    this.#rpc.start(outgoing, this.#tags);
    try {
      this.#next.start(outgoing, new MeasuredListener(listener, this.#rpc, this.#isMetered));
    } catch (error) {
      this.#rpc.end(status.UNKNOWN);
      throw error;
    }
  }

  override sendMessageWithContext(
    context: Parameters<ClientLink['sendMessageWithContext']>[0],
    message: unknown,
  ): void {
    if (!this.#isMetered) this.#rpc.sent(Number.NaN);
    this.#next.sendMessageWithContext(context, message);
  }

  override sendMessage(message: unknown): void {
    if (!this.#isMetered) this.#rpc.sent(Number.NaN);
    this.#next.sendMessage(message);
  }

  override halfClose(): void {
    this.#next.halfClose();
  }
}

class MeasuredListener implements InterceptingListener {
  readonly #next: ClientListener;
  readonly #rpc: Rpc;
  readonly #isMetered: boolean;

  constructor(next: ClientListener, rpc: Rpc, isMetered: boolean) {
    this.#next = next;
    this.#rpc = rpc;
    this.#isMetered = isMetered;
  }

  onReceiveMetadata(metadata: Metadata): void {
    this.#next?.onReceiveMetadata?.(metadata);
  }

  onReceiveMessage(message: unknown): void {
    // A unary call without an answer gets null in its place.
    if (!this.#isMetered && message !== null) this.#rpc.received(Number.NaN);
    this.#next?.onReceiveMessage?.(message);
  }

  onReceiveStatus(received: StatusObject): void {
    this.#rpc.serverLatencyMs = serverStatsIn(received.metadata);
    this.#rpc.end(received.code);
    this.#next?.onReceiveStatus?.(received);
  }
}
