import type { Allocate } from './cell-store.ts';

// 2 to 32 KiB: large enough that its objects weigh little, small enough that moving what is left in it is quick.
const LEAST_WORDS = 512;
const MOST_WORDS = 8192;
// A chunk is that part of all, as one is being filled and one may be empty.
const CHUNK_PART = 32;
const OFFSET_BITS = 16;
const OFFSET_MASK = (1 << OFFSET_BITS) - 1;
const OWNER = 0;
const NOBODY = -1;
// One word in 32 may be garbage.
const GARBAGE_PART = 32;

export interface BlockHeapOptions {
  /** The words of the block at address 0, which is nobody's and stays, with zeros in it. */
  readonly nobodys: number;
  /** The words of a block, by what was written into it. */
  readonly sizeOf: (words: Int32Array, at: number) => number;
  /** Told when a block is somewhere else now. */
  readonly onMove: (owner: number, address: number) => void;
  readonly allocate: Allocate;
}

/**
 * Blocks of a few words each, in a few large chunks: a typed array of its own would cost each more than its content.
 *
 * The first word of a block is its owner, the others are the owner's; they say its size. A block is found at
 * `chunks[address >>> 16]`, from `address & 0xffff` on. What was freed is taken back by moving the rest of a chunk
 * elsewhere, a chunk at a time; the owner of a block that moves is told.
 */
export class BlockHeap {
  readonly chunks: Int32Array[] = [];
  readonly #options: BlockHeapOptions;
  readonly #used: number[] = [];
  readonly #live: number[] = [];
  /** Chunks with nothing in them: one that is kept, if that, and those whose memory was given up. */
  readonly #empty: number[] = [];
  #usedTotal = 0;
  #liveTotal = 0;
  #current = 0;

  constructor(options: BlockHeapOptions) {
    this.#options = options;
    this.#addChunk(options.nobodys);
    this.#take(NOBODY, options.nobodys);
  }

  /** A block with its first word written; the others hold anything, and must be written before the next call. */
  alloc(owner: number, size: number): number {
    if (this.#isFull(size)) {
      this.#current = this.#emptyChunk(size);
      this.#clean();
      if (this.#isFull(size)) this.#current = this.#emptyChunk(size);
    }
    return this.#take(owner, size);
  }

  free(address: number): void {
    const chunk = address >>> OFFSET_BITS;
    const size = this.sizeOf(address);
    this.chunks[chunk][(address & OFFSET_MASK) + OWNER] = NOBODY;
    this.#live[chunk] -= size;
    this.#liveTotal -= size;
  }

  sizeOf(address: number): number {
    return this.#options.sizeOf(this.chunks[address >>> OFFSET_BITS], address & OFFSET_MASK);
  }

  #take(owner: number, size: number): number {
    const chunk = this.#current;
    const at = this.#used[chunk];
    this.#used[chunk] += size;
    this.#live[chunk] += size;
    this.#usedTotal += size;
    this.#liveTotal += size;
    this.chunks[chunk][at + OWNER] = owner;
    return ((chunk << OFFSET_BITS) | at) >>> 0;
  }

  #isFull(size: number): boolean {
    return this.#used[this.#current] + size > this.chunks[this.#current].length;
  }

  /** Takes back chunks until little garbage is left; what is in them goes where there is room. */
  #clean(): void {
    while ((this.#usedTotal - this.#liveTotal) * GARBAGE_PART > this.#usedTotal) {
      const victim = this.#wasteful();
      if (victim === NOBODY) return;
      this.#evacuate(victim);
    }
  }

  #emptyChunk(size: number): number {
    const known = this.#empty.findIndex((chunk) => this.chunks[chunk].length >= size);
    if (known >= 0) return this.#empty.splice(known, 1)[0];
    const part = Math.ceil(this.#usedTotal / CHUNK_PART);
    return this.#addChunk(Math.max(size, Math.min(MOST_WORDS, Math.max(LEAST_WORDS, part))));
  }

  #addChunk(words: number): number {
    const chunk = this.#empty.pop() ?? this.chunks.length;
    const memory = this.#options.allocate(Math.ceil(words / 2));
    this.chunks[chunk] = new Int32Array(memory.buffer, memory.byteOffset, memory.length * 2);
    this.#used[chunk] = 0;
    this.#live[chunk] = 0;
    return chunk;
  }

  /** The chunk with the most garbage, if there is any outside the current one. */
  #wasteful(): number {
    let found = NOBODY;
    let most = 0;
    for (let chunk = 0; chunk < this.chunks.length; chunk++) {
      const garbage = this.#used[chunk] - this.#live[chunk];
      if (garbage <= most || chunk === this.#current) continue;
      found = chunk;
      most = garbage;
    }
    return found;
  }

  #evacuate(victim: number): void {
    const from = this.chunks[victim];
    const end = this.#used[victim];
    for (let at = 0; at < end; ) {
      const size = this.#options.sizeOf(from, at);
      if (from[at + OWNER] !== NOBODY) this.#move(from, at, size);
      at += size;
    }
    this.#usedTotal -= end;
    this.#liveTotal -= this.#live[victim];
    this.#used[victim] = 0;
    this.#live[victim] = 0;
    if (this.#empty.some((chunk) => this.chunks[chunk].length > 0)) this.chunks[victim] = new Int32Array(0);
    this.#empty.push(victim);
  }

  #move(from: Int32Array, at: number, size: number): void {
    const owner = from[at + OWNER];
    if (this.#isFull(size)) this.#current = this.#emptyChunk(size);
    const address = this.#take(owner, size);
    const to = this.chunks[address >>> OFFSET_BITS];
    const start = address & OFFSET_MASK;
    for (let i = OWNER + 1; i < size; i++) to[start + i] = from[at + i];
    this.#options.onMove(owner, address);
  }
}
