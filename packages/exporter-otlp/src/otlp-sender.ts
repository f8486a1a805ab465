import { setImmediate as nextTurn } from 'node:timers/promises';
import { type MetricRequest, NO_REJECTION, type Rejection, type RequestEncoder } from './request-encoder.ts';
import type { Transport } from './transport.ts';

/** What became of a request that was taken. */
export interface Receipt extends Rejection {
  readonly bytes: number;
}

/** Encodes requests and carries them to the receiver, one at a time. */
export class OtlpSender {
  readonly #encoder: RequestEncoder;
  readonly #transport: Transport;

  constructor(encoder: RequestEncoder, transport: Transport) {
    this.#encoder = encoder;
    this.#transport = transport;
  }

  /** Errors: what the transport throws. */
  async send(request: MetricRequest, signal: AbortSignal): Promise<Receipt> {
    // The answer before, the encoding and the sending each have a turn: while code is cold they take milliseconds.
    await nextTurn();
    const body = await this.#encoder.encode(request);
    await nextTurn();
    const { bytes, answer } = await this.#transport.post(body, signal);
    return { bytes, ...this.#rejection(answer) };
  }

  close(): void {
    this.#transport.close();
  }

  #rejection(answer: Uint8Array): Rejection {
    if (answer.length === 0) return NO_REJECTION;
    try {
      const { rejected, reason } = this.#encoder.rejectionIn(answer);
      return { rejected: Math.max(rejected, 0), reason };
    } catch {
      // It has taken them, and says so in a way that cannot be read.
      return NO_REJECTION;
    }
  }
}
