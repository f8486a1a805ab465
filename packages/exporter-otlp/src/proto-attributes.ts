import {
  type ByteBuffer,
  ColumnWriter,
  LabelCache,
  type LabelWriter,
  LENGTH_DELIMITED,
  type PairForm,
  pairsBlock,
  tag,
  varintLength,
  writeText,
  writeVarint,
} from '@oriel/encoding';
import type { SeriesColumns } from '@oriel/metrics';
import { isPointLabel } from '@oriel/otel';

const KEY = tag(1, LENGTH_DELIMITED);
const VALUE = tag(2, LENGTH_DELIMITED);
const TEXT = tag(1, LENGTH_DELIMITED);
const MOST_BYTES_A_CHARACTER = 3;
const MOST_BYTES_AROUND = 24;

/** Attributes with text values as a field of a message: `KeyValue { key = 1, value = 2 { string_value = 1 } }`. */
function keyValues(field: number): PairForm {
  return {
    mostBytes: (key, characters) =>
      Buffer.byteLength(key) + characters * MOST_BYTES_A_CHARACTER + MOST_BYTES_AROUND,
    write(bytes, at, key, value) {
      const [keyed, valued] = [Buffer.byteLength(key), Buffer.byteLength(value)];
      const held = 1 + varintLength(valued) + valued;
      bytes[at] = tag(field, LENGTH_DELIMITED);
      let end = writeVarint(bytes, at + 1, 2 + varintLength(keyed) + keyed + varintLength(held) + held);
      bytes[end] = KEY;
      end = writeText(bytes, writeVarint(bytes, end + 1, keyed), key);
      bytes[end] = VALUE;
      end = writeVarint(bytes, end + 1, held);
      bytes[end] = TEXT;
      return writeText(bytes, writeVarint(bytes, end + 1, valued), value);
    },
  };
}

/** Appends attributes, empty ones too. */
export function writeAttributes(
  out: ByteBuffer,
  field: number,
  attributes: Readonly<Record<string, unknown>>,
): void {
  const form = keyValues(field);
  for (const [key, value] of Object.entries(attributes)) {
    const text = String(value);
    out.reserve(form.mostBytes(key, text.length));
    out.end = form.write(out.bytes, out.end, key, text);
  }
}

// What the scope tells is no attribute of the point. Room for nothing would be no block to write nothing into.
const noPair: PairForm = { mostBytes: () => 1, write: (_bytes, at) => at };

/** Writes the attributes of rows into a field; bytes of values are kept for as long as their dictionary lives. */
export class PointAttributes {
  readonly form: PairForm;
  readonly #cache: LabelCache<PairForm>;
  readonly #hidden = new LabelCache(noPair);

  constructor(field: number) {
    this.form = keyValues(field);
    this.#cache = new LabelCache(this.form);
  }

  /** For the rows of a part, without a label that the points write themselves. */
  writer({ constLabels, labels }: SeriesColumns, own: string | undefined): LabelWriter {
    const isShown = (name: string): boolean => name !== own && isPointLabel(name);
    const constant = constLabels.filter(({ name }) => isShown(name));
    return new ColumnWriter(
      pairsBlock(
        this.form,
        constant.map(({ name, value }) => [name, value] as const),
      ),
      labels.names.map((name, i) => {
        const cache = isShown(name) ? this.#cache : this.#hidden;
        return cache.of(name, labels.dictionaries[i]);
      }),
      labels.ids,
    );
  }
}
