/** What has counters of bytes: a socket of `node:net` or `node:tls`. Any other stream counts as nothing. */
export interface CountingSocket {
  readonly bytesRead?: number;
  readonly bytesWritten?: number;
  /** What was handed to the system: `bytesWritten` without the queue, and without a walk through it. */
  readonly _bytesDispatched?: number;
}

/** Where the bytes of one exchange are added up. */
export interface ByteAccount {
  receivedBytes: number;
  sentBytes: number;
}

/**
 * Hands the bytes of a connection out to its exchanges: each takes what came since the one before ended.
 *
 * Shape: the sum over all exchanges is what the socket counted, whatever came in one piece. Where requests are
 * pipelined, the bytes of a request that came early are its predecessor's.
 */
export class ByteMeter {
  #received = 0;
  #sent = 0;

  /** A meter whose connection already carried bytes that are nobody's. */
  static from(socket: CountingSocket): ByteMeter {
    const meter = new ByteMeter();
    meter.#received = bytesRead(socket);
    meter.#sent = bytesSent(socket);
    return meter;
  }

  /** Whether bytes came that no exchange took. */
  hasUnread(socket: CountingSocket): boolean {
    return bytesRead(socket) > this.#received;
  }

  take(socket: CountingSocket, account: ByteAccount): void {
    const received = bytesRead(socket);
    const sent = bytesSent(socket);
    account.receivedBytes += received - this.#received;
    account.sentBytes += sent - this.#sent;
    this.#received = received;
    this.#sent = sent;
  }

  /** As {@link take}, while the answer may still be queued, and the last bytes read are of another protocol. */
  takeQueued(socket: CountingSocket, account: ByteAccount, foreignBytes: number): void {
    const sent = socket.bytesWritten ?? 0;
    account.receivedBytes += Math.max(0, bytesRead(socket) - foreignBytes - this.#received);
    account.sentBytes += sent - this.#sent;
    this.#received = bytesRead(socket);
    this.#sent = sent;
  }
}

/** Bytes sent so far; 0 if the socket does not say. */
export function bytesSent(socket: CountingSocket): number {
  const dispatched = socket._bytesDispatched;
  return typeof dispatched === 'number' ? dispatched : (socket.bytesWritten ?? 0);
}

function bytesRead(socket: CountingSocket): number {
  return socket.bytesRead ?? 0;
}
