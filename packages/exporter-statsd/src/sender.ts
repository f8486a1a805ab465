import type { PacketBlock } from './packet-block.ts';

/** The way of one push to the daemon. Nothing is sent after it has failed. */
export interface Connection {
  /** Packets that need not be sent again, should the push fail; 0 where nobody can tell which arrived. */
  readonly taken: number;
  /** Sends the packets of a block from one on; the block may be written again afterwards. */
  send(block: PacketBlock, from: number): Promise<void>;
  /** Waits until all that was sent has arrived, as far as the transport tells. */
  finish(): Promise<void>;
  /** Gives up what is under way; harmless after {@link finish}. */
  close(): void;
}

/** How packets get to a daemon. */
export interface Sender {
  /** Gets what it needs to send at all. Errors: what is missing, with the cure. */
  prepare(): Promise<void>;
  open(signal: AbortSignal): Promise<Connection>;
  /** Closes what is kept from push to push. */
  close(): void;
}
