import { type ByteBlock, byteBlock } from '@oriel/encoding';
import { NUMBER_LENGTH } from './number-bytes.ts';

/** From so many bytes on a block is to be sent. */
const FULL = 64 * 1024;

/** Room that a line's number, its type and its sample rate take at most. */
const LINE_END = 3 * NUMBER_LENGTH;

/**
 * Lines on their way out, packed into packets that lie side by side in one piece of memory.
 *
 * A writer asks for room, writes at `end` and then ends the line: no line is ever split over two packets. A packet's
 * last line feed is not part of it, but stands behind it, so that a stream may take all packets at once.
 */
export class PacketBlock {
  readonly #most: number;
  #memory: ByteBlock = byteBlock(2 * FULL);
  /** Where each finished packet ends, its last line feed not counted. */
  readonly #ends: number[] = [];
  /** Lines in each finished packet. */
  readonly #lineCounts: number[] = [];
  #packetStart = 0;
  #packetLines = 0;
  #end = 0;

  /** `most` is the bytes a packet may have. */
  constructor(most: number) {
    this.#most = most;
  }

  get bytes(): Uint8Array {
    return this.#memory.bytes;
  }

  get view(): DataView {
    return this.#memory.view;
  }

  /** Where the next line is to begin. */
  get end(): number {
    return this.#end;
  }

  /** Whether its packets are to be sent before the next row is written. */
  get full(): boolean {
    return this.#end >= FULL && this.#ends.length > 0;
  }

  /** Makes room for two lines, each with so many bytes of names and tags; `bytes` and `view` may be others afterwards. */
  reserve(length: number): void {
    const least = this.#end + 2 * (length + LINE_END);
    if (least > this.#memory.size) this.#grow(least);
  }

  /** Keeps what was written up to `end`, one or two lines that belong together; false if no packet can hold them. */
  endLine(end: number, lines: number): boolean {
    const start = this.#end;
    if (end - 1 - start > this.#most) return false;
    if (end - 1 - this.#packetStart > this.#most) this.#endPacket();
    this.#end = end;
    this.#packetLines += lines;
    return true;
  }

  /** Packets that are finished: another line has begun behind them, or {@link finish} was called. */
  get packets(): number {
    return this.#ends.length;
  }

  /** The bytes of all finished packets, each with a line feed. */
  get size(): number {
    return this.#packetStart;
  }

  /** Ends the last packet. */
  finish(): void {
    if (this.#end > this.#packetStart) this.#endPacket();
  }

  linesOf(packet: number): number {
    return this.#lineCounts[packet];
  }

  /** The bytes of a finished packet. */
  packet(number: number): Uint8Array {
    const start = number === 0 ? 0 : this.#ends[number - 1] + 1;
    return this.bytes.subarray(start, this.#ends[number]);
  }

  /** The bytes of all packets from one on, each with a line feed behind it. */
  from(packet: number): Uint8Array {
    const start = packet === 0 ? 0 : this.#ends[packet - 1] + 1;
    return this.bytes.subarray(start, this.#packetStart);
  }

  /** Forgets the finished packets, once nobody reads them any more; lines behind them stay. */
  shift(): void {
    this.bytes.copyWithin(0, this.#packetStart, this.#end);
    this.#end -= this.#packetStart;
    this.#packetStart = 0;
    this.#ends.length = 0;
    this.#lineCounts.length = 0;
  }

  /** Forgets everything. */
  clear(): void {
    this.finish();
    this.shift();
  }

  #grow(least: number): void {
    const grown = byteBlock(Math.max(least, 2 * this.#memory.size));
    grown.bytes.set(this.#memory.bytes.subarray(0, this.#end));
    this.#memory = grown;
  }

  #endPacket(): void {
    this.#ends.push(this.#end - 1);
    this.#lineCounts.push(this.#packetLines);
    this.#packetStart = this.#end;
    this.#packetLines = 0;
  }
}
