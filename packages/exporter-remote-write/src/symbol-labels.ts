import { writeVarint } from '@oriel/encoding';
import { ByteBuffer } from './byte-buffer.ts';
import type { FixedLabel, LabelColumn, LabelForm } from './label-form.ts';
import { textField } from './wire.ts';

const SYMBOLS = 4;
const REF_ROOM = 10;

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
    return { write: (out) => writeRefs(out, this.refOf(name), this.refOf(value)) };
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
  /** By number: the request in which the value was used last, and its symbol there. */
  #requests = new Float64Array(16);
  #refs = new Uint32Array(16);
  #nameRef = 0;

  constructor(name: string, values: readonly string[], labels: SymbolLabels) {
    this.#name = name;
    this.#values = values;
    this.#labels = labels;
  }

  write(out: ByteBuffer, id: number): void {
    if (this.#requests[id] !== this.#labels.request && !this.#find(id)) return;
    writeRefs(out, this.#nameRef, this.#refs[id]);
  }

  #find(id: number): boolean {
    const labels = this.#labels;
    const value = this.#values[id];
    if (value === '') return false;
    while (id >= this.#refs.length) this.#grow();
    this.#nameRef = labels.refOf(this.#name);
    this.#refs[id] = labels.refOf(value);
    this.#requests[id] = labels.request;
    return true;
  }

  #grow(): void {
    const refs = new Uint32Array(this.#refs.length * 2);
    const requests = new Float64Array(refs.length);
    refs.set(this.#refs);
    requests.set(this.#requests);
    this.#refs = refs;
    this.#requests = requests;
  }
}

function writeRefs(out: ByteBuffer, name: number, value: number): void {
  out.reserve(REF_ROOM);
  out.end = writeVarint(out.bytes, writeVarint(out.bytes, out.end, name), value);
}
