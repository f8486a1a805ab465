import type { Allocate } from './cell-store.ts';

// 2 to 32 KiB: large enough that its objects weigh little, small enough that moving what is left in it is quick.
const LEAST_WORDS = 512;
const MOST_WORDS = 8192;
// A chunk is that part of all, as one is being filled and one may be empty.
const CHUNK_PART = 16;
const OFFSET_BITS = 16;
const OFFSET_MASK = (1 << OFFSET_BITS) - 1;
const OWNER = 0;
const SIZE = 1;
const NOBODY = -1;
// One word in 32 may be garbage.
const GARBAGE_PART = 32;

/**
 * Blocks of a few words each, in a few large chunks: a typed array of its own would cost each more than its content.
 *
 * The first word of a block is its owner, the lower half of the second its size; the rest is the owner's. A block is
 * found at `words[address >>> 16]`, from `address & 0xffff` on. What was freed is taken back by moving the rest of a
 * chunk elsewhere, a chunk at a time; the owner of a block that moves is told.
 */
export class BlockHeap {
  readonly words: Int32Array[] = [];
  /** The same memory as {@link words}. */
  readonly bytes: Uint8Array[] = [];
  readonly #onMove: (owner: number, address: number) => void;
  readonly #allocate: Allocate;
  readonly #used: number[] = [];
  readonly #live: number[] = [];
  /** Chunks with nothing in them: one that is kept, if that, and those whose memory was given up. */
  readonly #empty: number[] = [];
  #usedTotal = 0;
  #liveTotal = 0;
  #current = 0;

  /** Address 0 is a block of nobody's, with zeros in it, that stays. */
  constructor(nobodys: number, onMove: (owner: number, address: number) => void, allocate: Allocate) {
    this.#onMove = onMove;
    this.#allocate = allocate;
    this.#addChunk(nobodys);
    this.#take(NOBODY, nobodys);
  }

  /** A block with its first two words written; the others hold anything. */
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
    const words = this.words[chunk];
    const at = address & OFFSET_MASK;
    const size = words[at + SIZE] & OFFSET_MASK;
    words[at + OWNER] = NOBODY;
    this.#live[chunk] -= size;
    this.#liveTotal -= size;
  }

  sizeOf(address: number): number {
    return this.words[address >>> OFFSET_BITS][(address & OFFSET_MASK) + SIZE] & OFFSET_MASK;
  }

  #take(owner: number, size: number): number {
    const chunk = this.#current;
    const at = this.#used[chunk];
    this.#used[chunk] += size;
    this.#live[chunk] += size;
    this.#usedTotal += size;
    this.#liveTotal += size;
    this.words[chunk][at + OWNER] = owner;
    this.words[chunk][at + SIZE] = size;
    return ((chunk << OFFSET_BITS) | at) >>> 0;
  }

  #isFull(size: number): boolean {
    return this.#used[this.#current] + size > this.words[this.#current].length;
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
    const known = this.#empty.findIndex((chunk) => this.words[chunk].length >= size);
    if (known >= 0) return this.#empty.splice(known, 1)[0];
    const part = Math.ceil(this.#usedTotal / CHUNK_PART);
    return this.#addChunk(Math.max(size, Math.min(MOST_WORDS, Math.max(LEAST_WORDS, part))));
  }

  #addChunk(words: number): number {
    const chunk = this.#empty.pop() ?? this.words.length;
    const memory = this.#allocate(Math.ceil(words / 2));
    this.words[chunk] = new Int32Array(memory.buffer, memory.byteOffset, memory.length * 2);
    this.bytes[chunk] = new Uint8Array(memory.buffer, memory.byteOffset, memory.length * 8);
    this.#used[chunk] = 0;
    this.#live[chunk] = 0;
    return chunk;
  }

  /** The chunk with the most garbage, if there is any outside the current one. */
  #wasteful(): number {
    let found = NOBODY;
    let most = 0;
    for (let chunk = 0; chunk < this.words.length; chunk++) {
      const garbage = this.#used[chunk] - this.#live[chunk];
      if (garbage <= most || chunk === this.#current) continue;
      found = chunk;
      most = garbage;
    }
    return found;
  }

  #evacuate(victim: number): void {
    const from = this.words[victim];
    const end = this.#used[victim];
    for (let at = 0; at < end; ) {
      const size = from[at + SIZE] & OFFSET_MASK;
      if (from[at + OWNER] !== NOBODY) this.#move(from, at, size);
      at += size;
    }
    this.#usedTotal -= end;
    this.#liveTotal -= this.#live[victim];
    this.#used[victim] = 0;
    this.#live[victim] = 0;
    if (this.#empty.some((chunk) => this.words[chunk].length > 0)) {
      this.words[victim] = new Int32Array(0);
      this.bytes[victim] = new Uint8Array(0);
    }
    this.#empty.push(victim);
  }

  #move(from: Int32Array, at: number, size: number): void {
    const owner = from[at + OWNER];
    if (this.#isFull(size)) this.#current = this.#emptyChunk(size);
    const address = this.#take(owner, size);
    const to = this.words[address >>> OFFSET_BITS];
    const start = address & OFFSET_MASK;
    for (let i = SIZE; i < size; i++) to[start + i] = from[at + i];
    this.#onMove(owner, address);
  }
}
