import {
  type ChannelCredentials,
  Client,
  type ClientOptions,
  credentials,
  Metadata,
  status,
} from '@grpc/grpc-js';
import { DeliveryError } from './delivery-error.ts';
import { callError } from './grpc-status.ts';
import type { TlsMaterial } from './tls-material.ts';
import type { Posted, Transport } from './transport.ts';

export interface GrpcTransportOptions {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly compression: 'none' | 'gzip';
  readonly tls: TlsMaterial;
}

const METHOD = '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export';
const GZIP = 2;

/** OTLP over gRPC. It never tries twice: the queue before it does. */
export class GrpcTransport implements Transport {
  readonly #options: GrpcTransportOptions;
  #client: Client | undefined;

  constructor(options: GrpcTransportOptions) {
    this.#options = options;
  }

  async post(body: Uint8Array, signal: AbortSignal): Promise<Posted> {
    try {
      const bytes = Buffer.from(body.buffer, body.byteOffset, body.length);
      return { answer: await this.#call(bytes, signal), bytes: body.length };
    } catch (cause) {
      // A client whose connection failed would wait by itself before it connects again.
      if (cause instanceof DeliveryError && cause.status === undefined) this.close();
      throw cause;
    }
  }

  close(): void {
    this.#client?.close();
    this.#client = undefined;
  }

  #call(body: Buffer, signal: AbortSignal): Promise<Buffer> {
    this.#client ??= this.#newClient();
    const client = this.#client;
    const same = (bytes: Buffer): Buffer => bytes;
    const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
    if (signal.aborted) throw aborted(signal);
    const call = client.makeUnaryRequest(METHOD, same, same, body, this.#metadata(), (error, answer) => {
      if (error === null) resolve(answer ?? Buffer.alloc(0));
      else reject(error.code === status.CANCELLED && signal.aborted ? aborted(signal) : callError(error));
    });
    const cancel = (): void => call.cancel();
    signal.addEventListener('abort', cancel, { once: true });
    return promise.finally(() => signal.removeEventListener('abort', cancel));
  }

  #metadata(): Metadata {
    const metadata = new Metadata();
    for (const [name, value] of Object.entries(this.#options.headers)) metadata.set(name, value);
    return metadata;
  }

  #newClient(): Client {
    const { url, compression, tls } = this.#options;
    const options: ClientOptions = {
      // Apart from clients of the same program, whose failures would be waited for here too.
      'grpc.use_local_subchannel_pool': 1,
      'grpc.enable_retries': 0,
      ...(compression === 'gzip' && { 'grpc.default_compression_algorithm': GZIP }),
      ...(tls.serverName !== '' && { 'grpc.ssl_target_name_override': tls.serverName }),
    };
    return new Client(
      url.host,
      url.protocol === 'https:' ? secure(tls) : credentials.createInsecure(),
      options,
    );
  }
}

function secure({ ca, cert, key, insecure }: TlsMaterial): ChannelCredentials {
  const bytes = (pem: string | undefined): Buffer | null => (pem === undefined ? null : Buffer.from(pem));
  const verify = insecure ? { rejectUnauthorized: false, checkServerIdentity: () => undefined } : {};
  return credentials.createSsl(bytes(ca), bytes(key), bytes(cert), verify);
}

function aborted(signal: AbortSignal): DeliveryError {
  const cause: unknown = signal.reason;
  return new DeliveryError('Cannot send metrics: the attempt was broken off', { transient: true, cause });
}
