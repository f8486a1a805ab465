import type { ServerHttp2Stream } from 'node:http2';
import type { Metadata, ServerInterceptingCallInterface } from '@grpc/grpc-js';
import { status as Status } from '@grpc/grpc-js';
import { lowest } from './lowest-call.ts';
import type { Rpc } from './rpc.ts';

/** A status on its way to the client. */
export interface ServerStatus {
  code: number;
  details: string;
  metadata?: Metadata | null | undefined;
}

/** The part of grpc-js's handler that turns messages into bytes and back. */
interface ServerCodec {
  readonly path: string;
  readonly type: string;
  serialize(message: unknown): Buffer;
  deserialize(bytes: Buffer): unknown;
}

interface LowestCall {
  handler?: ServerCodec;
  readonly stream?: ServerHttp2Stream;
  sendStatus(status: ServerStatus): void;
}

/**
 * Follows one server's RPC where grpc-js makes bytes of its messages, and tells whether it could.
 *
 * Interceptors see neither sizes nor the statuses that grpc-js sends by itself (deadline, message too large, not readable),
 * nor the end of a stream that nobody listens to. So the lowest call of the chain gets a codec of its own and is asked for
 * its statuses. What these are called there is no public interface of grpc-js: where they are not found sizes stay unknown,
 * and statuses are those that pass the interceptor.
 */
export function meterServer(
  call: ServerInterceptingCallInterface,
  rpc: Rpc,
  onStatus: (status: ServerStatus) => ServerStatus,
): boolean {
  const found = lowest(call) as LowestCall;
  const { handler, stream } = found;
  if (typeof handler?.serialize !== 'function' || typeof handler.deserialize !== 'function') return false;
  if (typeof stream?.once !== 'function') return false;
  found.handler = new MeteredCodec(handler, rpc);
  const send = found.sendStatus;
  found.sendStatus = (status) => {
    // A client that is gone gets none.
    const isOpen = !stream.destroyed && !stream.closed;
    send.call(found, isOpen ? onStatus(status) : status);
  };
  stream.once('close', () => rpc.end(Status.CANCELLED));
  return true;
}

class MeteredCodec implements ServerCodec {
  readonly path: string;
  readonly type: string;
  readonly #codec: ServerCodec;
  readonly #rpc: Rpc;

  constructor(codec: ServerCodec, rpc: Rpc) {
    this.path = codec.path;
    this.type = codec.type;
    this.#codec = codec;
    this.#rpc = rpc;
  }

  serialize(message: unknown): Buffer {
    const bytes = this.#codec.serialize(message);
    // What is no bytes makes grpc-js fail the RPC, in its own way.
    if (bytes?.byteLength !== undefined) this.#rpc.sent(bytes.byteLength);
    return bytes;
  }

  deserialize(bytes: Buffer): unknown {
    this.#rpc.received(bytes.byteLength);
    return this.#codec.deserialize(bytes);
  }
}
