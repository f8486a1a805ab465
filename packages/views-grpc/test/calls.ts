import type { Readable } from 'node:stream';
import {
  type CallOptions,
  type Client,
  Metadata,
  type ServerDuplexStream,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceError,
  type StatusObject,
  type sendUnaryData,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { bytes, type EchoName, echo } from './echo.ts';

/** What a client got: its messages and the code of its status. */
export interface Outcome {
  readonly code: number;
  readonly messages: readonly Buffer[];
  readonly status: StatusObject | ServiceError;
}

export interface CallWith {
  readonly metadata?: Metadata;
  readonly options?: CallOptions;
}

/** Calls a method of any kind with these messages, of which a method that takes one gets the first. */
export function call(
  client: Client,
  name: EchoName,
  messages: readonly Buffer[],
  { metadata = new Metadata(), options = {} }: CallWith = {},
): Promise<Outcome> {
  const { path, requestStream, responseStream } = echo[name];
  return new Promise((resolve) => {
    const got: Buffer[] = [];
    const answered = (error: ServiceError | null, message?: Buffer) => {
      if (message !== undefined) got.push(message);
      resolve({ code: error?.code ?? 0, messages: got, status: error ?? ({ code: 0 } as StatusObject) });
    };
    if (!responseStream) {
      if (!requestStream) {
        client.makeUnaryRequest(path, bytes, bytes, messages[0] as Buffer, metadata, options, answered);
        return;
      }
      const stream = client.makeClientStreamRequest(path, bytes, bytes, metadata, options, answered);
      for (const message of messages) stream.write(message);
      stream.end();
      return;
    }
    if (requestStream) {
      const stream = client.makeBidiStreamRequest(path, bytes, bytes, metadata, options);
      collect(stream, got, resolve);
      for (const message of messages) stream.write(message);
      stream.end();
      return;
    }
    const [message] = messages as [Buffer];
    collect(client.makeServerStreamRequest(path, bytes, bytes, message, metadata, options), got, resolve);
  });
}

function collect(stream: Readable, got: Buffer[], resolve: (outcome: Outcome) => void): void {
  stream.on('data', (message: Buffer) => got.push(message));
  // Told by the status as well.
  stream.on('error', () => {});
  stream.on('status', (status: StatusObject) => resolve({ code: status.code, messages: got, status }));
}

/** Answers each method with its messages: all in one, or each by itself. */
export function echoing(): UntypedServiceImplementation {
  return {
    Unary: (one: ServerUnaryCall<Buffer, Buffer>, callback: sendUnaryData<Buffer>) =>
      callback(null, one.request),
    Collect: async (stream: ServerReadableStream<Buffer, Buffer>, callback: sendUnaryData<Buffer>) => {
      const all: Buffer[] = [];
      for await (const message of stream) all.push(message);
      callback(null, Buffer.concat(all));
    },
    // As many messages as the first byte of the request says, each of the rest of it.
    Spread: (stream: ServerWritableStream<Buffer, Buffer>) => {
      for (let i = 0; i < (stream.request[0] ?? 0); i++) stream.write(stream.request.subarray(1));
      stream.end();
    },
    Chat: (stream: ServerDuplexStream<Buffer, Buffer>) => {
      stream.on('data', (message: Buffer) => stream.write(message));
      stream.on('end', () => stream.end());
    },
  };
}

/** Handlers of which one is another. */
export function echoingBut(one: UntypedServiceImplementation): UntypedServiceImplementation {
  return { ...echoing(), ...one };
}
