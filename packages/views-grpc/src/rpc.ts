import type { Metadata } from '@grpc/grpc-js';
import { TagMap } from '@oriel/stats';
import { type GrpcCall, type GrpcKind, type GrpcRecorder, type GrpcSide, kindOf } from './grpc-call.ts';
import type { MethodNames } from './method-names.ts';
import { statusName } from './status-name.ts';

/** What both sides of grpc-js know of a method. */
export interface RpcMethod {
  readonly path: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
}

/** Follows one RPC and tells the recorder; started and ended once, however often either is said. */
export class Rpc implements GrpcCall {
  readonly side: GrpcSide;
  readonly kind: GrpcKind;
  readonly path: string;
  readonly method: string;
  metadata: Metadata | undefined = undefined;
  tags: TagMap = TagMap.empty;
  status = '';
  statusCode: number = Number.NaN;
  latencyMs: number = Number.NaN;
  serverLatencyMs: number = Number.NaN;
  sentMessages = 0;
  receivedMessages = 0;
  sentBytes = 0;
  receivedBytes = 0;
  readonly #recorder: Required<GrpcRecorder>;
  readonly #since: number = performance.now();
  #answer: number | undefined;
  #started = false;

  constructor(side: GrpcSide, of: RpcMethod, names: MethodNames, recorder: Required<GrpcRecorder>) {
    this.side = side;
    this.kind = kindOf(of.requestStream, of.responseStream);
    this.path = of.path;
    this.method = names.of(of.path);
    this.#recorder = recorder;
  }

  start(metadata: Metadata | undefined, tags: TagMap): void {
    if (this.#started) return;
    this.#started = true;
    this.metadata = metadata;
    this.tags = tags;
    this.#recorder.started(this);
  }

  /** A message was serialized, to this many bytes; NaN if that cannot be known. */
  sent(bytes: number): void {
    if (this.ended) return;
    this.sentMessages++;
    this.sentBytes += bytes;
    this.#recorder.sent(this, bytes);
  }

  /** A message came in. */
  received(bytes: number): void {
    if (this.ended) return;
    this.receivedMessages++;
    this.receivedBytes += bytes;
    this.#recorder.received(this, bytes);
  }

  /** The status that will end it, unless one was said before. */
  answered(code: number): void {
    this.#answer ??= code;
  }

  get ended(): boolean {
    return this.status !== '';
  }

  /** How long it goes on. */
  elapsedMs(): number {
    return performance.now() - this.#since;
  }

  /** It is over, with the status it was answered with or else this one. */
  end(code: number): void {
    if (this.ended) return;
    this.start(undefined, this.tags);
    this.latencyMs = this.elapsedMs();
    this.statusCode = this.#answer ?? code;
    this.status = statusName(this.statusCode);
    this.#recorder.ended(this);
  }
}
