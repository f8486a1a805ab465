import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server as NetServer, type Socket } from 'node:net';
import {
  Metadata,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type sendUnaryData,
  status,
} from '@grpc/grpc-js';
import { type Behaviour, type Destination, THROTTLE_SECONDS } from '@oriel/testkit';

/** A gRPC server behind a door: the door keeps the address, and can be shut, and slammed. */
export class GrpcDestination implements Destination {
  attempts = 0;
  /** What to answer while it behaves well. */
  answer: Buffer = Buffer.alloc(0);
  /** Of the last request. */
  metadata: Metadata | undefined;
  readonly #server = new Server();
  readonly #sockets = new Set<Socket>();
  readonly #waiting = new Set<sendUnaryData<Buffer>>();
  #taken: Buffer[] = [];
  #door: NetServer | undefined;
  #inner = 0;
  #port = 0;
  #behaviour: Behaviour = 'well';

  static async open(
    credentials: ServerCredentials = ServerCredentials.createInsecure(),
  ): Promise<GrpcDestination> {
    const destination = new GrpcDestination();
    await destination.#listen(credentials);
    await destination.behave('well');
    return destination;
  }

  get port(): number {
    return this.#port;
  }

  take(): Buffer[] {
    return this.#taken.splice(0);
  }

  async behave(behaviour: Behaviour): Promise<void> {
    if (this.#behaviour === 'hang') this.#cut();
    this.#behaviour = behaviour;
    if (behaviour === 'absent') await this.#shut();
    else await this.#unlock();
    // A connection that is there lives on in no outage of this kind.
    if (behaviour === 'cut') this.#cut();
  }

  async close(): Promise<void> {
    await this.#shut();
    this.#server.forceShutdown();
  }

  async #listen(credentials: ServerCredentials): Promise<void> {
    const same = (bytes: Buffer): Buffer => bytes;
    const method = {
      path: '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
      requestStream: false,
      responseStream: false,
      requestSerialize: same,
      requestDeserialize: same,
      responseSerialize: same,
      responseDeserialize: same,
    } as const;
    this.#server.addService({ Export: method }, { Export: this.#serve });
    this.#inner = await new Promise<number>((resolve, reject) => {
      this.#server.bindAsync('127.0.0.1:0', credentials, (error, port) =>
        error ? reject(error) : resolve(port),
      );
    });
  }

  async #unlock(): Promise<void> {
    if (this.#door !== undefined) return;
    this.#door = createServer((socket) => this.#admit(socket));
    this.#door.listen(this.#port, '127.0.0.1');
    await once(this.#door, 'listening');
    this.#port = (this.#door.address() as AddressInfo).port;
  }

  async #shut(): Promise<void> {
    const door = this.#door;
    this.#door = undefined;
    if (door === undefined) return;
    const closed = once(door, 'close');
    door.close();
    this.#cut();
    await closed;
  }

  #cut(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#waiting.clear();
  }

  #admit(socket: Socket): void {
    if (this.#behaviour === 'cut') {
      this.attempts++;
      socket.on('error', () => {}).once('data', () => socket.destroy());
      return;
    }
    const inner = connect(this.#inner, '127.0.0.1');
    for (const [one, other] of [
      [socket, inner],
      [inner, socket],
    ]) {
      this.#sockets.add(one);
      one
        .on('error', () => other.destroy())
        .on('close', () => {
          this.#sockets.delete(one);
          other.destroy();
        });
      one.pipe(other);
    }
  }

  readonly #serve = (call: ServerUnaryCall<Buffer, Buffer>, done: sendUnaryData<Buffer>): void => {
    this.attempts++;
    this.metadata = call.metadata;
    switch (this.#behaviour) {
      case 'hang':
        this.#waiting.add(done);
        return;
      case 'refuse':
        done({ code: status.INVALID_ARGUMENT, details: 'told to refuse' });
        return;
      case 'throttle':
        done({ code: status.RESOURCE_EXHAUSTED, details: 'told to throttle', metadata: retryInfo() });
        return;
      case 'fail':
        done({ code: status.UNAVAILABLE, details: 'told to fail' });
        return;
      default:
        this.#taken.push(call.request);
        done(null, this.answer);
    }
  };
}

/** `google.rpc.Status` with a `RetryInfo`, as protobuf has them. */
function retryInfo(): Metadata {
  const delay = Buffer.from([0x08, THROTTLE_SECONDS]);
  const info = bytes(1, delay);
  const any = Buffer.concat([
    bytes(1, Buffer.from('type.googleapis.com/google.rpc.RetryInfo')),
    bytes(2, info),
  ]);
  const metadata = new Metadata();
  metadata.set('grpc-status-details-bin', Buffer.concat([Buffer.from([0x08, 8]), bytes(3, any)]));
  return metadata;
}

function bytes(field: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([field * 8 + 2, content.length]), content]);
}
