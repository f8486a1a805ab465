/** Makes a zeroed block of cells; replace it to place cells on shared memory. */
export type Allocate = (length: number) => Float64Array;

const FIRST_BLOCK = 16;
const FIRST_BLOCK_BITS = 31 - Math.clz32(FIRST_BLOCK);

/**
 * The numbers of many series: `stride` cells a row, in blocks that double in size and never move.
 *
 * A writer may keep `blockOf(row)` and `offsetOf(row)` for as long as the row lives.
 */
export class CellStore {
  readonly stride: number;
  readonly #allocate: Allocate;
  readonly #blocks: Float64Array[] = [];

  constructor(stride: number, allocate: Allocate = (length) => new Float64Array(length)) {
    this.stride = stride;
    this.#allocate = allocate;
  }

  /** The block that holds a row; made on first use. */
  blockOf(row: number): Float64Array {
    const index = 31 - FIRST_BLOCK_BITS - Math.clz32(row + FIRST_BLOCK);
    return this.#blocks[index] ?? this.#grow(index);
  }

  /** Where in its block a row begins. */
  offsetOf(row: number): number {
    const place = row + FIRST_BLOCK;
    return (place - (1 << (31 - Math.clz32(place)))) * this.stride;
  }

  /** The row that begins at this place of a block; below 0 for a block that is not of a store. */
  rowOf(block: Float64Array, offset: number): number {
    // A block holds as many rows as come before it, and the first block's.
    return (block.length + offset) / this.stride - FIRST_BLOCK;
  }

  /** Sets all cells of a row to zero. */
  clearRow(row: number): void {
    const offset = this.offsetOf(row);
    this.blockOf(row).fill(0, offset, offset + this.stride);
  }

  /** Copies rows 0 to `rows`, or only those listed, side by side. */
  copy(rows: number, listed?: readonly number[]): Float64Array<ArrayBuffer> {
    return listed === undefined ? this.#copyAll(rows) : this.#copyListed(listed);
  }

  #copyAll(rows: number): Float64Array<ArrayBuffer> {
    const copy = new Float64Array(rows * this.stride);
    for (let index = 0, row = 0; row < rows; index++) {
      const block = this.#blocks[index] ?? this.#grow(index);
      const take = Math.min(FIRST_BLOCK << index, rows - row);
      copy.set(
        take * this.stride === block.length ? block : block.subarray(0, take * this.stride),
        row * this.stride,
      );
      row += take;
    }
    return copy;
  }

  #copyListed(listed: readonly number[]): Float64Array<ArrayBuffer> {
    const { stride } = this;
    const copy = new Float64Array(listed.length * stride);
    let at = 0;
    for (const row of listed) {
      const block = this.blockOf(row);
      const offset = this.offsetOf(row);
      for (let cell = 0; cell < stride; cell++) copy[at++] = block[offset + cell];
    }
    return copy;
  }

  #grow(index: number): Float64Array {
    for (let next = this.#blocks.length; next <= index; next++) {
      this.#blocks.push(this.#allocate((FIRST_BLOCK << next) * this.stride));
    }
    return this.#blocks[index];
  }
}
