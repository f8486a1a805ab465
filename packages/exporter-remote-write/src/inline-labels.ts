import { byteBlock, copyBytes, LabelCache, protoPairs, type ValueBytes } from '@oriel/encoding';
import type { ByteBuffer } from './byte-buffer.ts';
import type { FixedLabel, LabelColumn, LabelForm } from './label-form.ts';

/**
 * Labels as protocol 1.0 has them: name and value stand in every series.
 *
 * Values of columns are encoded on first use and copied from then on, for as long as their dictionary lives.
 */
export class InlineLabels implements LabelForm {
  readonly #cache = new LabelCache(protoPairs);

  fixed(name: string, value: string): FixedLabel {
    const { bytes, view } = byteBlock(protoPairs.mostBytes(name, value.length));
    const length = protoPairs.write(bytes, 0, name, value);
    return {
      write(out) {
        out.reserve(length);
        out.end = copyBytes(view, 0, length, out.view, out.end);
      },
    };
  }

  column(name: string, dictionary: readonly string[]): LabelColumn {
    return new InlineColumn(this.#cache.of(name, dictionary));
  }
}

class InlineColumn implements LabelColumn {
  readonly #values: ValueBytes;

  constructor(values: ValueBytes) {
    this.#values = values;
  }

  write(out: ByteBuffer, id: number): void {
    out.reserve(this.#values.lengthOf(id));
    out.end = this.#values.copy(id, out.view, out.end);
  }
}
