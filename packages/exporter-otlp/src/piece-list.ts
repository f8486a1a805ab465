import { ByteBuffer, LENGTH_DELIMITED, tag, writeVarint } from '@oriel/encoding';

/** Bytes in the order in which they are to stand. */
export class PieceList {
  readonly pieces: Uint8Array[] = [];
  length = 0;

  add(piece: Uint8Array): void {
    this.pieces.push(piece);
    this.length += piece.length;
  }

  /** Copies all of them side by side, in steps of a bounded size. */
  *copyTo(whole: Uint8Array): Generator<void, void> {
    let at = 0;
    for (const piece of this.pieces) {
      whole.set(piece, at);
      at += piece.length;
      yield;
    }
  }
}

const BLOCK = 65_536;
/** What is kept for the next message: enough for the usual request. */
const KEPT_BLOCKS = 16;

/**
 * A message whose parts are written before it is known how long they are, and put in order at the end.
 *
 * Nothing is ever moved, and no block is larger than its largest part: so a message may be of any size.
 */
export class PieceWriter {
  readonly #blocks: ByteBuffer[] = [];
  #at = 0;
  /** Where the part begins that is being written. */
  #from = 0;

  /** Begins a new message; the pieces of the one before are overwritten. */
  begin(): void {
    this.#blocks.length = Math.min(this.#blocks.length, KEPT_BLOCKS);
    this.#open(0);
  }

  /** Where to write; what is written is added to a list by {@link cut}. To be asked after each small part. */
  target(list: PieceList): ByteBuffer {
    const block = this.#blocks[this.#at];
    if (block.end < BLOCK) return block;
    this.cut(list);
    return this.#open(this.#at + 1);
  }

  /** Adds what was written since the last time. */
  cut(list: PieceList): void {
    const block = this.#blocks[this.#at];
    if (block.end > this.#from) list.add(block.bytes.subarray(this.#from, block.end));
    this.#from = block.end;
  }

  /** Adds a small part. */
  add(list: PieceList, write: (out: ByteBuffer) => void): void {
    write(this.target(list));
    this.cut(list);
  }

  /** Adds a field whose message is in another list. */
  addMessage(list: PieceList, field: number, message: PieceList): void {
    this.add(list, (out) => {
      out.reserve(10);
      out.bytes[out.end] = tag(field, LENGTH_DELIMITED);
      out.end = writeVarint(out.bytes, out.end + 1, message.length);
    });
    for (const piece of message.pieces) list.add(piece);
  }

  #open(at: number): ByteBuffer {
    this.#blocks[at] ??= new ByteBuffer(BLOCK + BLOCK / 16);
    this.#at = at;
    this.#from = 0;
    this.#blocks[at].end = 0;
    return this.#blocks[at];
  }
}
