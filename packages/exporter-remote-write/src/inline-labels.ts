import { LabelCache, protoPairs } from '@oriel/encoding';
import type { FixedLabel, LabelColumn, LabelForm } from './label-form.ts';

/**
 * Labels as protocol 1.0 has them: name and value stand in every series.
 *
 * Values of columns are encoded on first use and copied from then on, for as long as their dictionary lives.
 */
export class InlineLabels implements LabelForm {
  readonly #cache = new LabelCache(protoPairs);

  fixed(name: string, value: string): FixedLabel {
    return {
      write(out) {
        out.reserve(protoPairs.mostBytes(name, value.length));
        out.end = protoPairs.write(out.bytes, out.end, name, value);
      },
    };
  }

  column(name: string, dictionary: readonly string[]): LabelColumn {
    return this.#cache.of(name, dictionary);
  }
}
