import { ColumnWriter, type LabelCache, type PairForm, pairsBlock, writeText } from '@oriel/encoding';
import type { SeriesColumns } from '@oriel/metrics';
import { mostPairBytes, pairText, type TagStyle, tagKeys } from './tag-style.ts';

/** Tags of a style as bytes. */
export interface TagForm extends PairForm {
  readonly style: TagStyle;
}

export function tagForm(style: TagStyle): TagForm {
  return {
    style,
    mostBytes: (key, characters) => mostPairBytes(style, key, characters),
    write: (bytes, at, key, value) => writeText(bytes, at, pairText(style, key, value)),
  };
}

/**
 * Writes the tags of a part's rows, one pair after the other: constant labels first, each group by name.
 *
 * `reserved` are keys that the lines of the family add themselves.
 */
export function rowTags(
  { constLabels, labels }: SeriesColumns,
  cache: LabelCache<TagForm>,
  reserved: readonly string[],
): ColumnWriter {
  const names = [...constLabels.map(({ name }) => name), ...labels.names];
  const keys = tagKeys(names, cache.form.style, reserved);
  const constant = constLabels.map(({ value }, i) => [keys[i], value] as const);
  const pairs = labels.names.map((_, i) => cache.of(keys[constLabels.length + i], labels.dictionaries[i]));
  return new ColumnWriter(pairsBlock(cache.form, constant), pairs, labels.ids);
}
