import { setImmediate as turn } from 'node:timers/promises';
import type { Pace } from './pace.ts';
import type { PacketBlock } from './packet-block.ts';
import { type RefusalCause, refusalOf } from './packet-refusal.ts';
import type { Connection } from './sender.ts';

/** A socket for datagrams, as a connection needs it. */
export interface DatagramPost {
  /** Hands over packets; resolves with what the system said against each. */
  post(packets: readonly Uint8Array[]): Promise<readonly (Error | undefined)[]>;
  /**
   * Whether what the system says is about the packet before, as with UDP: then {@link takeError} gives what came without
   * a packet after it.
   */
  readonly lagging: boolean;
  takeError(): Error | undefined;
  /** Called at the end of a push, also of one that failed. */
  close(): void;
}

export interface DatagramOptions {
  readonly pace: Pace;
  readonly onRefused: (cause: RefusalCause, packets: number) => void;
  /** Told of lines in a packet that the system will never take. */
  readonly onTooLarge: (lines: number, bytes: number) => void;
}

const PACKETS_AT_ONCE = 64;

/**
 * Sends packets some at a time. The first goes alone: if nobody is there, the system says so before anything is lost.
 */
export class DatagramConnection implements Connection {
  taken = 0;
  readonly #socket: DatagramPost;
  readonly #options: DatagramOptions;

  constructor(socket: DatagramPost, options: DatagramOptions) {
    this.#socket = socket;
    this.#options = options;
  }

  async send(block: PacketBlock, from: number): Promise<void> {
    const end = block.packets;
    for (let at = from; at < end; ) {
      const size = this.taken === 0 ? 1 : Math.min(PACKETS_AT_ONCE, end - at);
      await this.#sendSome(block, at, size);
      at += size;
      await this.#options.pace.passed(size);
      // Sending does not wait for the event loop: others get their turn, and refusals are heard.
      if (at < end) await turn();
    }
  }

  async finish(): Promise<void> {
    await this.#checkLate();
    this.close();
  }

  close(): void {
    this.#socket.close();
  }

  async #sendSome(block: PacketBlock, from: number, size: number): Promise<void> {
    const packets = Array.from({ length: size }, (_, i) => block.packet(from + i));
    const errors = await this.#socket.post(packets);
    const failed = errors.findIndex((error) => error !== undefined && refusalOf(error) !== 'too_large');
    const error = errors[failed];
    if (error !== undefined) {
      this.#countRefused(errors);
      // The packet before the first that failed is the one that nobody took.
      this.taken = Math.max(0, this.taken + failed - (this.#socket.lagging ? 1 : 0));
      throw error;
    }
    for (const [i, tooLarge] of errors.entries()) {
      if (tooLarge === undefined) continue;
      this.#options.onRefused('too_large', 1);
      this.#options.onTooLarge(block.linesOf(from + i), packets[i].length);
    }
    const isFirst = this.taken === 0;
    this.taken += size;
    if (isFirst) await this.#checkLate();
  }

  async #checkLate(): Promise<void> {
    if (!this.#socket.lagging) return;
    // What the system has to say about the last packet is there after the next look at the sockets.
    await turn();
    await turn();
    const error = this.#socket.takeError();
    if (error === undefined) return;
    this.#options.onRefused(refusalOf(error), 1);
    this.taken = Math.max(0, this.taken - 1);
    throw error;
  }

  #countRefused(errors: readonly (Error | undefined)[]): void {
    for (const error of errors) if (error !== undefined) this.#options.onRefused(refusalOf(error), 1);
  }
}
