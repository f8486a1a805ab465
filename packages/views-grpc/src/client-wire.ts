import type { InterceptingCall } from '@grpc/grpc-js';
import { lowest } from './lowest-call.ts';
import type { Rpc } from './rpc.ts';

/** The part of grpc-js's method definition that turns messages into bytes and back. */
interface ClientCodec {
  readonly path: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
  requestSerialize(message: unknown): Buffer;
  responseDeserialize(bytes: Buffer): unknown;
}

/** A call as `nextCall` gives it: the declared type, or any other object that acts like it. */
export type ClientLink = Pick<
  InterceptingCall,
  | 'start'
  | 'sendMessage'
  | 'sendMessageWithContext'
  | 'startRead'
  | 'halfClose'
  | 'cancelWithStatus'
  | 'getPeer'
  | 'getAuthContext'
>;

/**
 * Has the messages of one client's RPC counted where grpc-js makes bytes of them, and tells whether it could.
 *
 * Interceptors see messages only, so the lowest call of the chain gets a codec of its own. What it is called there is no
 * public interface of grpc-js: where it is not found sizes stay unknown and nothing else changes.
 */
export function meterClient(call: ClientLink, rpc: Rpc): boolean {
  const found = lowest(call) as { methodDefinition?: ClientCodec };
  const codec = found.methodDefinition;
  if (typeof codec?.requestSerialize !== 'function' || typeof codec.responseDeserialize !== 'function') {
    return false;
  }
  found.methodDefinition = new MeteredCodec(codec, rpc);
  return true;
}

class MeteredCodec implements ClientCodec {
  readonly path: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
  readonly #codec: ClientCodec;
  readonly #rpc: Rpc;

  constructor(codec: ClientCodec, rpc: Rpc) {
    this.path = codec.path;
    this.requestStream = codec.requestStream;
    this.responseStream = codec.responseStream;
    this.#codec = codec;
    this.#rpc = rpc;
  }

  requestSerialize(message: unknown): Buffer {
    const bytes = this.#codec.requestSerialize(message);
    // What is no bytes makes grpc-js fail the RPC, in its own way.
    if (bytes?.byteLength !== undefined) this.#rpc.sent(bytes.byteLength);
    return bytes;
  }

  responseDeserialize(bytes: Buffer): unknown {
    this.#rpc.received(bytes.byteLength);
    return this.#codec.responseDeserialize(bytes);
  }
}
