import { DeltaView, WorkSlices } from '@oriel/exporter';
import type { Snapshot } from '@oriel/metrics';
import type { Encoder } from './encoder.ts';
import type { PacketBlock } from './packet-block.ts';
import type { Connection, Sender } from './sender.ts';
import { Tally } from './tally.ts';

// A slice of work; the event loop is held no longer.
const LONGEST_MS = 3;

/** A snapshot on its way; of its packets so many need not be sent again. */
interface Push {
  readonly snapshot: Snapshot;
  taken: number;
}

export interface DeliveryOptions {
  readonly gather: () => Promise<Snapshot>;
  readonly encoder: Encoder;
  readonly sender: Sender;
  /** Told what a push held that has arrived. */
  readonly onArrived: (tally: Tally) => void;
}

/**
 * Sends snapshots as what was added since the last that arrived.
 *
 * A push that fails half-way goes on where it stopped, before the next snapshot: so each count is sent once, although
 * only part of a snapshot has arrived. The event loop gets its turn every few milliseconds.
 */
export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #view = new DeltaView();
  readonly #slices = new WorkSlices(LONGEST_MS);
  #unfinished: Push | undefined;
  #last: Promise<void> = Promise.resolve();

  constructor(options: DeliveryOptions) {
    this.#options = options;
  }

  /** Takes a snapshot to send. */
  gather(): Promise<Snapshot> {
    return this.#options.gather();
  }

  /** Sends a snapshot; one that is still being sent, although it was given up, ends first. */
  send(snapshot: Snapshot, signal: AbortSignal): Promise<void> {
    const run = this.#last.then(() => this.#sendAll(snapshot, signal));
    this.#last = run.catch(() => undefined);
    return run;
  }

  async #sendAll(snapshot: Snapshot, signal: AbortSignal): Promise<void> {
    const unfinished = this.#unfinished;
    if (unfinished !== undefined) await this.#push(unfinished, signal);
    if (unfinished?.snapshot !== snapshot) await this.#push({ snapshot, taken: 0 }, signal);
  }

  async #push(push: Push, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    // Gathering, comparing and writing each may hold the event loop for some milliseconds: each in turns of its own.
    await this.#slices.next();
    const delta = await this.#view.since(push.snapshot);
    await this.#slices.next();
    const tally = new Tally();
    const line = new PushLine(this.#options.sender, push.taken, signal);
    try {
      await this.#sendPackets(delta, tally, line);
      await line.finish();
      this.#view.accept(push.snapshot);
      this.#unfinished = undefined;
      this.#options.onArrived(tally);
    } catch (error) {
      push.taken += line.taken;
      this.#unfinished = push.taken > 0 ? push : undefined;
      throw error;
    } finally {
      line.close();
    }
  }

  async #sendPackets(delta: Snapshot, tally: Tally, line: PushLine): Promise<void> {
    for (const block of this.#options.encoder.encode(delta, tally)) {
      if (block !== undefined) {
        tally.packets += block.packets;
        tally.bytes += block.size;
        await line.send(block);
      }
      await this.#slices.pause();
    }
  }
}

/** The connection of one push, opened with the first packet that has to be sent. */
class PushLine {
  readonly #sender: Sender;
  readonly #signal: AbortSignal;
  #skip: number;
  #connection: Connection | undefined;

  constructor(sender: Sender, skip: number, signal: AbortSignal) {
    this.#sender = sender;
    this.#skip = skip;
    this.#signal = signal;
  }

  get taken(): number {
    return this.#connection?.taken ?? 0;
  }

  async send(block: PacketBlock): Promise<void> {
    this.#signal.throwIfAborted();
    const skipped = Math.min(this.#skip, block.packets);
    this.#skip -= skipped;
    if (skipped === block.packets) return;
    this.#connection ??= await this.#sender.open(this.#signal);
    await this.#connection.send(block, skipped);
  }

  async finish(): Promise<void> {
    await this.#connection?.finish();
  }

  close(): void {
    this.#connection?.close();
  }
}
