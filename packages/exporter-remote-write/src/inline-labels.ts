import { ByteBuffer } from './byte-buffer.ts';
import type { FixedLabel, LabelColumn, LabelForm } from './label-form.ts';
import { LENGTH_DELIMITED, tag, varintLength, writeVarint } from './wire.ts';

const LABEL = tag(1, LENGTH_DELIMITED);
const NAME = tag(1, LENGTH_DELIMITED);
const VALUE = tag(2, LENGTH_DELIMITED);

/**
 * Labels as protocol 1.0 has them: name and value stand in every series.
 *
 * Values of columns are encoded on first use and copied from then on, for as long as their dictionary lives.
 */
export class InlineLabels implements LabelForm {
  readonly #columns = new WeakMap<readonly string[], Map<string, InlineColumn>>();

  fixed(name: string, value: string): FixedLabel {
    const encoded = new ByteBuffer(0);
    writePair(encoded, name, value);
    return { write: (out) => out.copy(encoded, 0, encoded.end) };
  }

  column(name: string, dictionary: readonly string[]): LabelColumn {
    const byName = this.#columns.get(dictionary) ?? new Map<string, InlineColumn>();
    const column = byName.get(name) ?? new InlineColumn(name, dictionary);
    byName.set(name, column);
    this.#columns.set(dictionary, byName);
    return column;
  }
}

const BLOCK = 1 << 16;
const UNSEEN = -1;

/** The pairs of one column side by side in blocks, so that a million of them cost their bytes and twelve more. */
class InlineColumn implements LabelColumn {
  readonly #name: string;
  readonly #values: readonly string[];
  /** Block, start and end by number, side by side. */
  #places = new Int32Array(48).fill(UNSEEN);
  readonly #blocks: ByteBuffer[] = [];

  constructor(name: string, values: readonly string[]) {
    this.#name = name;
    this.#values = values;
  }

  write(out: ByteBuffer, id: number): void {
    const at = 3 * id;
    if (!(this.#places[at] >= 0)) this.#encode(id);
    const places = this.#places;
    out.copy(this.#blocks[places[at]], places[at + 1], places[at + 2]);
  }

  #encode(id: number): void {
    while (3 * id >= this.#places.length) this.#grow();
    const last = this.#blocks.at(-1);
    // A block is left when it is full; it grows for a pair that begins before its end.
    const block = last === undefined || last.end >= BLOCK ? this.#addBlock() : last;
    const start = block.end;
    if (this.#values[id] !== '') writePair(block, this.#name, this.#values[id]);
    this.#places.set([this.#blocks.length - 1, start, block.end], 3 * id);
  }

  // The first block is small: most labels have few values.
  #addBlock(): ByteBuffer {
    const block = new ByteBuffer(this.#blocks.length === 0 ? 256 : BLOCK + 1024);
    this.#blocks.push(block);
    return block;
  }

  #grow(): void {
    const places = new Int32Array(this.#places.length * 2).fill(UNSEEN);
    places.set(this.#places);
    this.#places = places;
  }
}

/** `Label { name = 1, value = 2 }` as a field of a series or an exemplar. */
function writePair(out: ByteBuffer, name: string, value: string): void {
  const named = Buffer.byteLength(name);
  // Counted as it is written: well-formed.
  const valued = Buffer.byteLength(value);
  const length = 2 + varintLength(named) + named + varintLength(valued) + valued;
  out.reserve(length + 20);
  out.bytes[out.end] = LABEL;
  out.end = writeVarint(out.bytes, out.end + 1, length);
  writePart(out, NAME, named, name);
  writePart(out, VALUE, valued, value);
}

function writePart(out: ByteBuffer, field: number, length: number, text: string): void {
  out.reserve(length + 20);
  out.bytes[out.end] = field;
  out.end = writeVarint(out.bytes, out.end + 1, length);
  out.text(text);
}
