import { ByteBuffer, byteBlock, textField, writeVarint } from '@oriel/encoding';
import type { FixedLabel, LabelColumn, LabelForm } from './label-form.ts';

const SYMBOLS = 4;
/** What two numbers take at most, as no map holds more than 2^24 texts. */
const PAIR = 8;

/**
 * Labels as protocol 2.0 has them: numbers of symbols, whose texts stand once at the head of each request.
 *
 * A text gets its number when it is first used in a request; columns remember it by the number their value has.
 */
export class SymbolLabels implements LabelForm {
  /** The symbols of the request as fields of its message. */
  readonly table: ByteBuffer = new ByteBuffer(1024);
  readonly #refs = new Map<string, number>();
  readonly #columns = new WeakMap<readonly string[], Map<string, SymbolColumn>>();
  #request = 0;

  constructor() {
    this.begin();
  }

  /** Which request is being made; numbers of another one mean nothing. */
  get request(): number {
    return this.#request;
  }

  /** Begins the table of another request. */
  begin(): void {
    this.#request++;
    this.#refs.clear();
    this.table.end = 0;
    // The first symbol is always empty.
    this.refOf('');
  }

  /** The number of a text in this request. */
  refOf(text: string): number {
    const known = this.#refs.get(text);
    if (known !== undefined) return known;
    const ref = this.#refs.size;
    this.#refs.set(text, ref);
    textField(this.table, SYMBOLS, text);
    return ref;
  }

  fixed(name: string, value: string): FixedLabel {
    return {
      write: (out) => {
        const [nameRef, valueRef] = [this.refOf(name), this.refOf(value)];
        out.reserve(PAIR);
        out.end = writeRefs(out.bytes, out.end, nameRef, valueRef);
      },
    };
  }

  column(name: string, dictionary: readonly string[]): LabelColumn {
    const byName = this.#columns.get(dictionary) ?? new Map<string, SymbolColumn>();
    const column = byName.get(name) ?? new SymbolColumn(name, dictionary, this);
    byName.set(name, column);
    this.#columns.set(dictionary, byName);
    return column;
  }
}

class SymbolColumn implements LabelColumn {
  readonly #name: string;
  readonly #values: readonly string[];
  readonly #labels: SymbolLabels;
  readonly #scratch = byteBlock(PAIR);
  #request = 0;
  /** 0 while the request does not have it. */
  #nameRef = 0;
  /** The values that the request has. */
  readonly #used: number[] = [];
  /** By number: how many bytes the label has in this request, 0 for not yet; and those bytes, as two numbers. */
  #lengths = new Uint8Array(16);
  #pairs = new Int32Array(32);

  constructor(name: string, values: readonly string[], labels: SymbolLabels) {
    this.#name = name;
    this.#values = values;
    this.#labels = labels;
  }

  begin(): void {
    const labels = this.#labels;
    while (this.#values.length > this.#lengths.length) this.#grow();
    if (this.#request === labels.request) return;
    this.#request = labels.request;
    for (const id of this.#used) this.#lengths[id] = 0;
    this.#used.length = 0;
    this.#nameRef = 0;
  }

  mostBytes(): number {
    return PAIR;
  }

  lengthOf(): number {
    return PAIR;
  }

  copy(id: number, to: DataView, at: number): number {
    const pairs = this.#pairs;
    const length = this.#lengths[id] || this.#find(id);
    to.setInt32(at, pairs[2 * id], true);
    to.setInt32(at + 4, pairs[2 * id + 1], true);
    return at + length;
  }

  #find(id: number): number {
    const value = this.#values[id];
    if (value === '') return 0;
    this.#nameRef ||= this.#labels.refOf(this.#name);
    const { bytes, view } = this.#scratch;
    const length = writeRefs(bytes, 0, this.#nameRef, this.#labels.refOf(value));
    this.#pairs[2 * id] = view.getInt32(0, true);
    this.#pairs[2 * id + 1] = view.getInt32(4, true);
    this.#lengths[id] = length;
    this.#used.push(id);
    return length;
  }

  #grow(): void {
    const lengths = new Uint8Array(this.#lengths.length * 2);
    const pairs = new Int32Array(lengths.length * 2);
    lengths.set(this.#lengths);
    pairs.set(this.#pairs);
    this.#lengths = lengths;
    this.#pairs = pairs;
  }
}

function writeRefs(bytes: Uint8Array, at: number, name: number, value: number): number {
  return writeVarint(bytes, writeVarint(bytes, at, name), value);
}
