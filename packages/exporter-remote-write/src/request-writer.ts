import type { Batch, Place } from './batch.ts';
import { Message, type MessageLimits } from './message.ts';
import { type PartWork, PartWriter, ROW_END, rowsOf, type WriteOptions } from './part-writer.ts';
import type { Protocol } from './protocol.ts';

const ROWS_A_STEP = 64;

/** What is in a request, and where the next one goes on. */
export interface WriteRequest {
  /** Not compressed; overwritten by the next request. */
  readonly message: Uint8Array;
  readonly samples: number;
  readonly histograms: number;
  readonly exemplars: number;
  readonly end: Place;
}

/** Makes requests of batches, one after the other. Two buffers of a request's size are kept. */
export class RequestWriter {
  readonly #message: Message;
  readonly #options: WriteOptions;
  #part: { readonly work: PartWork; readonly writer: PartWriter } | undefined;

  constructor(protocol: Protocol, options: WriteOptions & MessageLimits) {
    this.#message = new Message(protocol, options);
    this.#options = options;
  }

  /** Makes the next request of a batch in steps of a few rows; undefined if nothing is left. */
  *steps(batch: Pick<Batch, 'works' | 'place'>): Generator<void, WriteRequest | undefined> {
    this.#message.begin();
    const end = yield* this.#fill(batch.works ?? [], batch.place);
    const { samples, histograms, exemplars } = this.#message;
    if (samples + histograms === 0) return undefined;
    return { message: this.#message.finish(), samples, histograms, exemplars, end };
  }

  /** Lets go of what was written last. */
  rest(): void {
    this.#part = undefined;
  }

  *#fill(works: readonly PartWork[], from: Place): Generator<void, Place> {
    let { row, line } = from;
    for (let work = from.work; work < works.length; work++, row = 0) {
      const rows = rowsOf(works[work]);
      const writer = this.#writerOf(works[work]);
      for (; row < rows; row++, line = 0) {
        const next = writer.write(row, line);
        if (next !== ROW_END) return { work, row, line: next };
        if (row % ROWS_A_STEP === 0) yield;
      }
    }
    return { work: works.length, row: 0, line: 0 };
  }

  #writerOf(work: PartWork): PartWriter {
    if (this.#part?.work !== work) {
      this.#part = { work, writer: new PartWriter(this.#message, work, this.#options) };
    }
    return this.#part.writer;
  }
}
