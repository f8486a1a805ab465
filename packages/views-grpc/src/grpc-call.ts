import type { Metadata } from '@grpc/grpc-js';
import type { TagMap } from '@oriel/stats';

/** Which end of the RPC this process is. */
export type GrpcSide = 'client' | 'server';

/** Who streams: nobody, the client, the server, or both. */
export type GrpcKind = 'unary' | 'clientStream' | 'serverStream' | 'bidi';

/**
 * One RPC as it goes on; a recorder gets the same object from its start to its end.
 *
 * Shape: numbers are those so far, and final in `ended`. A message counts when it was serialized to be sent, or had come in
 * whole; its bytes are those of the message itself, uncompressed and without gRPC's five bytes in front.
 */
export interface GrpcCall {
  readonly side: GrpcSide;
  readonly kind: GrpcKind;
  /** As it stands in the request, whatever a peer wrote there: `/package.Service/Method`. */
  readonly path: string;
  /** Fit for a label: `package.Service/Method`, or {@link OTHER_METHOD} beyond the limit of methods. */
  readonly method: string;
  /** What came with the request, or goes with it; missing on a server if the RPC ended before it was read. */
  readonly metadata: Metadata | undefined;
  /** The tags of the caller of a client's RPC, or those of the server's handler. */
  readonly tags: TagMap;
  /** `OK`, `DEADLINE_EXCEEDED`, …, `CODE_42`; empty before the end. */
  readonly status: string;
  /** The number of the status; NaN before the end. */
  readonly statusCode: number;
  /** From the request's start to the status, in milliseconds with fractions; NaN before the end. */
  readonly latencyMs: number;
  /** On a client: the time the server says it took, if it says so; NaN otherwise. */
  readonly serverLatencyMs: number;
  readonly sentMessages: number;
  readonly receivedMessages: number;
  /** NaN if messages were sent whose size could not be had. */
  readonly sentBytes: number;
  /** NaN if messages came whose size could not be had. */
  readonly receivedBytes: number;
}

/**
 * Makes measurements of RPCs.
 *
 * Shape: `started` and `ended` are called once each for an RPC, in this order; the others between them, for each message. What it
 * throws is counted as the fault `recorder_failed` and harms nobody.
 */
export interface GrpcRecorder {
  started?(call: GrpcCall): void;
  sent?(call: GrpcCall, bytes: number): void;
  received?(call: GrpcCall, bytes: number): void;
  ended(call: GrpcCall): void;
}

/** The kind of a method by which of its sides streams. */
export function kindOf(requestStream: boolean, responseStream: boolean): GrpcKind {
  if (requestStream) return responseStream ? 'bidi' : 'clientStream';
  return responseStream ? 'serverStream' : 'unary';
}
